"""How the bars and points of a chart are written as SVG, each a link to what it was drawn from (common/ui/charts.py).

A page draws a hundred of them: written here they cost a fifth of what a template takes. Whatever was not made here is
escaped; numbers have their point, whatever the language.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from .charts import Bar, Part, Point, Stack


def bar_mark(bar: "Bar", y: int, width: str, text: str) -> SafeString:
    """Draw a bar `y` pixels from the top, below its label and with its figure `text` at the right."""
    figure, label = escape(text), escape(bar.label)
    drawn = (
        f"<title>{label} {figure}</title>"
        '<rect class="chart-hit" width="100%" height="40"/>'
        f'<text class="chart-label" x="0" y="17">{label}</text>'
        f'<text class="chart-value" x="100%" y="17" text-anchor="end">{figure}</text>'
        '<rect class="chart-track" y="25" width="100%" height="8" rx="2"/>'
        f'<rect class="chart-bar" y="25" width="{width}" height="8" rx="2"/>'
    )
    linked = _linked(bar.url, f"{label} {figure}", drawn)
    return SafeString(f'<svg y="{y}" width="100%" height="40" class="tone-{escape(bar.tone)}">{linked}</svg>')


def stack_mark(stack: "Stack", y: int, text: str, parts: Iterable[tuple["Part", str, str]]) -> SafeString:
    """Draw a bar of `parts`, each with where it begins and how long it is, both in percent of the width."""
    figure, label = escape(text), escape(stack.label)
    head = (
        f'<text class="chart-label" x="0" y="17">{label}</text>'
        f'<text class="chart-value" x="100%" y="17" text-anchor="end">{figure}</text>'
    )
    drawn = [
        _linked(stack.url, f"{label} {figure}", head),
        '<rect class="chart-track" y="25" width="100%" height="8"/>',
    ]
    drawn += [_part(label, *one) for one in parts]
    return SafeString(f'<svg y="{y}" width="100%" height="40">{"".join(drawn)}</svg>')


def _part(stack: str, part: "Part", x: str, width: str) -> str:
    label = f"{escape(part.label)} {part.value}"
    drawn = (
        f'<rect class="chart-bar tone-{escape(part.tone)}" x="{x}" y="25" width="{width}" height="8">'
        f"<title>{stack} · {label}</title></rect>"
    )
    return _linked(part.url, f"{stack} {label}", drawn)


def point_mark(series: str, point: "Point", x: str, y: float, text: str, *, last: bool) -> SafeString:
    """Draw a point of a trend; the `last` one says its figure."""
    figure = f"{escape(point.label)} {escape(text)}"
    drawn = (
        f'<circle class="chart-hit" cx="{x}" cy="{y}" r="12"/>'
        f'<circle class="chart-point" cx="{x}" cy="{y}" r="4"><title>{escape(series)} · {figure}</title></circle>'
    )
    if last:
        drawn += (
            f'<text class="chart-value" x="{x}" y="{y}" dy="-9" text-anchor="middle">{escape(text)}</text>'
        )
    return SafeString(_linked(point.url, f"{escape(series)} {figure}", drawn))


def segment_mark(a: tuple[str, float], b: tuple[str, float]) -> SafeString:
    """Draw the line between two points."""
    return SafeString(f'<line class="chart-line" x1="{a[0]}" y1="{a[1]}" x2="{b[0]}" y2="{b[1]}"/>')


def _linked(url: str, label: str, drawn: str) -> str:
    return f'<a href="{escape(url)}" aria-label="{label}">{drawn}</a>' if url else drawn
