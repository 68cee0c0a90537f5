"""What was done in a period, whenever it was registered: the figures of definitions.DONE.

They are facts with a day of their own: a closing, and the last day of an answer. An opinion counts once in a period,
by the last of its rounds that was closed, or whose answer was due, in it. What its present round says stands on the
opinion, the rest in its past rounds (ADR 0038); so a reopening takes nothing away from an earlier month. A frozen month
keeps the opinions it counted (ADR 0052): of a longer period they are counted unless what is not frozen counts them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
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
from reports.figures.by_area_and_month import Scope, kept_rows
from reports.figures.stock import STOCK, edge, open_rows
from reports.models import FrozenDone, FrozenMonth, counted_q

DAY = timedelta(days=1)
OWED = (Status.ROUTED, Status.HANDLING)
GIVEN = (Status.ANSWERED, Status.REPORTED_BACK, Status.CLOSED)
IN_TIME = Q(answered_on__lte=F("last_day"))
CLOSED, LATE, ON_TIME, CARRIED, LEFT = range(5)  # what a row of the count says
SAYS = {
    CLOSED: ("closed_in",),
    LATE: ("due_in",),
    ON_TIME: ("due_in", "due_on_time"),
    CARRIED: ("carried_in",),
    LEFT: ("left_open",),
}
NAMES = ("carried_in", "closed_in", "due_in", "due_on_time", "left_open")
COUNTED = {"carried_in": CARRIED, "closed_in": CLOSED, "due_in": LATE, "left_open": LEFT}
DONE_ONLY = ("closed_in", "due_in")


@dataclass(frozen=True)
class Done:
    """What was done in a place and period. `frozen`: its frozen months; those that keep it are read as kept."""

    within: Scope
    period: BoundedPeriod
    today: date
    frozen: Collection[FrozenMonth] = ()

    @property
    def kept(self) -> list[FrozenMonth]:
        """The months that are read as they were frozen."""
        return [one for one in self.frozen if one.done is not None and self.period.holds(one.month)]

    def live(self, name: str) -> list[QuerySet]:
        """Return the present and the past rounds that the figure counts live; none where all months are kept."""
        if name in STOCK:
            return [open_rows(self.within.rows, name, self.period, self.kept)]
        if len(self.kept) == len(self.within.counties) * len(self.period.months):
            return []
        found = list(self._closed() if name == "closed_in" else self._due())
        return [rows.filter(IN_TIME) for rows in found] if name == "due_on_time" else found

    def kept_rows(self, name: str) -> QuerySet | None:
        """Return what is kept of the figure, each opinion once; None where no month is. Of several months the last one
        counts, and what counts live comes before it."""
        kept = edge(name, self.period, self.kept) if name in STOCK else self.kept
        if not kept:
            return None
        counts = "due_in" if name == "due_on_time" else name
        among = FrozenDone.objects.filter(counted_q(counts), frozen__in=[one.pk for one in kept])
        later = among.filter(opinion=OuterRef("opinion"), month__gt=OuterRef("month"))
        rows = kept_rows(among, self.within, kept)
        if len(kept) > 1:
            rows = rows.filter(~Exists(later))
        if name not in STOCK and (live := self.live(counts)):
            rows = rows.exclude(opinion__in=_opinions(live))
        return rows.filter(counted_q(name))

    def _closed(self) -> Iterator[QuerySet]:
        def closed(opinion: str = "", path: str = "") -> Q:
            return _moments(f"{path}closed_at", self.period) & ~self._held(f"{path}closed_at", opinion)

        yield self.within.rows.filter(closed())
        yield _past(self.within, closed("opinion__"), closed("opinion__", "opinion__"))

    def _due(self) -> Iterator[QuerySet]:
        """Yield the present and the past rounds that were due, with `answered_on` and `last_day`. A day is over when
        the next one has begun."""
        days = (self.period.first, min(self.period.last, self.today - DAY))

        def due(path: str = "") -> Q:
            given, owed = Q(**{f"{path}status__in": GIVEN}), Q(**{f"{path}status__in": OWED})
            runs = Q(**{f"{path}suspended_on": None})
            # Suspended after its day: it was due all the same.
            ran = Q(**{f"{path}suspended_on__gt": F(f"{path}handling_due_on")})
            held = self._held(f"{path}handling_due_on", path)
            return Q(**{f"{path}handling_due_on__range": days}) & (given | owed & (runs | ran)) & ~held

        answered = TruncDate("answered_at")
        yield self.within.rows.filter(due()).annotate(answered_on=answered, last_day=F("handling_due_on"))
        here = Q(due_on__range=days) & ~self._held("due_on", "opinion__")
        past = _past(self.within, here, due("opinion__"))
        yield past.annotate(answered_on=answered, last_day=F("due_on"))

    def _held(self, day: str, opinion: str) -> Q:
        """Return the condition of what lies in a kept month of its county."""
        found = Q(pk__in=[])
        for one in self.kept:
            days = (one.month, one.period.last)
            lies = _moments(day, one.period) if day.endswith("_at") else Q(**{f"{day}__range": days})
            found |= Q(**{f"{opinion}county": one.county_id}) & lies
        return found


def _moments(column: str, period: BoundedPeriod) -> Q:
    return Q(**{f"{column}__gte": midnight(period.first), f"{column}__lt": midnight(period.last + DAY)})


def count_done(
    within: Scope,
    period: Period,
    today: date,
    frozen: Collection[FrozenMonth] = (),
    names: Collection[str] = tuple(COUNTED),
) -> dict[Any, Counts]:
    """Count `names` (of COUNTED) per area of the place, in one query; none for all time, which has no days to
    be due in. `frozen` are the frozen months of the place and period."""
    groups: dict = {}
    if not isinstance(period, BoundedPeriod):
        return groups
    done = Done(within, period, today, frozen)
    parts = []
    for name in names:
        says = COUNTED[name]
        parts += [_counted(rows, within, says, IN_TIME) for rows in done.live(name)]
        if (rows := done.kept_rows(name)) is not None:
            parts.append(_counted(rows, within, says, counted_q("due_on_time")))
    for area, verdict, n in parts[0].union(*parts[1:], all=True):
        counts = groups.setdefault(area, Counts())
        for name in SAYS[verdict]:
            counts[name] += n
    return groups


def done_q(name: str, done: Done, live: Q | None = None, kept: Q | None = None) -> Q:
    """Return the condition of the opinions that a figure of NAMES counts: for its list. `live` and `kept` narrow it, by
    the columns of opinions and by those of what was frozen."""
    found = Q(pk__in=[])
    if parts := done.live(name):
        found |= Q(pk__in=_opinions(parts)) & (live or Q())
    if (rows := done.kept_rows(name)) is not None:
        found |= Q(pk__in=rows.filter(kept or Q()).order_by().values("opinion"))
    return found


def _opinions(parts: list[QuerySet]) -> QuerySet:
    keys = [rows.order_by().values("opinion" if rows.model is PastRound else "pk") for rows in parts]
    return keys[0].union(*keys[1:], all=True) if keys[1:] else keys[0]


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


def _counted(rows: QuerySet, within: Scope, says: int, in_time: Q) -> QuerySet:
    """Return (area, what it says, how many)."""
    path = "opinion__" if rows.model is PastRound else ""
    verdict = Case(When(in_time, then=ON_TIME), default=LATE) if says == LATE else Value(says)
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
