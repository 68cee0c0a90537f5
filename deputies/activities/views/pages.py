"""Activities to look at: the month's calendar, the list, one session, its poster and its paper sheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from common.ui.qr import qr_svg
from deputies.activities import month
from deputies.activities.access import PLANNERS
from deputies.activities.forms.actions import possible
from deputies.activities.idle_studios import quarter_before, studios_with_held
from deputies.directory.filters import ActivityListFilter, CalendarFilter
from deputies.directory.public import public_address
from deputies.models import Activity, MovedAnnouncement, Participation
from studios.models import Role
from studios.permissions.access import directory_readers
from studios.permissions.roles import OVERSEERS, READERS
from studios.permissions.scope import roles_over, scope_of

SHOWN = ("county", "township", "studio")


@require_safe
@directory_readers
def calendar(request: StaffRequest) -> HttpResponse:
    """Show one month. Over several counties the days show how many activities there are of each kind."""
    today = timezone.localdate()
    first = month.first_of(request.GET.get("month", ""), today)
    chosen = CalendarFilter(request.GET, Activity.objects.visible_to(request.user), request=request)
    rows = chosen.qs if chosen.is_valid() else chosen.queryset.none()
    narrowed = any(chosen.form.cleaned_data.get(name) for name in ("county", "township", "studio"))
    counted = not narrowed and any(len(prefix) == 4 for prefix in scope_of(request.user).prefixes(*READERS))
    before, after = month.beside(first)
    context = {
        "filter": chosen,
        "first": first,
        "before": before,
        "after": after,
        "weeks": month.weeks_of(first, rows, today=today, counted=counted),
        "today": today,
        "sees_overview": scope_of(request.user).has(*OVERSEERS, Role.CLERK),
        "may_plan": scope_of(request.user).has(*PLANNERS),
    }
    return render(request, "deputies/activities/calendar.html", context)


@require_safe
@directory_readers
def activity_list(request: StaffRequest) -> HttpResponse:
    """List the activities of the person's area, filtered, the latest first."""
    rows = Activity.objects.visible_to(request.user).select_related(*SHOWN)
    chosen = ActivityListFilter(request.GET, rows, request=request)
    found = chosen.qs if chosen.is_valid() else chosen.queryset.none()
    page = paginate(request, found.order_by("-on", "-id"))
    return render(request, "deputies/activities/list.html", {"filter": chosen, "page": page})


def activity_of(request: StaffRequest, pk: int) -> Activity:
    """Return the activity, with the roles the person has over it; 404 outside their scope."""
    rows = Activity.objects.visible_to(request.user).with_roles(request.user)
    activity = get_object_or_404(rows.select_related(*SHOWN, "made_by", "township__county"), pk=pk)
    activity.roles = roles_over(activity)
    return activity


def people_of(activity: Activity) -> list[Participation]:
    """Return those who take part or are on leave, in the order in which they were named."""
    rows = activity.participations.select_related("deputy__township", "stands_in_for__deputy")
    return list(rows.exclude(attendance=Participation.Attendance.RELEASED).order_by("pk"))


def moved_from(activity: Activity) -> list[MovedAnnouncement]:
    """Return the days on which it was announced to take place and from which it was moved."""
    return [one for one in activity.moved_from.select_related("activity") if not one.is_undone]


@require_safe
@directory_readers
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the session: who, when, where, what came of it, and the way to the next opinion."""
    activity = activity_of(request, pk)
    people = people_of(activity)
    today = timezone.localdate()
    context = {
        "activity": activity,
        "moved_from": moved_from(activity),
        "people": people,
        "actions": possible(activity, request.user, people, today),
        "registers": scope_of(request.user).has("clerk", "triage_officer", "deputy")
        and activity.state != "cancelled"
        and activity.on <= today,
        "reads_opinions": scope_of(request.user).has(*READERS),
    }
    return render(request, "deputies/activities/detail.html", context)


@require_safe
@directory_readers
def show_poster(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the announcement on A4, with the QR code of the studio's public page."""
    activity = activity_of(request, pk)
    context = {"activity": activity, "people": [row for row in people_of(activity) if not row.is_excused]}
    context["moved_from"] = moved_from(activity)
    if activity.studio:
        address = public_address(activity.studio, request)
        context |= {"qr": qr_svg(address), "address": address}
    return render(request, "deputies/activities/poster.html", context)


@require_safe
@directory_readers
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the paper on which opinions are written down at a session without a computer."""
    activity = activity_of(request, pk)
    context = {"activity": activity, "people": people_of(activity), "lines": range(1, 13)}
    return render(request, "deputies/activities/sheet.html", context)


@require_safe
@directory_readers
def studios(request: StaffRequest) -> HttpResponse:
    """Show how much was held at each studio in the three months before a day; `idle=yes`: those where nothing was."""
    first, last = quarter_before(request.GET.get("until", ""), timezone.localdate())
    asked = request.GET.get("township") or request.GET.get("county") or ""
    within = asked if asked.isascii() and asked.isdigit() else ""
    only_idle = request.GET.get("idle") == "yes"
    rows = studios_with_held(request.user, first, last, only_idle=only_idle, within=within)
    rows = rows.select_related("township__county").order_by("township_id", "name_pinyin", "id")
    context = {"page": paginate(request, rows), "first": first, "last": last, "only_idle": only_idle}
    return render(request, "deputies/activities/studios.html", context)
