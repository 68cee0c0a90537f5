"""Deadlines follow the calendar: which ones a published or corrected year moves, and moving them, each with its own
ledger row. Everything here may be cut short and called again: what has moved does not move twice."""

from datetime import date

from django.db.models import Q
from django.utils import timezone

from opinions.lifecycle.errors import Refused
from opinions.lifecycle.statuses import OPEN
from opinions.models import JointPart, Opinion
from workdays.calendar import is_published

from . import deadlines, joint
from .supervision import recalculate

BATCH = 200
# What a deadline is reckoned from. Nothing else is read for the many that stay: names and phones cost a decryption.
RECKONED_FROM = (
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


def reach(year: int):
    """Open opinions whose deadlines a calendar of `year` may move; it may also move days of the December before."""
    since = date(year - 1, 12, 1)
    parts = JointPart.objects.waiting().filter(due_on__gte=since)
    touched = Q(due_provisional=True) | Q(due_on__gte=since) | Q(handling_due_on__gte=since)
    return Opinion.objects.filter(touched | Q(pk__in=parts.values("opinion")), status__in=OPEN)


def follow_calendar(*, year, by=None, now=None, progress=lambda done, total, moved: None) -> int:
    """Move the open deadlines that a calendar of `year` changes; returns how many."""
    keys = list(reach(year).order_by("pk").values_list("pk", flat=True))
    moved = 0
    for first in range(0, len(keys), BATCH):
        batch = keys[first : first + BATCH]
        numbers = list(_moving(Opinion.objects.filter(pk__in=batch)))
        moved += sum(_move(number, year, now) for number in numbers)
        progress(first + len(batch), len(keys), moved)
    return moved


def count_moving(*, year) -> int:
    """How many deadlines would move if they followed the calendar as this thread now sees it; nothing is changed."""
    return sum(1 for _number in _moving(reach(year).order_by("pk")))


def backfill(*, now=None) -> int:
    """Deadlines still marked provisional in a year that is published: reckoned by a process that had not yet seen the
    import. The sweep moves them; returns how many."""
    year = timezone.localdate(now).year
    while is_published(year):
        year += 1
    left = Opinion.objects.filter(due_provisional=True, due_on__lt=date(year, 1, 1), status__in=OPEN)
    numbers = list(left.order_by("due_on").values_list("number", flat=True)[:BATCH])
    return sum(_move(number, year - 1, now) for number in numbers)


def _moving(opinions):
    """Numbers of those that would move; reckoned in memory, so that the many that stay cost no lock."""
    rows = opinions.only(*RECKONED_FROM).prefetch_related("parts")
    for opinion in rows.iterator(chunk_size=BATCH):
        before = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        stood = deadlines.follow_calendar(opinion)
        after = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        if after != before or joint.follow_calendar(opinion, stood):
            yield opinion.number


def _move(number, year, now) -> bool:
    try:
        recalculate(number, year=year, at=now and max(now, Opinion.objects.get(number=number).changed_at))
    except Refused:
        return False  # somebody acted meanwhile, or another worker was first
    return True
