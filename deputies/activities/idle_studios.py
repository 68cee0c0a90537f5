"""Which studios lie idle: in use, and nothing held for a quarter."""

from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from deputies.models import Activity, State
from studios.models import Studio


def quarter_before(until: str, today: date) -> tuple[date, date]:
    """The three months that end on the day `until`, or today."""
    try:
        last = min(date.fromisoformat(until), today)
    except ValueError:
        last = today
    month, year = last.month - 3, last.year
    if month < 1:
        month, year = month + 12, year - 1
    day = min(last.day, 28)
    return date(year, month, day) + timedelta(days=1), last


def is_idle(first: date, last: date):
    """As a condition on studios. Studios alone: a deputies' home is no studio and never counted with them."""
    held = Activity.objects.filter(studio=OuterRef("pk"), state=State.HELD, on__range=(first, last))
    return ~Exists(held)


def in_use_since(first: date) -> Q:
    """Studios in use that were there already when the quarter began: one just opened is not idle."""
    return Q(active=True, kind=Studio.Kind.STUDIO) & ~Q(established_on__gt=first)


def studios_with_held(user, first: date, last: date, *, only_idle: bool, **within):
    """Studios with `held`: how much was held there between the days; `only_idle` those where nothing was."""
    rows = Studio.objects.visible_to(user).filter(in_use_since(first), **within)
    if only_idle:
        rows = rows.filter(is_idle(first, last))
    held = Q(activities__state=State.HELD, activities__on__range=(first, last))
    return rows.annotate(held=Count("activities", filter=held))
