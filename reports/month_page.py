"""What the pages of the monthly reports show: the months there are, and one month of a county."""

from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from opinions.models import Opinion
from reports import periods
from reports.dashboard import Line, column_heads
from reports.figures import BASIS, FIGURES, q_of
from reports.links import cells
from reports.month import COLUMNS, MonthReport
from studios.context import OVERSEERS

FEWEST = 2  # months are listed even before anything was registered


def month_url(period: periods.Period, county) -> str:
    return f"{reverse('reports:month', args=[period.code])}?county={county.pk}"


def all_months(user, today: date) -> list[periods.Period]:
    """From this month back to the first with an opinion the person may report on. One query."""
    first = Opinion.objects.visible_to(user, *OVERSEERS).order_by("registered_at", "id")
    first = first.values_list("registered_at", flat=True).first()
    now = periods.month_of(today)
    if first is None:
        return periods.months_until(now, FEWEST)[::-1]
    first = periods.month_at(first)
    apart = 12 * (now.first.year - first.first.year) + now.first.month - first.first.month
    return periods.months_until(now, max(apart + 1, FEWEST))[::-1]


def month_lines(user, months: list[periods.Period], counties: list, today: date) -> list[dict]:
    """For each month and county the accepted and the closed, in one query."""
    names = ("accepted", "closed")
    rows = Opinion.objects.visible_to(user, *OVERSEERS)
    rows = rows.filter(periods.registered_between(months[-1].first, months[0].last)).order_by()
    rows = rows.annotate(month=TruncMonth("registered_at")).values("county", "month")
    rows = rows.annotate(**{f"n_{name}": Count("pk", filter=q_of(name, today)) for name in names})
    found = {(row["county"], row["month"].date()): row for row in rows}

    def entry(month, county):
        row = found.get((county.pk, month.first), {})
        counted = {name: row.get(f"n_{name}", 0) for name in names}
        return counted | {"county": county, "url": month_url(month, county)}

    return [{"month": month, "counties": [entry(month, county) for county in counties]} for month in months]


def month_context(report: MonthReport, today: date) -> dict:
    """The table of one month, as the page shows it."""
    period, county = report.period, {"county": report.county.pk}
    chosen = period.parameters | county
    return {
        "period": period,
        "county": report.county,
        "columns": column_heads(COLUMNS),
        "lines": [_line(row, chosen) for row in report.rows],
        "total": cells(COLUMNS, report.total, chosen),
        "compared": [
            Line(
                f"{month.label} {month.period.label}",
                "",
                month_url(month.period, report.county),
                cells(COLUMNS, month.total, month.period.parameters | county),
            )
            for month in report.compared
        ],
        "registered": report.total["all"],
        "register_url": cells(["all"], report.total, chosen)[0].url,
        "basis": BASIS,
        "definitions": [FIGURES[code] for code in COLUMNS],
        "previous": month_url(period.previous, report.county),
        "next": month_url(period.next, report.county) if period.next.first <= today else "",
        "running": period.last >= today,
        "title": _("%(county)s: citizens' opinions, monthly report of %(month)s")
        % {"county": report.county.name, "month": period.label},
    }


def _line(row, chosen) -> Line:
    parameters = chosen | {"township": row.area.pk} if row.area else None
    return Line(row.name, row.note, "", cells(COLUMNS, row.counts, parameters))
