"""The overview of activities: a county's townships, or all counties, in one period."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.templatetags.liaison import percent
from reports.activities.figures import FIGURES, Counts, cells, count, scope_of_place, total
from reports.activities.frozen import frozen_figures
from reports.definitions.counts import Rate
from reports.definitions.periods import Period
from reports.figures.areas import Place, follow
from reports.figures.table_rows import Line

COLUMNS = tuple(FIGURES)
TILES = ("held_rate", "people", "visits", "active_rate", "at_activity", "idle_rate")


def overview(user: User, place: Place, period: Period, today: date) -> dict[str, Any]:
    """Return the page's context; the number of queries is fixed."""
    scope = scope_of_place(user, place)
    groups = count(scope, period, by=place.level, today=today)
    counted = total(groups.values())
    return {
        "place": place,
        "period": period,
        "frozen": bool(frozen_figures(scope, period).months),
        "columns": list(FIGURES.values()),
        "tiles": [_tile(code, counted, place, period) for code in TILES],
        "lines": _lines(place, period, follow(place.areas, groups) if place.followed else groups),
        "total": cells(COLUMNS, counted, place.parameters, period),
    }


def _tile(code: str, counted: Counts, place: Place, period: Period) -> dict[str, Any]:
    shown, figure = cells([code], counted, place.parameters, period)[0], FIGURES[code]
    value: object = shown.value
    note = ""
    if isinstance(shown.value, Rate):
        value, note = percent(shown.value), f"{shown.value.numerator} / {shown.value.denominator}"
    tone = "warn" if code == "idle_rate" and counted["idle"] else "main"
    return {"label": figure.label, "value": value, "note": note, "url": shown.url, "tone": tone}


def _lines(place: Place, period: Period, groups: dict[str, Counts]) -> list[Line]:
    """Return a row for every area in force and for those that have ended and still have records; so the rows add up."""
    lines, known = [], set()
    for area in place.areas:
        known.add(area.pk)
        counts = groups.get(area.pk, Counts())
        ended = area.valid_to or not getattr(area, "counted", True)
        if ended and not any(counts.values()):
            continue
        down = {place.level: area.pk}
        asked = place.parameters | down | {"period": period.code}
        url = f"{reverse('reports:activities')}?{urlencode(asked)}"
        note = _("no longer a unit") if area.valid_to else ""
        row = cells(COLUMNS, counts, place.parameters | down, period)
        lines.append(Line(area.name, note, "" if place.township else url, row))
    elsewhere = total(counts for code, counts in groups.items() if code not in known)
    if any(elsewhere.values()):
        plain = [type(cell)(cell.code, cell.value) for cell in cells(COLUMNS, elsewhere, {}, period)]
        lines.append(Line(_("other units"), "", "", plain))
    return lines
