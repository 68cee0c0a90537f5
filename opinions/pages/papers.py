"""Papers as PDF: asking for one, how far it is, the file. Printing is audited; so is the full name, with its reason."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.requests import StaffRequest
from common.security.encrypted_files import Unreadable
from common.ui import pdf
from letters.models import Letter
from opinions.jobs import papers
from opinions.lists.access import readers_only
from opinions.models import Opinion, Paper
from opinions.models.redaction import masked
from opinions.pages.forms.reveal import PaperForm
from opinions.privacy.masking import CLOSE, citizen_view_for
from opinions.workflow.papers import is_on_record
from studios.permissions.access import roles_required
from studios.permissions.roles import CORRESPONDENTS
from studios.permissions.scope import roles_over

from .loading import opinion_of

correspondents_only = roles_required(*CORRESPONDENTS)


def _opinion_or_404(user: User, number: str) -> Any:
    try:
        return opinion_of(user, number)
    except Opinion.DoesNotExist:
        raise Http404 from None


def _paper_or_404(user: User, pk: int) -> Paper:
    """Return a paper of a letter that the person may read, or one they asked for and whose opinion they still see."""
    of_letter = Q(letter__in=Letter.objects.visible_to(user).values("pk"))
    own = Q(letter=None, made_by=user, opinion__in=Opinion.objects.visible_alone(user).values("pk"))
    # One query: a foreign paper costs what one costs that never was.
    paper = (
        Paper.objects.filter(of_letter | own, pk=pk).select_related("opinion", "letter", "made_by").first()
    )
    if paper is None:
        raise Http404
    return paper


@correspondents_only
@require_safe
@never_cache
def letter_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the PDF of a letter, the same for everybody; ask for it first if nobody has yet. A void letter, and one on a
    server without Pango, is printed from its page."""
    letter = Letter.objects.visible_to(request.user).filter(pk=pk).first()
    if letter is None:
        raise Http404
    if letter.cancelled_at or not pdf.available():
        return redirect("letters:print", pk=pk)
    made = papers.request_letter(letter, by=request.user)
    if made.state == Paper.State.READY:
        return _sent(request, made)
    return redirect("opinions:paper", pk=made.pk)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_paper(request: StaffRequest, number: str) -> HttpResponse:
    """Ask for a form or the whole case; with the full name for a reason, which is audited as a reveal."""
    opinion = _opinion_or_404(request.user, number)
    if not roles_over(opinion) & CLOSE:
        raise PermissionDenied
    shown = citizen_view_for(opinion)
    form = PaperForm(request.POST or None, may_name=shown.may_reveal, answered=bool(opinion.answered_at))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        if reason:
            _audited(request, AccessRecord.Action.REVEALED, opinion, reason=masked(opinion, reason))
        made = papers.request(opinion, form.cleaned_data["kind"], by=request.user, named=bool(reason))
        return redirect("opinions:paper", pk=made.pk)
    context = {"opinion": opinion, "form": form, "possible": pdf.available()}
    return render(request, "opinions/papers/new.html", context, status=422 if form.errors else 200)


@readers_only
@require_safe
@never_cache
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a paper is."""
    return render(request, "opinions/papers/made.html", {"paper": _paper_or_404(request.user, pk)})


@readers_only
@require_safe
@never_cache
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the part of the page that asks for itself until the file is ready."""
    return render(request, "opinions/papers/_progress.html", {"paper": _paper_or_404(request.user, pk)})


@readers_only
@require_safe
@never_cache
def paper_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the file of a paper, if it is the one that the ledger names; this is audited."""
    made = _paper_or_404(request.user, pk)
    if made.state != Paper.State.READY:
        return redirect("opinions:paper", pk=pk)
    return _sent(request, made)


def _sent(request: StaffRequest, made: Paper) -> HttpResponse:
    try:
        with made.file.open("rb") as file:
            content = file.read()
    except (FileNotFoundError, Unreadable):
        content = b""
    if not is_on_record(made, hashlib.sha256(content).hexdigest()):
        messages.warning(
            request,
            _(
                "The stored file is not the one that the ledger names; it is not sent. Tell the administrator."
            ),
        )
        return redirect("opinions:paper", pk=made.pk)
    subject = f"{made.opinion.number} {made.letter or made.get_kind_display()}"
    _audited(request, AccessRecord.Action.PRINTED, made.opinion, subject=subject)
    name = f"{made.letter.number if made.letter else made.opinion.number + made.get_kind_display()}.pdf"
    headers = {"Content-Disposition": content_disposition_header(False, name)}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _audited(request: StaffRequest, action: str, opinion: Any, *, subject: str = "", **more: Any) -> None:
    audit.record(
        action,
        by=request.user,
        request=request,
        subject=subject or opinion.number,
        area_code=opinion.county_id,
        **more,
    )
