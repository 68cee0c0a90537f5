"""The dashboard's three charts; every bar and point opens the list it was drawn from."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.ui.charts import Bar, Part, Point, Series, Stack, bar_chart, stacked_chart, trend_chart
from opinions.lifecycle.statuses import Status
from reports.definitions.counts import STAGES, Counts
from reports.definitions.figures import FIGURES
from reports.definitions.periods import BoundedPeriod, Period
from reports.figures.areas import Place, Row
from reports.figures.by_area_and_month import AreaMonthCounts
from reports.figures.category_by_agency import CategoryByAgency
from reports.figures.drill_down_links import filters_of, list_url
from reports.figures.table_rows import drill_down

TOP = 10
LINES = {"accepted": "main", "closed": "accent"}


def trend(found: AreaMonthCounts, place: Place, months: Sequence[BoundedPeriod]) -> str:
    """Draw accepted and closed of each month."""
    read = [
        (found.total(month), filters_of(month, frozen=bool(found.frozen_in(month))) | place.parameters, month)
        for month in months
    ]

    def point(name: str, counts: Counts, filters: dict[str, str], month: BoundedPeriod) -> Point:
        value = counts[name]
        return Point(f"{month.first:%y-%m}", value, list_url(name, filters) if value else "")

    series = [
        Series(str(FIGURES[name].label), [point(name, *one) for one in read], tone)
        for name, tone in LINES.items()
    ]
    return trend_chart(series, title=_("Accepted and closed, by month of registration"))


def stages(rows: list[Row], place: Place, period: Period, found: AreaMonthCounts) -> str:
    """Draw where the open ones of each area are. Areas without any are left out: there is nothing to see."""
    stacks = []
    for row in rows:
        if row.area is None or not row.counts["open"]:
            continue
        filters = drill_down(row, place, period, found)[1]
        parts = [
            Part(str(Status(code).label), row.counts[code], code, list_url(code, filters)) for code in STAGES
        ]
        stacks.append(Stack(row.name, parts, list_url("open", filters)))
    return stacked_chart(stacks, title=_("Open, by stage"))


def categories(shares: CategoryByAgency, chosen: dict[str, Any]) -> str:
    """Draw the most frequent first-level categories among the accepted."""
    bars = [
        Bar(
            shares.categories.get(code, code),
            n,
            list_url("accepted", chosen | {"category": code}) if code in shares.categories else "",
        )
        for code, n in shares.by_category()[:TOP]
    ]
    return bar_chart(bars, title=_("Most frequent categories of the accepted"))
