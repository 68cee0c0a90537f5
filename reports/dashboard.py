"""What the dashboard shows of one place and period: tiles, what is open now, and the table of its areas."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.liaison import percent
from opinions.models import Opinion
from opinions.workflow.table import OPEN, Status
from reports import dashboard_charts as charts
from reports.areas import Place, Row, rows_of
from reports.figures import ALL, BASIS, FIGURES, STAGES, Counts, count_figures, q_of, total
from reports.links import Cell, cell, cells, list_url
from reports.periods import Period

COLUMNS = (ALL, "accepted", *STAGES, "overdue", "closed", "on_time_rate", "satisfied_rate", "reopened")
TILES = (
    "accepted",
    "open",
    "overdue",
    "closed_rate",
    "on_time_rate",
    "called_back_rate",
    "satisfied_rate",
    "reopened_rate",
)
# What lies on the desks today, whenever it was registered. All of it is open.
STOCK = (
    ("open", gettext_lazy("Open in all"), "folder2-open"),
    ("overdue", gettext_lazy("Overdue in all"), "alarm"),
    ("extension_asked", gettext_lazy("Extensions to decide"), "hourglass-split"),
    ("to_acknowledge", gettext_lazy("Notices without a reply"), "bell"),
    ("reopened_twice", gettext_lazy("Reopened twice or more"), "arrow-repeat"),
)


@dataclass(frozen=True)
class Line:
    """A row of the table: its area's name, the way down to it, and its cells."""

    name: str
    note: str
    url: str
    cells: list[Cell]


def dashboard(user, place: Place, period: Period, today: date) -> dict:
    """The page's context, in five queries, however many areas, opinions and years there are."""
    here = place.only(Opinion.objects.visible_to(user))
    registered = here.filter(period.registered)
    groups = count_figures(registered, by=place.level, today=today)
    rows, counted = rows_of(place.areas, groups, followed=place.followed), total(groups.values())
    chosen = period.parameters | place.parameters
    return {
        "place": place,
        "period": period,
        "tiles": [tile(code, counted, chosen) for code in TILES],
        "stock": stock(here, place, today),
        "columns": column_heads(COLUMNS),
        "basis": BASIS,
        "lines": [line(row, place, period) for row in rows],
        "total": cells(COLUMNS, counted, chosen),
        "trend": charts.trend(here, place, period, today),
        "stages": charts.stages(rows, place, period),
        "categories": charts.categories(registered, chosen, today),
    }


def column_heads(codes) -> list[dict]:
    """Label and definition of each column."""
    return [
        {"code": code, "label": FIGURES[code].label, "words": FIGURES[code].words}
        if code in FIGURES
        else {"code": code, "label": Status(code).label, "words": _("Open, at this stage.")}
        for code in codes
    ]


def tile(code: str, counts: Counts, chosen: dict) -> dict:
    """One figure for common/_figure.html; a rate names the two counts that it was made of."""
    figure, shown = FIGURES[code], cell(code, counts, chosen)
    value, note = shown.value, ""
    if shown.is_rate:
        over, under = FIGURES[figure.counts], FIGURES[figure.of]
        note = f"{over.label} {value.numerator} / {under.label} {value.denominator}"
        value = percent(value)
    elif code == "accepted":
        note = f"{FIGURES[ALL].label} {counts[ALL]}"
    tone = "bad" if code == "overdue" and value else "main"
    return {"label": figure.label, "value": value, "note": note, "url": shown.url, "tone": tone}


def stock(here, place: Place, today: date) -> list[dict]:
    """The tiles of what is open now, in one query over open rows only."""
    names = [name for name, _label, _icon in STOCK]
    found = here.filter(status__in=OPEN).aggregate(**{n: Count("pk", filter=q_of(n, today)) for n in names})
    return [
        {
            "label": label,
            "icon": icon,
            "value": found[name],
            "url": list_url(name, place.parameters | {"status": OPEN}) if found[name] else "",
            "tone": "bad" if name == "overdue" and found[name] else "main",
        }
        for name, label, icon in STOCK
    ]


def line(row: Row, place: Place, period: Period) -> Line:
    if row.area is None:
        return Line(row.name, row.note, "", cells(COLUMNS, row.counts, None))
    down = {place.level: row.area.pk}
    url = (
        ""
        if place.township
        else f"{reverse('reports:dashboard')}?{urlencode(place.parameters | down | {'period': period.code})}"
    )
    return Line(
        row.name, row.note, url, cells(COLUMNS, row.counts, period.parameters | place.parameters | down)
    )
