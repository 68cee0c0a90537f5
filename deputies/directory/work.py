"""What a deputy has done and is to do, counted from the records of activities."""

from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from deputies.models import Activity, Deputy, Kind, Participation, State
from deputies.models.activities import COMING

PRESENT = Q(attendance=Participation.Attendance.PRESENT, activity__state=State.HELD)


def work_of(deputy: Deputy, first: date, last: date) -> dict[str, int]:
    """Count the deputy's participations between two days; one query. `called` are those that were held and to which
    the deputy was called and not excused."""
    rows = Participation.objects.filter(deputy=deputy, activity__on__range=(first, last))
    held = Q(activity__state=State.HELD)
    kinds = {kind.value: Count("pk", filter=PRESENT & Q(activity__kind=kind)) for kind in Kind}
    return rows.aggregate(
        called=Count("pk", filter=held & ~Q(attendance__in=Participation.FREE)),
        present=Count("pk", filter=PRESENT),
        leave=Count("pk", filter=Q(attendance=Participation.Attendance.LEAVE)),
        people=Sum("activity__people_met", filter=PRESENT, default=0),
        **kinds,
    )


def activities_of(deputy: Deputy, first: date, last: date) -> QuerySet[Participation]:
    """Return the participations between two days, oldest first, with their activities."""
    rows = Participation.objects.filter(deputy=deputy, activity__on__range=(first, last))
    rows = rows.exclude(attendance=Participation.Attendance.RELEASED)
    return rows.select_related("activity__studio", "activity__township").order_by("activity__on", "pk")


def coming_of(deputy: Deputy, today: date) -> QuerySet[Participation]:
    """Return the participations still to come, the next first."""
    rows = Participation.objects.filter(
        deputy=deputy, activity__state__in=COMING, activity__on__gte=today
    ).exclude(attendance=Participation.Attendance.RELEASED)
    return rows.select_related("activity__studio", "activity__township").order_by("activity__on", "pk")


def recent_of(deputy: Deputy, today: date) -> QuerySet[Activity]:
    """Return the activities up to `today` at which the deputy was present."""
    return Activity.objects.filter(
        participations__deputy=deputy,
        participations__attendance=Participation.Attendance.PRESENT,
        state=State.HELD,
        on__lte=today,
    ).select_related("county", "township", "studio")
