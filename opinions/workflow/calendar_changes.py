"""Deadlines follow the calendar: finds those that a published or corrected year moves, and moves them, each with its
own ledger row.

Everything here may be interrupted and called again: a deadline that has moved does not move twice.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.statuses import OPEN
from opinions.models import JointPart, Opinion
from workdays.calendar import is_published

from . import deadlines, joint
from .supervision import recalculate

BATCH = 200
# The columns a deadline is calculated from. Nothing else is read for the many that stay, because names and phones
# cost a decryption.
CALCULATED_FROM = (
    "number",
    "status",
    "lead_agency",
    "clock_on",
    "clock_days",
    "due_on",
    "due_provisional",
    "warn_on",
    "handling_days",
    "added_days",
    "handling_due_on",
    "extension_state",
    "extension_days",
    "routed_at",
    "answered_at",
)


def reach(year: int) -> QuerySet[Opinion]:
    """Return open opinions whose deadlines a calendar of `year` may move; it may also move days of the December
    before."""
    since = date(year - 1, 12, 1)
    parts = JointPart.objects.waiting().filter(due_on__gte=since)
    touched = Q(due_provisional=True) | Q(due_on__gte=since) | Q(handling_due_on__gte=since)
    return Opinion.objects.filter(touched | Q(pk__in=parts.values("opinion")), status__in=OPEN)


def follow_calendar(
    *,
    year: int,
    by: User | Actor | None = None,
    now: datetime | None = None,
    progress: Callable[[int, int, int], None] = lambda done, total, moved: None,
) -> int:
    """Move the open deadlines that a calendar of `year` changes; returns how many. `progress` is called after each
    batch with the opinions checked, all opinions, and the deadlines moved so far."""
    keys = list(reach(year).order_by("pk").values_list("pk", flat=True))
    moved = 0
    for first in range(0, len(keys), BATCH):
        batch = keys[first : first + BATCH]
        numbers = list(_moving(Opinion.objects.filter(pk__in=batch)))
        moved += sum(_move(number, year, now) for number in numbers)
        progress(first + len(batch), len(keys), moved)
    return moved


def count_moving(*, year: int) -> int:
    """Return how many deadlines would move if they followed the calendar as this thread now sees it; changes
    nothing."""
    return sum(1 for _number in _moving(reach(year).order_by("pk")))


def backfill(*, now: datetime | None = None) -> int:
    """Move deadlines still marked provisional in a published year, which a process calculated that had not yet seen
    the import; returns how many, a batch at most."""
    year = timezone.localdate(now).year
    while is_published(year):
        year += 1
    left = Opinion.objects.filter(due_provisional=True, due_on__lt=date(year, 1, 1), status__in=OPEN)
    numbers = list(left.order_by("due_on").values_list("number", flat=True)[:BATCH])
    return sum(_move(number, year - 1, now) for number in numbers)


def _moving(opinions: QuerySet[Opinion]) -> Iterator[str]:
    """Yield the numbers of those that would move; calculated in memory, so that the many that stay cost no lock."""
    rows = opinions.only(*CALCULATED_FROM).prefetch_related("parts")
    for opinion in rows.iterator(chunk_size=BATCH):
        before = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        suspended = deadlines.follow_calendar(opinion)
        after = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        if after != before or joint.follow_calendar(opinion, suspended):
            yield opinion.number


def _move(number: str, year: int, now: datetime | None) -> bool:
    at = now and max(now, Opinion.objects.get(number=number).changed_at)
    try:
        recalculate(number, year=year, at=at)
    except Refused:
        return False  # somebody acted meanwhile, or another worker was first
    return True
