"""Counts of a place by area and month: from what was frozen, and for the rest from the opinions themselves.

Everything a page or a workbook compares is read from one grid, so that a total, its rows and its trend agree. The cost
follows the months that are asked for, never how much there is before them (ADR 0033).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from opinions.models import Opinion
from opinions.workflow.deadlines import midnight
from reports.definitions.counts import Counts, total
from reports.definitions.periods import BoundedPeriod, Period, month_of
from reports.figures.counting import count_days, count_figures
from reports.models import FrozenFigure, FrozenMonth, FrozenOpinion

DAY = timedelta(days=1)
Span = tuple[date | None, date | None]  # first and last day, both included; None: without bound

Entry = tuple[tuple[Any, date], Counts]  # (area, first day of a month), what is counted there


@dataclass(frozen=True)
class Scope:
    """What is counted: `rows` are the live opinions of the place that the reader may see; `level` is the column that
    makes the areas (county, township, studio); `units` the township codes of the place, None: all of `counties`.
    `whole`: the reader sees these counties as a whole, so that figures frozen for all of them may be read."""

    rows: QuerySet[Opinion]
    counties: tuple[str, ...]
    level: str
    units: tuple[str, ...] | None = None
    whole: bool = True


@dataclass
class AreaMonthCounts:
    """`cells`: the counts per (area, first day of a month); `frozen`: the months read as they were frozen."""

    cells: dict[tuple[Any, date], Counts] = field(default_factory=dict)
    frozen: list[FrozenMonth] = field(default_factory=list)

    def of(self, period: Period) -> dict[Any, Counts]:
        """Return the counts per area in a period, those of nothing left out."""
        groups: dict[Any, Counts] = defaultdict(Counts)
        for (area, month), counts in self.cells.items():
            if period.holds(month):
                groups[area].add(counts)
        return dict(groups)

    def total(self, period: Period) -> Counts:
        """Return the counts of all areas in a period."""
        return total(counts for month, counts in self._months.items() if period.holds(month))

    @cached_property
    def _months(self) -> dict[date, Counts]:
        """The counts of all areas together."""
        months: dict[date, Counts] = defaultdict(Counts)
        for (_area, month), counts in self.cells.items():
            months[month].add(counts)
        return months

    def frozen_in(self, period: Period, county: str = "") -> list[FrozenMonth]:
        """Return the frozen months of the period, of `county` or of all."""
        return [one for one in self.frozen if county in ("", one.county_id) and period.holds(one.month)]


def counts_by_area_and_month(within: Scope, periods: Iterable[Period], today: date) -> AreaMonthCounts:
    """Return the counts of every month of `periods`. Two to four queries."""
    spans = date_ranges_of(periods)
    found = AreaMonthCounts(frozen=frozen_months(within.counties, spans))
    _add(found, _of_frozen(within, found.frozen))
    rows = within.rows.filter(live_q(within, found.frozen, spans))
    live = _live_months(within.counties, found.frozen, spans)
    # An office that freezes its months has one left, which the database need not tell from others row by row.
    _add(
        found,
        _of_month(rows, within.level, today, *live)
        if len(live) == 1
        else _of_live(rows, within.level, today),
    )
    return found


def _live_months(counties: Collection[str], frozen: list[FrozenMonth], spans: list[Span]) -> list[date]:
    """Return the first days of the months in `spans` that some county has not frozen; none for all time."""
    held, live = Counter(one.month for one in frozen), []
    for first, last in spans:
        if first is None or last is None:
            continue
        month = month_of(first)
        while month.first <= last:
            if held[month.first] < len(counties):
                live.append(month.first)
            month = month.next
    return live


def date_ranges_of(periods: Iterable[Period]) -> list[Span]:
    """Return the days of all periods, those that touch made one; (None, None) for all time."""
    spans: list[tuple[date, date]] = []
    for period in sorted(set(periods), key=lambda period: period.first or date.min):
        if not isinstance(period, BoundedPeriod):
            return [(None, None)]
        if spans and period.first <= spans[-1][1] + DAY:
            spans[-1] = (spans[-1][0], max(spans[-1][1], period.last))
        else:
            spans.append((period.first, period.last))
    return list(spans)


def frozen_months(counties: Iterable[str], spans: list[Span]) -> list[FrozenMonth]:
    """Return the frozen months of `counties` in `spans`. One query."""
    held = _any(Q() if first is None else Q(month__range=(first, last)) for first, last in spans)
    return list(FrozenMonth.objects.filter(held, county__in=counties).order_by("county_id", "month"))


def live_q(within: Scope, frozen: list[FrozenMonth], spans: list[Span]) -> Q:
    """Return the condition of the live opinions of `spans` that no frozen month holds: as ranges of the index, not as
    exceptions from it, wherever the reader's rows are those of whole counties."""
    same: dict[tuple[date, ...], list[str]] = defaultdict(list)  # counties with the same frozen months
    for county in within.counties:
        same[tuple(sorted(one.month for one in frozen if one.county_id == county))].append(county)
    if within.whole:
        parts = [(counties, _unfrozen(months, spans)) for months, counties in same.items()]
        if len(parts) == 1:
            return parts[0][1]
        return _any(Q(county__in=counties) & days for counties, days in parts)
    held = [
        Q(county__in=counties) & month_of(month).registered
        for months, counties in same.items()
        for month in months
    ]
    return _any(_between(*span) for span in spans) & ~_any(held)


