"""Charts drawn on the server as SVG, each bar and point a link: no chart library, script or inline style.

Lengths across are percentages of the figure's width and heights are pixels, so that a chart fills a phone
or a desk screen with text of the same size. Colours come from CSS classes `tone-…` (static/css/data.css).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from .chart_marks import bar_mark, point_mark, segment_mark, stack_mark

ROW = 40  # px a horizontal bar takes with its label
PLOT = 168  # px between the axis and the highest point of a trend
TOP = 16  # px above the highest point, for its figure
LEFT, RIGHT = 4.0, 96.0  # % of the width between which the points of a trend lie
FULL_NAMES = 8  # more points than this, and every other label gives way on a phone


@dataclass(frozen=True)
class Bar:
    """One horizontal bar. `text` replaces the bare number at its end, e.g. 85.7%（6/7）."""

    label: str
    value: float
    url: str = ""
    text: str = ""
    tone: str = "main"


@dataclass(frozen=True)
class Part:
    """One section of a stacked bar; `tone` is a status code, a light, or one of main, accent, quiet."""

    label: str
    value: float
    tone: str = "main"
    url: str = ""


@dataclass(frozen=True)
class Stack:
    """One stacked bar, its parts from left to right."""

    label: str
    parts: Sequence[Part]
    url: str = ""

    @property
    def total(self) -> float:
        """The value of the whole bar."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True)
class Point:
    """One month (or day) of a trend; value None where there is nothing to show, and the line is broken."""

    label: str
    value: float | None
    url: str = ""
    text: str = ""


@dataclass(frozen=True)
class Series:
    """One line of a trend. All series of a chart have the same labels in the same order."""

    name: str
    points: Sequence[Point]
    tone: str = "main"


def bar_chart(bars: Sequence[Bar], *, title: str, top: float | None = None) -> SafeString:
    """Draw horizontal bars, label above and figure at the right; `top` is the value of a full-width bar."""
    top = top or max((bar.value for bar in bars), default=0) or 1
    rows = [
        bar_mark(bar, i * ROW, _pct(bar.value, top), bar.text or _number(bar.value))
        for i, bar in enumerate(bars)
    ]
    return _render("bars", title, {"rows": rows, "height": ROW * len(bars)})


def stacked_chart(stacks: Sequence[Stack], *, title: str, to_full: bool = False) -> SafeString:
    """Draw stacked horizontal bars with a legend; `to_full` stretches each to the whole width: shares."""
    top = max((stack.total for stack in stacks), default=0) or 1
    rows: list[SafeString] = []
    legend: dict[str, str] = {}
    for i, stack in enumerate(stacks):
        scale, start, parts = (stack.total or 1) if to_full else top, 0.0, []
        for part in stack.parts:
            legend.setdefault(part.label, part.tone)
            if part.value:
                parts.append((part, _pct(start, scale), _pct(part.value, scale)))
            start += part.value
        rows.append(stack_mark(stack, i * ROW, _number(stack.total), parts))
    return _render("stacked", title, {"rows": rows, "height": ROW * len(stacks), "legend": legend.items()})


def trend_chart(series: Sequence[Series], *, title: str, top: float | None = None) -> SafeString:
    """Draw lines over months, from zero; every point is marked, linked and says its figure."""
    values = [point.value for line in series for point in line.points if point.value is not None]
    top = top or _round_up(max(values, default=0))
    labels = [point.label for point in series[0].points] if series else []
    lines = [_line(line, top) for line in series]
    context = {
        "lines": lines,
        "ticks": [
            {"x": _x(i, len(labels)), "label": label, "minor": _gives_way(i, len(labels))}
            for i, label in enumerate(labels)
        ],
        "grid": [{"y": _y(share * top, top), "text": _number(share * top)} for share in (0, 0.5, 1)],
        "height": TOP + PLOT + 26,
        "axis_text_y": TOP + PLOT + 20,
        "legend": [(line.name, line.tone) for line in series] if len(series) > 1 else [],
    }
    return _render("trend", title, context)


def _line(line: Series, top: float) -> dict[str, Any]:
    places = [
        (_x(i, len(line.points)), _y(point.value, top)) if point.value is not None else None
        for i, point in enumerate(line.points)
    ]
    shown = [(point, place) for point, place in zip(line.points, places, strict=True) if place]
    marks = [
        point_mark(line.name, point, *place, point.text or _number(point.value or 0), last=i == len(shown))
        for i, (point, place) in enumerate(shown, 1)
    ]
    segments = [segment_mark(a, b) for a, b in pairwise(places) if a and b]
    return {"series": line, "marks": segments + marks}


def _render(kind: str, title: str, context: dict[str, Any]) -> SafeString:
    # The same chart has the same id at every request: pages can be compared and cached.
    context |= {"title": title, "id": f"chart-{crc32((kind + title).encode()):08x}"}
    return SafeString(render_to_string(f"common/charts/{kind}.html", context))


def _pct(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%"


def _x(i: int, of: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * (i + 0.5) / of:.2f}%"


def _y(value: float, top: float) -> float:
    return round(TOP + PLOT * (1 - value / top), 1)


def _gives_way(i: int, of: int) -> bool:
    """Return whether a label is left out on a phone. The last one always stays: it names the month that people look at
    first."""
    return of > FULL_NAMES and (of - 1 - i) % 2 == 1


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def _round_up(value: float) -> float:
    """Return the next of 2, 4, 10, 20, 40, 100…: its half, the middle grid line, is whole too."""
    tens = 1
    while True:
        for top in (2, 4, 10):
            if top * tens >= value:
                return top * tens
        tens *= 10
