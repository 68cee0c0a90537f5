"""A county's month: its figures per township and in all, beside the month before and the same month last year."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reports.areas import Row, rows_of
from reports.figures import Counts, count_figures, total
from reports.periods import Period
from studios.models import County, Township

COLUMNS = (
    "accepted",
    "on_time",
    "late",
    "open",
    "closed_rate",
    "on_time_rate",
    "called_back_rate",
    "satisfied_rate",
    "reopened_rate",
)


@dataclass(frozen=True)
class Compared:
    """Another month's figures, to hold this one's against. `groups` are per township code."""

    label: str
    period: Period
    groups: dict[str, Counts]

    @property
    def total(self) -> Counts:
        return total(self.groups.values())


@dataclass(frozen=True)
class MonthReport:
    county: County
    period: Period
    rows: list[Row]
    total: Counts
    compared: list[Compared]


def month_report(county: County, period: Period, opinions: QuerySet, today: date, groups=None) -> MonthReport:
    """`opinions` are those of the county that the reader may count. `groups` are the month's own counts per
    township, where the caller has them already. Three or four queries."""
    if groups is None:
        groups = _groups(opinions, period, today)
    compared = [
        Compared(label, other, _groups(opinions, other, today))
        for label, other in [
            (_("Month before"), period.previous),
            (_("Same month last year"), period.year_before),
        ]
    ]
    townships = list(Township.objects.filter(county=county))
    return MonthReport(
        county,
        period,
        rows_of(townships, groups, on=min(period.last, today)),
        total(groups.values()),
        compared,
    )


def _groups(opinions, period, today):
    return count_figures(opinions.filter(period.registered), by="township", today=today)
