"""What was done in a period, whenever it was registered: the figures of definitions.DONE.

They are facts with a day of their own: a closing, and the last day of an answer. An opinion counts once in a period,
by the last of its rounds that was closed, or whose answer was due, in it. What its present round says stands on the
opinion, the rest in its past rounds (ADR 0038); so a reopening takes nothing away from an earlier month.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate

from opinions.lifecycle.statuses import Status
from opinions.models import PastRound
from opinions.workflow.deadlines import midnight
from reports.definitions.counts import Counts
from reports.definitions.figures import DONE
from reports.definitions.periods import BoundedPeriod, Period
from reports.figures.by_area_and_month import Scope

DAY = timedelta(days=1)
OWED = (Status.ROUTED, Status.HANDLING)
GIVEN = (Status.ANSWERED, Status.REPORTED_BACK, Status.CLOSED)
IN_TIME = Q(answered_on__lte=F("last_day"))
CLOSED, LATE, ON_TIME = range(3)  # what a row of the count says
SAYS = {CLOSED: ("closed_in",), LATE: ("due_in",), ON_TIME: ("due_in", "due_on_time")}
NAMES = ("closed_in", "due_in", "due_on_time")


def count_done(within: Scope, period: Period, today: date) -> dict[Any, Counts]:
    """Count NAMES per area of the place, in one query; none for all time, which has no days to be due in."""
    groups: dict = {}
    if not isinstance(period, BoundedPeriod):
        return groups
    parts = [_counted(rows, within, CLOSED) for rows in _closed(within, period)]
    parts += [_counted(rows, within, LATE) for rows in _due(within, period, today)]
    for area, verdict, n in parts[0].union(*parts[1:], all=True):
        counts = groups.setdefault(area, Counts())
        for name in SAYS[verdict]:
            counts[name] += n
    return groups


def done_q(name: str, within: Scope, period: BoundedPeriod, today: date) -> Q:
    """Return the condition of the opinions that a figure of NAMES counts: for its list. KeyError for another name."""
    present, past = {
        "closed_in": lambda: _closed(within, period),
        "due_in": lambda: _due(within, period, today),
        "due_on_time": lambda: [rows.filter(IN_TIME) for rows in _due(within, period, today)],
    }[name]()
    keys = present.order_by().values("pk").union(past.order_by().values("opinion"), all=True)
    return Q(pk__in=keys)


def _closed(within: Scope, period: BoundedPeriod) -> Iterator[QuerySet]:
    days = {"closed_at__gte": midnight(period.first), "closed_at__lt": midnight(period.last + DAY)}
    yield within.rows.filter(**days)
    yield _past(within, Q(**days), Q(**{f"opinion__{name}": value for name, value in days.items()}))


def _due(within: Scope, period: BoundedPeriod, today: date) -> Iterator[QuerySet]:
    """Yield the present and the past rounds that were due, with `answered_on` and `last_day`. A day is over when the
    next one has begun."""
    days = (period.first, min(period.last, today - DAY))

    def due(prefix: str = "") -> Q:
        given, owed = Q(**{f"{prefix}status__in": GIVEN}), Q(**{f"{prefix}status__in": OWED})
        runs = Q(**{f"{prefix}suspended_on": None})
        # Suspended after its day: it was due all the same.
        ran = Q(**{f"{prefix}suspended_on__gt": F(f"{prefix}handling_due_on")})
        return Q(**{f"{prefix}handling_due_on__range": days}) & (given | owed & (runs | ran))

    answered = TruncDate("answered_at")
    yield within.rows.filter(due()).annotate(answered_on=answered, last_day=F("handling_due_on"))
    past = _past(within, Q(due_on__range=days), due("opinion__"))
    yield past.annotate(answered_on=answered, last_day=F("due_on"))


def _past(within: Scope, here: Q, present: Q) -> QuerySet:
    """Return the last past round that meets `here`, of each opinion whose present one does not: it is counted
    already."""
    rows = PastRound.objects.filter(here)
    if within.whole and within.units is None:
        rows = rows.filter(opinion__county__in=within.counties)
    else:
        rows = rows.filter(opinion__in=within.rows.order_by().values("pk"))
    later = PastRound.objects.filter(here, opinion=OuterRef("opinion"), round__gt=OuterRef("round"))
    return rows.exclude(present).filter(~Exists(later))


def _counted(rows: QuerySet, within: Scope, says: int) -> QuerySet:
    """Return (area, what it says, how many)."""
    path = "opinion__" if rows.model is PastRound else ""
    verdict = Case(When(IN_TIME, then=ON_TIME), default=LATE) if says == LATE else Value(says)
    return (
        rows.order_by()
        .annotate(
            in_area=Cast(F(f"{path}{within.level}"), _type(within)), verdict=Cast(verdict, IntegerField())
        )
        .values("in_area", "verdict")
        .annotate(n=Count("pk"))
        .values_list("in_area", "verdict", "n")
    )


def _type(within: Scope) -> IntegerField | CharField:
    return IntegerField() if within.level == "studio" else CharField()


assert set(NAMES) == {code for code, figure in DONE.items() if not figure.of}  # noqa: S101
