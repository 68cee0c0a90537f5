"""Taking an action: one view for all of them. Each POST makes one call into opinions/workflow.

It answers 404 outside the person's area, 403 for a wrong role, 409 when somebody was first or the status does not allow
it, 422 for what must be corrected; nothing that was typed is lost in any of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from common.text import digits
from opinions.ledger.timeline import entries_of, newest_sentence
from opinions.lifecycle.errors import Refused, Stale
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS, refusal, who
from opinions.lists.access import readers_only
from opinions.lists.progress import standing
from opinions.models import Event, Opinion
from opinions.pages.forms.actions import FORMS
from opinions.pages.forms.actions.base import ActionForm
from opinions.privacy.masking import citizen_view_for
from opinions.triage import urgent
from opinions.workflow.transition import lock
from opinions.workflow.unit_of_work import cached_reads, reuse_locked_rows
from studios.permissions.scope import roles_over

from .loading import opinion_of, opinions_alone, place_of, still_sees
from .worklists import triage_row

# Desks on which an action is one click; the row there is replaced by what was done. From an action's own page, opened
# on a desk, the way leads back there.
DESKS = {
    "triage_desk": "opinions/_triage_row_done.html",
    "handling_desk": "opinions/_handling_row_done.html",
    "extensions": "opinions/_triage_row_done.html",
}

# What a desk's link may fill in beforehand: another category that was offered, the opinion to merge into, the words by
# which one is looked for.
OFFERED = ("category", "into", "find")


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def act(request: StaffRequest, number: str, action: str) -> HttpResponse:
    """Show the form of an action, or take the action."""
    if action not in FORMS:
        raise Http404
    answered = _sent if request.method == "POST" else _shown
    try:
        return answered(request, number, FORMS[action])
    except Opinion.DoesNotExist:
        return _gone(request, number, action)


@contextmanager
def _in_hand(request: StaffRequest, number: str) -> Iterator[Opinion]:
    """Lend the opinion for an action that is sent: fetched and locked once, for the form and the transition. Files are
    examined before anything is locked, because that takes time."""
    with cached_reads():
        if request.FILES:
            yield opinions_alone(request.user).get(number=number)
            return
        with transaction.atomic(), reuse_locked_rows():
            yield lock(number, request.user)


def _sent(request: StaffRequest, number: str, form_class: type[ActionForm]) -> HttpResponse:
    with _in_hand(request, number) as opinion:
        _check_role(form_class, opinion)
        if _unread(request, form_class.code, opinion):
            reason = _("This one is urgent. Open it, read it, and route it from there.")
            return _not_now(request, opinion, reason)
        return _take(request, form_class(request.POST, request.FILES, opinion=opinion, user=request.user))


def _check_role(form_class: type[ActionForm], opinion: Opinion) -> None:
    if not who(ACTIONS[form_class.code], opinion) & roles_over(opinion):
        raise PermissionDenied


def _shown(request: StaffRequest, number: str, form_class: type[ActionForm]) -> HttpResponse:
    opinion = opinion_of(request.user, number)
    _check_role(form_class, opinion)
    asked = {name: request.GET[name].replace("\0", "")[:20] for name in OFFERED if request.GET.get(name)}
    if reason := refusal(ACTIONS[form_class.code], opinion, timezone.localdate()):
        return _not_now(request, opinion, reason)
    form = form_class(opinion=opinion, user=request.user, initial=asked)
    audit.record(
        AccessRecord.Action.LOOKED,
        by=request.user,
        request=request,
        subject=number,
        area_code=opinion.county_id,
    )
    return _page(request, form)


def _gone(request: StaffRequest, number: str, action: str) -> HttpResponse:
    """Answer for an opinion out of sight: a second click on what took it there is no mistake; everything else is a
    404."""
    version = digits.number(request.POST.get("version", ""))
    own = Event.objects.filter(opinion__number=number, action=action, by=request.user)
    if version is not None and own.filter(sequence__gt=version).exists():
        messages.info(request, _("You have already done this."))
        return _go(request, reverse("home"))
    raise Http404


def _take(request: StaffRequest, form: ActionForm) -> HttpResponse:
    opinion, action = form.opinion, form.action
    stood = place_of(opinion)
    if not form.is_valid():
        return _wrong(request, form)
    if form.preview and "preview" in form.data:
        return _page(request, form)
    try:
        done = form.function(
            opinion.number, by=request.user, version=form.cleaned_data["version"], **form.arguments()
        )
    except Stale:
        return _stale(request, form, form.cleaned_data["version"])
    except Refused as refused:
        form.opinion = opinion_of(request.user, opinion.number)  # as it is stored, not as the action left it
        if reason := refusal(action, form.opinion, timezone.localdate()):
            return _not_now(request, form.opinion, reason)
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _page(request, form, status=422)
    return _done(request, form, done, stood)


def _wrong(request: StaffRequest, form: ActionForm) -> HttpResponse:
    """Answer what must be corrected; a form older than the opinion is stale first of all."""
    version = digits.number(form.data.get("version", ""))
    if version is not None and version < form.opinion.version:
        return _stale(request, form, version)
    return _page(request, form, status=422)


def _back(request: StaffRequest) -> str:
    """Return the desk the person came from, or "" when that was none."""
    back = (request.POST if request.method == "POST" else request.GET).get("back", "")
    return back if back in DESKS else ""


def _in_a_row(request: StaffRequest) -> bool:
    """Tell if a desk's row sent this, not an action's own page or panel."""
    return bool(request.htmx) and request.htmx.target != "act"


def _unread(request: StaffRequest, code: str, opinion: Opinion) -> bool:
    """Tell if a desk's one click would route what a person must look at first."""
    one_click = code == "route" and _back(request) and "looked" not in request.POST
    return bool(one_click and urgent.wants_a_look(opinion))


