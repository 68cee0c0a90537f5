"""Which studios lie idle: in use, and nothing held for a quarter."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import NegatedExpression

from accounts.models import User
from deputies.models import Activity, State
from studios.models import Studio


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


def in_use_since(first: date) -> Q:
    """Return the condition for studios in use that were there already when the quarter began: one just opened is not
    idle."""
    return Q(active=True, kind=Studio.Kind.STUDIO) & ~Q(established_on__gt=first)


def studios_with_held(
    user: User, first: date, last: date, *, only_idle: bool, **within: Any
) -> QuerySet[Studio]:
    """Return the studios with `held`: how much was held there between the days; `only_idle` those where nothing was."""
    rows = Studio.objects.visible_to(user).filter(in_use_since(first), **within)
    if only_idle:
        rows = rows.filter(is_idle(first, last))
    held = Q(activities__state=State.HELD, activities__on__range=(first, last))
    return rows.annotate(held=Count("activities", filter=held))
