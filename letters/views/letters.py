"""The list of letters, a letter's page, its file and its print page; signing for it and cancelling it."""

import tempfile
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.requests import StaffRequest
from common.security.numbers import mask_numbers
from common.ui import in_sight
from common.ui.pagination import paginate
from letters import services
from letters.bad_template import BadTemplate
from letters.filters import LetterFilter
from letters.forms import CancelForm, FileForm
from letters.models import Letter
from letters.register_file import write_register
from letters.sheet import blocks
from studios.permissions.access import roles_required
from studios.permissions.roles import CORRESPONDENTS
from studios.permissions.scope import roles_over

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PEOPLE = ("issued_by", "signed_by", "cancelled_by", "stamped_by", "filed_by")
RELATED = ("county", "agency", "template", "draft__drafted_by", "draft__checked_by", *PEOPLE)
MOST_ROWS = 20_000  # letters in one register
correspondents_only = roles_required(*CORRESPONDENTS)


def _or_404(user: User, pk: int) -> Letter:
    rows = Letter.objects.visible_to(user).with_roles(user).select_related(*RELATED)
    try:
        return rows.get(pk=pk)
    except Letter.DoesNotExist:
        raise Http404 from None


def _audited(request: StaffRequest, action: str, letter: Letter) -> None:
    audit.record(
        action,
        by=request.user,
        request=request,
        subject=f"{letter.about} {letter.number}",
        area_code=letter.county_id,
    )


@require_safe
@correspondents_only
def letter_list(request: StaffRequest) -> HttpResponse:
    """Show the letters that the person may see, filtered."""
    rows = Letter.objects.visible_to(request.user).select_related("county", "agency", "signed_by")
    chosen = LetterFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, chosen.qs.defer("facts_text").order_by("-issued_at", "-id"))
    seen = in_sight.visible_numbers(request.user, [letter.about for letter in page])
    return render(request, "letters/list.html", {"filter": chosen, "page": page, "seen": seen})


@require_safe
@correspondents_only
def register(request: StaffRequest) -> HttpResponseBase:
    """Send the register of what the list shows as Excel; this is audited. Back to the list if that is too much."""
    rows = Letter.objects.visible_to(request.user)
    chosen = LetterFilter(request.GET, queryset=rows, request=request).qs
    if chosen.count() > MOST_ROWS:
        messages.warning(request, _("More than %d letters; choose a year or a county first.") % MOST_ROWS)
        return redirect("letters:list")
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    count = write_register(target, chosen, made=f"{request.user} {timezone.localtime():%Y-%m-%d %H:%M}")
    target.seek(0)
    title = _("Register of letters")
    audit.record(
        AccessRecord.Action.EXPORTED,
        by=request.user,
        request=request,
        subject=title,
        details={"rows": count, "filter": mask_numbers(request.GET.urlencode())[:500]},
    )
    return FileResponse(target, as_attachment=True, filename=f"{title}{timezone.localdate():%Y-%m-%d}.xlsx")


def _page(
    request: StaffRequest,
    letter: Letter,
    *,
    form: CancelForm | None = None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    roles = roles_over(letter)
    try:
        shown = blocks(services.docx_of(letter))
    except BadTemplate as error:
        shown, problem = [], problem or _not_sent(error)
    context = {
        "letter": letter,
        "seen": in_sight.visible_numbers(request.user, [letter.about]),
        "blocks": shown,
        "form": form or CancelForm(),
        "may_sign": bool(roles & services.SIGNERS) and letter.state == "unsigned",
        "may_cancel": bool(roles & services.CANCELLERS) and not letter.cancelled_at,
        "may_stamp": bool(roles & services.CANCELLERS) and not letter.cancelled_at and not letter.stamped_at,
        "may_file": bool(roles & services.CANCELLERS) and letter.state in ("signed", "issued"),
        "file_form": FileForm(),
        "problem": problem,
    }
    return render(request, "letters/detail.html", context, status=status)


def _not_sent(error: BadTemplate) -> str:
    """Return why the letter is not shown: its template is older than a rule that it breaks."""
    return _(
        "This letter cannot be shown or sent: its template holds what may not leave the office (%s). Put another "
        "template in use, cancel this letter and issue it again."
    ) % (error.what or error.code)


@require_safe
@correspondents_only
@never_cache
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a letter; looking at it is audited."""
    letter = _or_404(request.user, pk)
    _audited(request, AccessRecord.Action.LOOKED, letter)
    return _page(request, letter)


@require_safe
@correspondents_only
@never_cache
def docx(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a letter as .docx; this is audited."""
    letter = _or_404(request.user, pk)
    try:
        content = services.docx_of(letter)
    except BadTemplate:
        return redirect("letters:detail", pk=pk)
    _audited(request, AccessRecord.Action.EXPORTED, letter)
    disposition = content_disposition_header(True, f"{letter.number}.docx")
    return HttpResponse(content, content_type=DOCX, headers={"Content-Disposition": disposition})


@require_safe
@correspondents_only
@never_cache
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the letter alone on A4; printing it is audited."""
    letter = _or_404(request.user, pk)
    try:
        shown = blocks(services.docx_of(letter))
    except BadTemplate:
        return redirect("letters:detail", pk=pk)
    _audited(request, AccessRecord.Action.PRINTED, letter)
    return render(request, "letters/print.html", {"letter": letter, "blocks": shown})


@require_POST
@correspondents_only
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign for a letter as its addressee."""
    return _decide(request, pk, services.sign_for, _("Signed for the letter %(number)s."))


@require_POST
@correspondents_only
def stamp(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that a letter was stamped."""
    return _decide(request, pk, services.stamp, _("Noted that %(number)s is stamped."))


@require_POST
@correspondents_only
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that a letter went into the archive, under the number typed in the form."""
    form = FileForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    return _decide(request, pk, services.file, _("Noted that %(number)s is filed."), number=number)


@require_POST
@correspondents_only
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Cancel a letter, with the reason typed in the form."""
    letter = _or_404(request.user, pk)
    if not roles_over(letter) & services.CANCELLERS:
        raise PermissionDenied
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, letter, form=form, status=422)
    done = _("Cancelled the letter %(number)s; it keeps its number.")
    return _decide(request, pk, services.cancel, done, reason=form.cleaned_data["reason"])


def _decide(
    request: StaffRequest, pk: int, service: Callable[..., Letter], done: str, **words: Any
) -> HttpResponse:
    """Call the service once: 404 outside the person's area, 403 in a wrong role, 409 when somebody was first."""
    try:
        letter = service(pk, by=request.user, **words)
    except Letter.DoesNotExist:
        raise Http404 from None
    except services.NotPossible as error:
        return _page(request, _or_404(request.user, pk), status=409, problem=str(error))
    messages.success(request, done % {"number": letter.number})
    return redirect("letters:detail", pk=pk)