def _stale(request: StaffRequest, form: ActionForm, version: int) -> HttpResponse:
    """Answer 409: who did what since, all that was typed, and a way on if the action is still possible."""
    opinion = opinion_of(request.user, form.opinion.number)
    since = entries_of(opinion, since=version, shown=citizen_view_for(opinion))
    own = [line for line in since if line.code == form.code and line.by_id == request.user.pk]
    allowed = who(form.action, opinion) & roles_over(opinion)
    reason = refusal(form.action, opinion, timezone.localdate())
    data = request.POST.copy()
    data["version"] = str(opinion.version)
    again = type(form)(data, opinion=opinion, user=request.user)
    stale = {"since": since, "already": bool(own), "possible": bool(allowed and not reason), "reason": reason}
    return _page(request, again, status=409, stale=stale)


def _page(
    request: StaffRequest, form: ActionForm, *, status: int = 200, stale: dict[str, Any] | None = None
) -> HttpResponse:
    opinion = form.opinion
    context = {
        "opinion": opinion,
        "shown": citizen_view_for(opinion),
        "form": form,
        "stale": stale,
        "answer": citizen_view_for(opinion).words(opinion.answer),
        "standing": standing(opinion, timezone.localdate()),
        "clock_label": Status(opinion.status).row.deadline,
        "back": _back(request),
    }
    desk = DESKS.get(_back(request)) if _in_a_row(request) else None
    template = desk or ("opinions/_act.html" if request.htmx else "opinions/act.html")
    return render(request, template, context, status=status)


def _not_now(request: StaffRequest, opinion: Opinion, reason: str | Promise) -> HttpResponse:
    context = {"opinion": opinion, "reason": reason, "back": _back(request)}
    desk = DESKS.get(_back(request)) if _in_a_row(request) else None
    template = desk or ("opinions/_not_now.html" if request.htmx else "opinions/not_now.html")
    return render(request, template, context, status=409)


def _done(request: StaffRequest, form: ActionForm, opinion: Opinion, stood: dict[str, Any]) -> HttpResponse:
    """Say what was done, in the ledger's own words, where the person goes on working."""
    sentence = newest_sentence(opinion)
    back = _back(request)
    if back and _in_a_row(request):
        if form.code == "recall" and (row := triage_row(request.user, opinion)):
            return render(
                request, "opinions/_triage_row.html", {"opinion": row, "suggestion": row.suggestion}
            )
        return render(
            request, DESKS[back], {"opinion": opinion, "done": sentence, "undo": form.code == "route"}
        )
    done = _("%(number)s: %(done)s.") % {"number": opinion.number, "done": sentence}
    messages.success(request, done, extra_tags=f"draft:act-{opinion.number}-{form.code}")
    if back:
        return _go(request, reverse(f"opinions:{back}"))
    seen = still_sees(request.user, stood, opinion, form.code)
    next_page = reverse(form.then or "opinions:detail", args=[opinion.number])
    return _go(request, next_page if seen else reverse("home"))


def _go(request: StaffRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
