"""Which studios lie idle: in use, and nothing held for a quarter."""

from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import NegatedExpression

from accounts.models import User
from deputies.models import Activity, State
from studios.models import Studio, StudioFormerTownship
from studios.permissions.scope import seen_in_the_past_q


def quarter_before(until: str, today: date) -> tuple[date, date]:
    """Return the first and last day of the three months that end on the day `until` (ISO), or today."""
    try:
        last = min(date.fromisoformat(until), today)
    except ValueError:
        last = today
    month, year = last.month - 3, last.year
    if month < 1:
        month, year = month + 12, year - 1
    day = min(last.day, 28)
    return date(year, month, day) + timedelta(days=1), last


def is_idle(first: date, last: date) -> NegatedExpression:
    """Return the condition for studios where nothing was held between the days. For studios alone: a deputies' home
    is no studio and never counted with them."""
    held = Activity.objects.filter(studio=OuterRef("pk"), state=State.HELD, on__range=(first, last))
    return ~Exists(held)


def open_on(day: date) -> Q:
    """Return the condition for studios and homes in use on `day`."""
    return (Q(active=True) | Q(closed_on__gt=day)) & ~Q(established_on__gt=day)


def in_use(first: date, last: date) -> Q:
    """Return the condition for studios in use on `last` that were there already when the quarter began on `first`: one
    just opened is not idle."""
    open_then = Q(active=True) | Q(closed_on__gt=last)
    return open_then & Q(kind=Studio.Kind.STUDIO) & ~Q(established_on__gt=first)


def studios_on(day: date, user: User | None) -> QuerySet[Studio]:
    """Return the studios with `place`, the code of their township on `day`; as far as that is in the area of `user`
    (None: the system)."""
    rows = Studio.objects.annotate(place=StudioFormerTownship.on(day))
    return rows if user is None else rows.filter(seen_in_the_past_q(user, place="place", studio="pk"))


def studios_with_held(
    user: User, first: date, last: date, *, only_idle: bool, within: str = ""
) -> QuerySet[Studio]:
    """Return the studios in use on `last` that were then in the area with the code `within`, with `held`: how much was
    held there between the days; `only_idle` those where nothing was."""
    rows = studios_on(last, user).filter(in_use(first, last), Q(place__startswith=within))
    if only_idle:
        rows = rows.filter(is_idle(first, last))
    held = Q(activities__state=State.HELD, activities__on__range=(first, last))
    return rows.annotate(held=Count("activities", filter=held))
