"""The first page: for strangers the public one, for everybody who is logged in what waits for them now."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import StaffRequest
from congress_liaison import home_desks
from letters.models import Draft, Letter, State
from notifications import outbox
from notifications.models import Message
from opinions.lists.worklists import FIRST, waiting_for
from opinions.models import Opinion
from opinions.pages.signing import SIGN
from opinions.supervision.figures import aggregates
from portal.front.views import front
from studios.administration import may_take_it
from studios.models import Role
from studios.permissions.access import over_a_prefecture
from studios.permissions.scope import scope_of
from workdays.calendar import years_to_import


@login_not_required
def first_page(request: HttpRequest) -> HttpResponseBase:
    """Show the public front page to strangers, and to people who are logged in the home of their roles."""
    if request.user.is_authenticated:
        return home(request)  # type: ignore[arg-type]  # is_authenticated
    return front(request)


def home(request: StaffRequest) -> HttpResponse:
    """Show the work that waits for the person, and what else the day holds for their roles."""
    today = timezone.localdate()
    scope = scope_of(request.user)
    unread = Message.objects.filter(recipient=request.user, channel=Message.Channel.INBOX, read_at=None)
    sections = waiting_for(request.user, today)
    context = {
        "sections": sections,
        "idle": [section for section in sections if not section.count],
        "waits": sum(section.count for section in sections if section.kind.code != "own"),
        "unread_count": unread.count(),
        "is_auditor": scope.has(Role.AUDITOR),
        "is_administrator": scope.has(Role.ADMINISTRATOR),
        "nobody": not scope.roles,
        "may_administer": may_take_it(request.user),
        "today": today,
    }
    if scope.has(*outbox.DECIDERS):
        trouble = list(outbox.not_arrived(request.user).defer("body")[: FIRST + 1])
        context["not_arrived"], context["more_not_arrived"] = trouble[:FIRST], len(trouble) > FIRST
    if scope.has(Role.HANDLER):
        context["letters_to_sign"] = (
            Letter.objects.visible_to(request.user, Role.HANDLER).filter(State.UNSIGNED.q).count()
        )
    if scope.has(*SIGN):
        context["drafts_to_sign"] = Draft.objects.visible_to(request.user, *SIGN).waiting().count()
    if scope.has(Role.COUNTY_OFFICIAL):
        rows = Opinion.objects.visible_to(request.user, Role.COUNTY_OFFICIAL)
        counted = aggregates(rows, today)
        context["figures"] = counted.totals
        context["late_agencies"] = home_desks.late_agencies(request.user, counted, today)
    context["may_log"] = scope.has(Role.CLERK, Role.DEPUTY)
    if scope.has(Role.CLERK):
        context["entries"] = home_desks.entries_of(request.user, today)
        context["shifts"] = home_desks.shifts_on(request.user, today)
    if scope.has(Role.DEPUTY):
        context["is_deputy"], context["duty"] = True, home_desks.next_duty(request.user, today)
    if scope.has(Role.ADMINISTRATOR):
        context["unpublished"] = years_to_import(today)
        context["may_import_calendar"] = over_a_prefecture(request.user)
    return render(request, "home.html", context)
