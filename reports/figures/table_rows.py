"""A row of a table of figures: its area, the way down into it, and the lists its figures open."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.definitions.counts import ALL
from reports.definitions.periods import Period
from reports.figures.areas import NO_STUDIO, Place, Row
from reports.figures.by_area_and_month import AreaMonthCounts
from reports.figures.drill_down_links import Cell, address, cells, filters_of, list_url


@dataclass(frozen=True)
class Line:
    """A row of the table: its area's name, the way down to it, and its cells."""

    name: str
    note: str
    url: str
    cells: list[Cell]


def line(columns: Iterable[str], row: Row, place: Place, period: Period, found: AreaMonthCounts) -> Line:
    """Return the row of one area, each figure opening its list."""
    if row.area is None:
        return Line(row.name, row.note, "", cells(columns, row.counts, None))
    url, chosen = drill_down(row, place, period, found)
    return Line(row.name, row.note, url, cells(columns, row.counts, chosen))


def drill_down(row: Row, place: Place, period: Period, found: AreaMonthCounts) -> tuple[str, dict[str, str]]:
    """Return the page of the row's area, "" where there is none, and the filters that give its opinions."""
    if row.area is None:
        raise ValueError("a row of no area leads nowhere")  # `line` and the charts leave it out
    down = {place.level: str(row.area.pk)}
    county = place.county.pk if place.county else str(row.area.pk)
    frozen = bool(found.frozen_in(period, county)) or row.area is NO_STUDIO
    chosen = filters_of(period, frozen=frozen) | place.parameters | down
    if place.level == "studio":
        return list_url(ALL, chosen) if row.counts[ALL] else "", chosen
    if place.township:
        return "", chosen
    asked = place.parameters | down | {"period": period.code}
    return address("reports:dashboard", asked), chosen
