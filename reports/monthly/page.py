"""What the pages of the monthly reports show: the months there are, and one month of a county."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from opinions.models import Opinion
from reports.dashboard.figures import column_heads
from reports.definitions import periods
from reports.definitions.counts import Counts
from reports.definitions.figures import BASIS, DONE, IMPORTED, KNOWN, with_former
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import Row
from reports.figures.by_area_and_month import Scope, counts_by_area_and_month
from reports.figures.drill_down_links import Cell, cells, filters_of
from reports.figures.table_rows import Line
from reports.monthly.report import COLUMNS, Compared, MonthReport
from studios.models import County
from studios.permissions.roles import OVERSEERS

FEWEST = 2  # months are listed even before anything was registered


def month_url(period: periods.BoundedPeriod, county: County) -> str:
    """Return the address of a period's report on the county."""
    return f"{reverse('reports:month', args=[period.code])}?county={county.pk}"


def all_months(user: User, today: date) -> list[periods.BoundedPeriod]:
    """Return the months from this one back to the first with an opinion the person may report on. One query."""
    rows = Opinion.objects.visible_to(user, *OVERSEERS).order_by("registered_at", "id")
    earliest = rows.values_list("registered_at", flat=True).first()
    now = periods.month_of(today)
    if earliest is None:
        return periods.months_until(now, FEWEST)[::-1]
    first = periods.month_at(earliest)
    apart = 12 * (now.first.year - first.first.year) + now.first.month - first.first.month
    return periods.months_until(now, max(apart + 1, FEWEST))[::-1]


def month_lines(
    user: User, months: list[periods.BoundedPeriod], counties: list[County], today: date
) -> list[dict[str, Any]]:
    """Return for each month and county the accepted and the closed, as frozen where they are. Three queries."""
    within = Scope(
        Opinion.objects.visible_to(user, *OVERSEERS), tuple(county.pk for county in counties), "county"
    )
    found = counts_by_area_and_month(within, months, today)

    def entry(month: BoundedPeriod, county: County) -> dict[str, Any]:
        counts = found.cells.get((county.pk, month.first), Counts())
        frozen = found.frozen_in(month, county.pk)
        return {
            "accepted": counts["accepted"],
            "closed": counts["closed"],
            "frozen": frozen[0] if frozen else None,
            "county": county,
            "url": month_url(month, county),
        }

    return [{"month": month, "counties": [entry(month, county) for county in counties]} for month in months]


def month_context(report: MonthReport, today: date) -> dict[str, Any]:
    """Return the table of one period, as the page shows it."""
    period, county, columns = report.period, {"county": report.county.pk}, columns_of(report)
    in_period = {"period": period.code} | county
    chosen = filters_of(period, frozen=bool(report.frozen)) | county
    return {
        "period": period,
        "county": report.county,
        "columns": column_heads(columns),
        "lines": [_line(columns, row, chosen) for row in report.rows],
        "total": cells(columns, report.total, chosen),
        "compared": [_compared(columns, one, report.county) for one in report.compared],
        "former": report.former,
        "done": {
            "columns": column_heads(DONE),
            "lines": [_line(DONE, row, in_period) for row in report.done],
            "total": cells(DONE, report.done_total, in_period),
        },
        "registered": report.total["all"],
        "register_url": cells(["all"], report.total, chosen)[0].url,
        "basis": BASIS,
        "imported": cells(IMPORTED, report.total, chosen),
        "definitions": [KNOWN[code] for code in (*columns, *DONE)],
        "previous": month_url(period.previous, report.county),
        "next": month_url(period.next, report.county) if period.next.first <= today else "",
        "running": period.last >= today,
        "title": title_of(report.county, period),
    } | _frozen(report, columns)


def title_of(county: County, period: periods.BoundedPeriod) -> str:
    """Return the report's title."""
    return _("%(county)s: citizens' opinions, report of %(period)s") % {
        "county": county.name,
        "period": period.label,
    }


def columns_of(report: MonthReport) -> tuple[str, ...]:
    """Return the columns, with the former satisfaction rate where a month that is shown was frozen by it."""
    return with_former(COLUMNS) if report.former else COLUMNS


def _frozen(report: MonthReport, columns: Iterable[str]) -> dict[str, Any]:
    """Return who froze it and when, and next to the frozen total what has changed since and what stands now."""
    if not report.frozen:
        return {"frozen": [], "adjusted": []}
    live = report.period.parameters | {"county": report.county.pk}
    return {
        "frozen": report.frozen,
        "months": len(list(report.period.months)),
        "adjusted": [
            {"label": _("Adjustments since"), "cells": adjusted_cells(report, columns)},
            {"label": _("As it stands now"), "cells": cells(columns, report.live, live)},
        ],
    }


def adjusted_cells(report: MonthReport, columns: Iterable[str]) -> list[Cell]:
    """Return the change of each count since the freezing."""
    changed = {code: report.adjustment(code) for code in columns}
    return [Cell(code, "" if n is None else f"{n:+d}") for code, n in changed.items()]


def _compared(columns: Iterable[str], month: Compared, county: County) -> Line:
    filters = filters_of(month.period, frozen=bool(month.frozen)) | {"county": county.pk}
    name = f"{month.label} {month.period.label}"
    return Line(name, "", month_url(month.period, county), cells(columns, month.total, filters))


def _line(columns: Iterable[str], row: Row, chosen: dict[str, str]) -> Line:
    parameters = chosen | {"township": str(row.area.pk)} if row.area else None
    return Line(row.name, row.note, "", cells(columns, row.counts, parameters))
