"""How figures are written into tables: the cells of a row, each opening the list that it was counted from. A table has
hundreds of them, and a tag costs a fifth of an included template."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.formats import localize
from django.utils.html import escape
from django.utils.safestring import SafeString

from common.templatetags.liaison import NO_VALUE, percent
from reports.definitions.counts import Median, Rate

if TYPE_CHECKING:
    from reports.figures.drill_down_links import Cell

register = template.Library()
NOTHING = f'<td><span class="zero">{NO_VALUE}</span></td>'
BAD = ("overdue", "late")


@register.simple_tag
def figure_cells(cells: Iterable["Cell"]) -> SafeString:
    """Render `{% figure_cells line.cells %}`: reports.figures.drill_down_links.Cell, one after the other."""
    return SafeString("\n".join(map(_cell, cells)))


@register.simple_tag
def heat_cells(cells: Iterable[dict[str, Any]]) -> SafeString:
    """Render the cells of a row of a heat table (reports.figures.category_by_agency)."""
    return SafeString("".join(map(_heat, cells)))


def _heat(cell: dict[str, Any]) -> str:
    shown = '<span class="zero">0</span>'
    if cell["url"]:
        shown = f'<a href="{escape(cell["url"])}" aria-label="{escape(cell["label"])}">{cell["n"]}</a>'
    return f'<td class="heat-{cell["shade"]}">{shown}</td>'


def _cell(cell: "Cell") -> str:
    value = cell.value
    if value is None:
        return NOTHING
    if isinstance(value, Rate | Median):
        if not value.denominator:
            return NOTHING
        return f"<td>{_rate(cell) if cell.is_rate else _median(cell)}</td>"
    if cell.url:
        bad = ' class="bad-figure"' if cell.code in BAD else ""
        return f'<td><a href="{escape(cell.url)}"{bad}>{_localized(value)}</a></td>'
    return f"<td>{_localized(value)}</td>" if value else f'<td class="zero">{_localized(value)}</td>'


def _rate(cell: Any) -> str:
    parts = f"{_part(cell.value.numerator, cell.url)}/{_part(cell.value.denominator, cell.of_url)}"
    return f'{percent(cell.value)}<span class="rate-parts">（{parts}）</span>'


def _median(cell: Any) -> str:
    of = _part(cell.value.denominator, cell.url)
    return f'{_localized(cell.value.days)}<span class="rate-parts">（{of}）</span>'


def _part(count: int, url: str) -> str:
    return f'<a href="{escape(url)}">{count}</a>' if url else str(count)


def _localized(value: object) -> str:
    return escape(localize(value))