def _unfrozen(frozen: tuple[date, ...], spans: list[Span]) -> Q:
    """Return the condition for what of `spans` lies between the frozen months."""
    parts = []
    for first, last in spans:
        start = first
        for month in (one for one in frozen if first is None or last is None or first <= one <= last):
            if start is None or start < month:
                parts.append(_between(start, month - DAY))
            start = month_of(month).last + DAY
        if start is None or last is None or start <= last:
            parts.append(_between(start, last))
    return _any(parts)


def _any(parts: Iterable[Q]) -> Q:
    """Return the disjunction of `parts`; nothing where there are none. (`Q() | x` would be x, and everything is not
    nothing.)"""
    found = None
    for part in parts:
        if not part:
            return Q()
        found = part if found is None else found | part
    return Q(pk__in=[]) if found is None else found


def _between(first: date | None, last: date | None) -> Q:
    since = {} if first is None else {"registered_at__gte": midnight(first)}
    until = {} if last is None else {"registered_at__lt": midnight(last + DAY)}
    return Q(**since, **until)


def _add(found: AreaMonthCounts, cells: Iterable[Entry]) -> None:
    for key, counts in cells:
        if key in found.cells:
            found.cells[key].add(counts)
        else:
            found.cells[key] = counts


def _of_live(rows: QuerySet[Opinion], level: str, today: date) -> Iterator[Entry]:
    rows = rows.annotate(month=TruncMonth("registered_at"))
    for counted in (
        count_figures(rows, by=(level, "month"), today=today),
        count_days(rows, by=(level, "month")),
    ):
        for (area, month), counts in counted.items():
            yield (area, month.date()), counts


def _of_month(rows: QuerySet[Opinion], level: str, today: date, month: date) -> Iterator[Entry]:
    for area, counts in count_figures(rows, by=level, today=today, days=True).items():
        yield (area, month), counts


def _of_frozen(within: Scope, months: list[FrozenMonth]) -> Iterator[Entry]:
    if not months:
        return
    if not within.whole or within.units is not None or within.level not in ("county", "township"):
        yield from _of_frozen_opinions(within, months)
    elif within.level == "county":
        for one in months:
            yield (one.county_id, one.month), one.kept
    else:
        by_key = {one.pk: one for one in months}
        rows = FrozenFigure.objects.filter(frozen__in=list(by_key))
        for township, frozen, counts in rows.values_list("township", "frozen", "counts"):
            yield (township, by_key[frozen].month), Counts(counts, lacks=by_key[frozen].lacks)


def _of_frozen_opinions(within: Scope, months: list[FrozenMonth]) -> Iterator[Entry]:
    rows = frozen_opinions(within, months)
    lacks = {one.pk: one.lacks for one in months}
    for area, month, frozen, counted, n in grouped(rows, within.level, "month", "frozen"):
        yield (area, month), Counts(dict.fromkeys(counted.split(), n), lacks=lacks[frozen])


def frozen_opinions(within: Scope, months: Collection[FrozenMonth]) -> QuerySet[FrozenOpinion]:
    """Return what is kept of the opinions of the place in the frozen `months`."""
    return kept_rows(FrozenOpinion.objects.all(), within, months)


def kept_rows(rows: QuerySet, within: Scope, months: Collection[FrozenMonth]) -> QuerySet:
    """Return which of the frozen `rows` are of the place and of `months`, and may be counted by the reader."""
    rows = rows.filter(county__in=within.counties, month__in={one.month for one in months})
    rows = rows if within.units is None else rows.filter(township__in=within.units)
    return rows if within.whole else rows.filter(opinion__in=within.rows.order_by().values("pk"))


def grouped(rows: QuerySet, *by: str) -> QuerySet:
    """Return (values of `by`, what they were counted in, how many): equal ones are counted by the database."""
    return rows.order_by().values_list(*by, "counted").annotate(n=Count("pk"))
