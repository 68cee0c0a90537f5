"""What the dashboard shows of one place and period: tiles, what is open now, and the table of its areas."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.templatetags.liaison import NO_VALUE, percent
from opinions.lifecycle.statuses import OPEN, Status
from opinions.models import Opinion
from opinions.models.conditions import CONDITIONS
from opinions.workflow.gaps import MISSING, gaps, named
from reports.dashboard import charts
from reports.definitions.counts import ALL, STAGES, Counts, Median, Rate, q_of, total
from reports.definitions.figures import BASIS, IMPORTED, KNOWN, with_former
from reports.definitions.periods import Period, month_of, months_until
from reports.figures.areas import Place, Row, rows_of, studio_rows
from reports.figures.by_area_and_month import Scope, counts_by_area_and_month
from reports.figures.category_by_agency import category_by_agency, chart_period
from reports.figures.completed import DONE_ONLY, count_done
from reports.figures.drill_down_links import cell, cells, filters_of, list_url
from reports.figures.table_rows import line
from reports.models import FrozenMonth

COLUMNS = (
    ALL,
    "accepted",
    *STAGES,
    "overdue",
    "closed",
    "on_time_rate",
    "first_satisfied_rate",
    "last_satisfied_rate",
    "reopened",
    "median_days",
)
TILES = (
    "accepted",
    "open",
    "overdue",
    "closed_rate",
    "on_time_rate",
    "called_back_rate",
    "first_satisfied_rate",
    "last_satisfied_rate",
    "reopened_rate",
    "median_days",
)
DONE_TILES = ("closed_in", "due_in", "due_on_time_rate")
# What lies on the desks today, whenever it was registered. All of it is open.
STOCK = (
    ("open", gettext_lazy("Open in all"), "folder2-open"),
    ("overdue", gettext_lazy("Overdue in all"), "alarm"),
    ("extension_asked", gettext_lazy("Extensions to decide"), "hourglass-split"),
    ("to_acknowledge", gettext_lazy("Notices without a reply"), "bell"),
    ("reopened_twice", gettext_lazy("Reopened twice or more"), "arrow-repeat"),
)


def dashboard(user: User, place: Place, period: Period, today: date) -> dict[str, Any]:
    """Return the page's context; as many queries for one opinion as for a million."""
    within = place.within(user)
    trend = months_until(month_of(min(period.last or today, today)))
    found = counts_by_area_and_month(
        within, [period, *(other for _label, other in period.compared), *trend], today
    )
    then = [(label, found.total(other)) for label, other in period.compared]
    rows, counted = _rows(user, place, found.of(period)), found.total(period)
    chosen = filters_of(period, frozen=bool(found.frozen_in(period))) | place.parameters
    shown = chart_period(period, today)
    shares = category_by_agency(within, shown, found.frozen_in(shown), today)
    charted_chosen = filters_of(shown, frozen=bool(found.frozen_in(shown))) | place.parameters
    former = [one for one in found.frozen_in(period) if one.is_former]
    columns = with_former(COLUMNS) if former else COLUMNS
    return {
        "place": place,
        "period": period,
        "tiles": [tile(code, counted, chosen, then) for code in TILES],
        "done": done(within, place, period, found.frozen_in(period), today),
        "stock": stock(within.rows, place, today),
        "columns": column_heads(columns),
        "done_columns": column_heads(DONE_TILES),
        "former": former,
        "basis": BASIS,
        "imported": cells(IMPORTED, counted, chosen),
        "frozen": found.frozen_in(period),
        "lines": [line(columns, row, place, period, found) for row in rows],
        "total": cells(columns, counted, chosen),
        "trend": charts.trend(found, place, trend),
        "stages": charts.stages(rows, place, period, found),
        "categories": charts.categories(shares, charted_chosen),
        "heat": shares.heat(charted_chosen),
        "charted": shown,
    }


def _rows(user: User, place: Place, groups: dict[Any, Counts]) -> list[Row]:
    if place.level == "studio":
        return studio_rows(user, place, groups)
    return rows_of(place.areas, groups, followed=place.followed)


def column_heads(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return label and definition of each column."""
    return [
        {"code": code, "label": KNOWN[code].label, "words": KNOWN[code].words}
        if code in KNOWN
        else {"code": code, "label": Status(code).label, "words": _("Open, at this stage.")}
        for code in codes
    ]


def tile(
    code: str, counts: Counts, chosen: dict[str, Any], compared: list[tuple[str, Counts]]
) -> dict[str, Any]:
    """Return one figure for common/_figure.html; a rate names the two counts that it was made of. `compared` are the
    counts of other periods, each with its name."""
    figure, shown = KNOWN[code], cell(code, counts, chosen)
    given, note = shown.value, ""
    value: object = given
    if given is None:
        value = NO_VALUE
    elif isinstance(given, Median):
        value, note = _days(given), f"{KNOWN[figure.counts].label} {given.denominator}"
    elif isinstance(given, Rate):
        over, under = KNOWN[figure.counts], KNOWN[figure.of]
        note = f"{over.label} {given.numerator} / {under.label} {given.denominator}"
        value = percent(given)
    elif code == "accepted":
        note = f"{KNOWN[ALL].label} {counts[ALL]}"
    then = " · ".join(f"{label} {short(other.figure(code))}" for label, other in compared)
    tone = "bad" if code == "overdue" and value else "main"
    return {"label": figure.label, "value": value, "note": note, "then": then, "url": shown.url, "tone": tone}


def short(value: Any) -> str:
    """Return a figure without what it was made of, for a place where the whole is a link away."""
    if isinstance(value, Median):
        return _days(value)
    return percent(value) if isinstance(value, Rate) else NO_VALUE if value is None else str(value)


def _days(median: Median) -> str:
    return NO_VALUE if median.days is None else _("%(days)s days") % {"days": f"{median.days:g}"}


def done(
    within: Scope, place: Place, period: Period, frozen: list[FrozenMonth], today: date
) -> list[dict[str, Any]]:
    """Return the tiles of what was done in the period, whenever it was registered; none for all time."""
    if period.first is None:
        return []
    counted = total(count_done(within, period, today, frozen, DONE_ONLY).values())
    chosen = {"period": period.code} | place.parameters
    return [tile(code, counted, chosen, []) for code in DONE_TILES]


def stock(here: QuerySet[Opinion], place: Place, today: date) -> list[dict[str, Any]]:
    """Return the tiles of what is open now, in one query over open rows only; where nobody can act, with the places."""
    names = [*(name for name, _label, _icon in STOCK), *MISSING]
    found = here.filter(status__in=OPEN).aggregate(
        # Every one of them is open: that need not be asked row by row.
        **{n: Count("status", filter=None if n == "open" else q_of(n, today)) for n in names}
    )
    missing = [(name, CONDITIONS[name][0], "person-x") for name in MISSING if found[name]]
    where = gaps(here, [name for name, _label, _icon in missing])
    return [
        {
            "label": label,
            "icon": icon,
            "value": found[name],
            "note": named([gap for gap in where if gap.name == name]),
            "url": list_url(name, place.parameters | {"status": OPEN}) if found[name] else "",
            "tone": "bad" if name in ("overdue", *MISSING) and found[name] else "main",
        }
        for name, label, icon in [*STOCK, *missing]
    ]
