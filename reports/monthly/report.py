"""A county's month, quarter or year: its figures per township and in all, as frozen where they are, next to those of
the period before and of the same a year before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from opinions.models import Opinion
from reports.definitions import periods
from reports.definitions.counts import Counts, total
from reports.definitions.figures import KNOWN
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import Row, rows_of
from reports.figures.by_area_and_month import AreaMonthCounts, Scope, counts_by_area_and_month
from reports.figures.completed import count_done
from reports.figures.counting import count_days, count_figures
from reports.models import FrozenMonth
from studios.models import County, Township

COLUMNS = (
    "accepted",
    "on_time",
    "late",
    "open",
    "closed_rate",
    "on_time_rate",
    "called_back_rate",
    "first_satisfied_rate",
    "last_satisfied_rate",
    "reopened_rate",
    "median_days",
)


@dataclass(frozen=True)
class Compared:
    """Another period's figures, to hold this one's against. `groups` are per township code."""

    label: str
    period: BoundedPeriod
    groups: dict[str, Counts]
    frozen: list[FrozenMonth]

    @property
    def total(self) -> Counts:
        return total(self.groups.values())


@dataclass(frozen=True)
class MonthReport:
    """`frozen` are the months of the period that are frozen; `live` the counts as they stand now, all of them live;
    `year` those of the months from January to its end, per township code."""

    county: County
    period: BoundedPeriod
    rows: list[Row]
    total: Counts
    live: Counts
    compared: list[Compared]
    frozen: list[FrozenMonth]
    done: list[Row]
    year: dict[str, Counts]

    @property
    def former(self) -> list[FrozenMonth]:
        """The months, also of those it is held against, that were frozen by the former definition of satisfaction."""
        shown = [*self.frozen, *(month for one in self.compared for month in one.frozen)]
        return [month for month in shown if month.is_former]

    @property
    def done_total(self) -> Counts:
        """What was done in the period, whenever it was registered."""
        return total(row.counts for row in self.done)

    @property
    def adjustments(self) -> Counts:
        """What has changed since the freezing: live minus frozen."""
        return self.live - self.total

    def adjustment(self, code: str) -> int | None:
        """Return by how much a figure has changed since; a rate and a median have no change of their own, nor has
        what was no figure when it was frozen."""
        figure = KNOWN[code]
        return None if figure.of or figure.median else self.adjustments[figure.counts]


@dataclass(frozen=True)
class Counted:
    """A period's own counts: per township as frozen where they are, and in all as they stand today."""

    groups: dict[str, Counts]
    live: Counts
    frozen: list[FrozenMonth]


def month_report(
    county: County, period: BoundedPeriod, opinions: QuerySet, today: date, counted: Counted | None = None
) -> MonthReport:
    """Return the report. `opinions` are those of the county that the reader may count; `counted` the period's own
    counts, where the caller has them already. At most nine queries."""
    within = Scope(opinions, (county.pk,), "township")
    own = [] if counted else [period]
    year = [month for month in periods.year_of(period.first).months if month.last <= period.last]
    found = counts_by_area_and_month(within, own + [other for _label, other in period.compared] + year, today)
    counted = counted or _count(found, opinions, period, today)
    townships, day = list(Township.objects.filter(county=county)), min(period.last, today)
    return MonthReport(
        county=county,
        period=period,
        rows=rows_of(townships, counted.groups, on=day),
        total=total(counted.groups.values()),
        live=counted.live,
        compared=[
            Compared(label, one, found.of(one), found.frozen_in(one)) for label, one in period.compared
        ],
        frozen=counted.frozen,
        done=rows_of(townships, count_done(within, period, today, counted.frozen), on=day),
        year=_added(found.of(month) for month in year),
    )


def _added(groups: Iterable[dict[str, Counts]]) -> dict[str, Counts]:
    added: dict[str, Counts] = {}
    for one in groups:
        for code, counts in one.items():
            added[code] = added.get(code, Counts()) + counts
    return added


def _count(
    found: AreaMonthCounts, opinions: QuerySet[Opinion], period: BoundedPeriod, today: date
) -> Counted:
    frozen, groups = found.frozen_in(period), found.of(period)
    if not frozen:
        return Counted(groups, total(groups.values()), [])
    rows = opinions.filter(period.registered)
    return Counted(groups, count_figures(rows, today=today)[None] + count_days(rows)[None], frozen)


def county_counts(county: County, period: BoundedPeriod, today: date) -> Counts:
    """Count the figures of a whole county, as frozen where they are."""
    within = Scope(Opinion.objects.filter(county=county), (county.pk,), "county")
    return counts_by_area_and_month(within, [period], today).total(period)
