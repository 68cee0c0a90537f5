"""Phoning citizens, one after the other: the answer is read out, and one save records everything that the call
brought."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.ledger.timeline import entries_of, newest_sentence
from opinions.lifecycle.errors import Refused, Stale
from opinions.lists.access import roles_required
from opinions.lists.progress import with_standing
from opinions.lists.worklists import BY_CODE, can_be_called
from opinions.models import Opinion
from opinions.pages.forms.actions.report_back import Call
from opinions.privacy.masking import citizen_view_for
from opinions.workflow.transition import lock
from opinions.workflow.unit_of_work import cached_reads, reuse_locked_rows
from studios.models import Role
from studios.permissions.scope import roles_over

from .loading import opinion_of

CALLS = BY_CODE["calls"]
STEPS = ("report_back", "call_back", "evaluate")  # the actions of a call
callers_only = roles_required(Role.CLERK)


@callers_only
def calls(request: StaffRequest) -> HttpResponse:
    """List everybody who is to be phoned; those who were tried in vain come last."""
    today = timezone.localdate()
    page = paginate(request, CALLS.rows(request.user, today))
    page.object_list = with_standing(page.object_list, today)
    context = {"page": page, "first": _next(request.user)}
    return render(request, "opinions/calls.html", context)


def _next(user: User, *, after: str = "") -> str:
    """Return the number of the first opinion that was not tried today; "" when none is left."""
    today = timezone.localdate()
    rows = CALLS.rows(user, today).exclude(number=after)
    row = rows.values_list("number", "tried_at").first()
    return row[0] if row and not (row[1] and timezone.localdate(row[1]) == today) else ""


@callers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def call(request: StaffRequest, number: str) -> HttpResponse:
    """Show one call, or save it and go on to the next."""
    if request.method == "POST":
        return _save(request, number)
    opinion = _callable(request, number)
    if not can_be_called(opinion):
        messages.info(request, _("There is nobody to be phoned about %s.") % number)
        return redirect("opinions:detail", number)
    _audited(request, AccessRecord.Action.LOOKED, opinion)
    return _page(request, Call(opinion=opinion, user=request.user))


@callers_only
@require_POST
@never_cache
def show_number(request: StaffRequest, number: str) -> HttpResponse:
    """Show the same page with the full name and number: a reveal whose reason is the call."""
    opinion = _callable(request, number)
    if not citizen_view_for(opinion).may_reveal or not can_be_called(opinion):
        return render(request, "403.html", status=403)
    _audited(request, AccessRecord.Action.REVEALED, opinion, reason=_("To report back by phone"))
    return _page(request, Call(opinion=opinion, user=request.user), revealed=True)


def _callable(request: StaffRequest, number: str) -> Any:
    """Return the opinion if the person is its clerk; raises Http404 otherwise."""
    try:
        opinion = opinion_of(request.user, number)
    except Opinion.DoesNotExist:
        raise Http404 from None
    if Role.CLERK not in roles_over(opinion):
        raise Http404
    return opinion


def _audited(request: StaffRequest, action: str, opinion: Opinion, **more: Any) -> None:
    audit.record(
        action, by=request.user, request=request, subject=opinion.number, area_code=opinion.county_id, **more
    )


def _page(request: StaffRequest, form: Call, *, status: int = 200, **more: Any) -> HttpResponse:
    opinion, today = form.opinion, timezone.localdate()
    shown = citizen_view_for(opinion)
    context = {
        "opinion": opinion,
        "form": form,
        "shown": shown,
        "answer": shown.words(opinion.answer),
        "tries": [line for line in entries_of(opinion, shown=shown) if line.code == "call_back"],
        "left": CALLS.rows(request.user, today).count(),
        **more,
    }
    return render(request, "opinions/call.html", context, status=status)


def _save(request: StaffRequest, number: str) -> HttpResponse:
    """Save the whole call in one transaction and go on to the next. Nothing typed is lost when it cannot be saved."""
    _callable(request, number)  # 404 outside the person's townships
    try:
        with cached_reads(), transaction.atomic(), reuse_locked_rows():
            form = Call(request.POST, opinion=lock(number, request.user), user=request.user)
            if form.is_valid():
                version = form.cleaned_data["version"]
                done = form.function(number, by=request.user, version=version, **form.arguments())
                return _saved(request, done)
    except Stale as stale:
        return _changed(request, form, stale)
    except Refused as refused:
        form.add_error(None, refused.message)
    form.opinion = opinion_of(request.user, number)
    return _page(request, form, status=422)


def _saved(request: StaffRequest, opinion: Opinion) -> HttpResponse:
    text = _("%(number)s: %(done)s.") % {"number": opinion.number, "done": newest_sentence(opinion)}
    messages.success(request, text, extra_tags=f"draft:call-{opinion.number}")
    return _on(request, _next(request.user, after=opinion.number))


def _on(request: StaffRequest, number: str) -> HttpResponse:
    if not number:
        messages.info(request, _("No other call is left for now."))
    response = redirect("opinions:call", number) if number else redirect("opinions:calls")
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def _changed(request: StaffRequest, form: Call, stale: Stale) -> HttpResponse:
    """Answer when somebody was first. A second click on the same save goes on as the first one did."""
    if any(event.by_id == request.user.pk and event.action in STEPS for event in stale.events):
        messages.info(request, _("You have already done this."))
        return _on(request, _next(request.user, after=stale.opinion.number))
    opinion = opinion_of(request.user, stale.opinion.number)
    data = request.POST.copy()
    data["version"] = str(opinion.version)
    again = Call(data, opinion=opinion, user=request.user)
    since = entries_of(opinion, since=form.cleaned_data["version"], shown=citizen_view_for(opinion))
    return _page(request, again, status=409, since=since, possible=can_be_called(opinion))
