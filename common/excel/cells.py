"""A row of Excel as XML: what each value is written as, how it looks, and how high the row must be. Excel and WPS would
find the height themselves, LibreOffice leaves it at one line: so the file states it.

openpyxl would make a formula of a leading “=” and an error of “#N/A”, look up the style of every single cell, and give
each cell to lxml piece by piece: a row put together as one text takes a third of the time (ADR 0036).
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone
from lxml.etree import fromstring
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .formulas import Formula

# XML cannot hold these at all; a lone surrogate or control character would make the file unreadable.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CELL_LENGTH = 32_767  # Excel's own limit
# Excel makes a formula of such a text when somebody edits the cell, unless it carries the quote mark.
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

FORMATS = {
    "text": "General",
    "long": "General",
    "number": "0",
    "decimal": "0.0",
    "money": "#,##0.00",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "second": "yyyy-mm-dd hh:mm:ss",
}
DATES = ("date", "moment", "second")
NUMBERS = ("number", "decimal", "money", "percent")
SIZE, TITLE_SIZE = 10, 18
FONTS = {"title": "方正小标宋简体", "header": "黑体", "total": "黑体"}
FONT = "宋体"
LINE_HEIGHT, TITLE_HEIGHT, MOST_LINES = 14.5, 30, 28  # points; Excel's own limit is 409 of them
ROW_HEIGHT = 18  # of a row of one line: room to write beside the numbers
LINE = Side(style="thin", color="FF000000")  # a copier loses grey
BARE = ("title", "subtitle", "left", "right", "note")  # texts outside the table
BARE_SIDES = {"title": "center", "subtitle": "center", "right": "right"}


def plain(text: object) -> str:
    """Return `text` as an Excel cell can hold it: without forbidden characters, cut to CELL_LENGTH."""
    return FORBIDDEN.sub("", str(text))[:CELL_LENGTH]


def take_lines(page: WriteOnlyWorksheet) -> None:
    """Make `page`, whose layout is finished, take its rows from `Line.write` from here on."""
    page._get_writer()
    page._values_to_row = lambda row, number: row[0].xml(row[1], number)
    page._writer.write_row = lambda xml_file, row, _number: xml_file.write(fromstring(row))


class Line:
    """One kind of row: the cells that serve every such row. `kinds` are keys of FORMATS, `widths` in characters; `look`
    is one of BARE, header, total, or empty for an ordinary row; `top`: its texts begin at the upper edge."""

    def __init__(
        self,
        page: WriteOnlyWorksheet,
        kinds: Sequence[str],
        widths: Sequence[float] = (),
        *,
        look: str = "",
        top: bool = False,
    ) -> None:
        self.page, self.least = page, TITLE_HEIGHT if look == "title" else 0 if look in BARE else ROW_HEIGHT
        self.cells = [_Cell(page, place, kind, look, top) for place, kind in enumerate(kinds)]
        self.wrapped = [
            (place, int(width * 0.94))
            for place, (kind, width) in enumerate(zip(kinds, widths, strict=False))
            if kind == "long" or look in ("header", "note")
        ]

    def write(self, values: Sequence[Any]) -> None:
        """Append a row of `values`, one for each cell, to the page."""
        self.page.append((self, values))

    def xml(self, values: Sequence[Any], number: int) -> str:
        """Return row `number` (from 1) as XML."""
        cells = [cell.xml(value, number) for cell, value in zip(self.cells, values, strict=True)]
        lines = max((_lines(values[place], width) for place, width in self.wrapped), default=1)
        points = max(lines * LINE_HEIGHT, self.least) if lines > 1 else self.least
        height = f' ht="{points:g}"' if points else ""
        return f'<row r="{number}"{height}>{"".join(cells)}</row>'


def _lines(text: object, width: int) -> int:
    """Return how many lines of `width` letters `text` takes; a Chinese character is as wide as two."""
    if not isinstance(text, str) or (2 * len(text) <= width and "\n" not in text):
        return 1
    lines = sum(-(-len(part.encode("gb18030", "replace")) // width) or 1 for part in text.split("\n"))
    return min(lines, MOST_LINES)


class _Cell:
    """A column in one kind of row, and its styles there."""

    def __init__(self, page: WriteOnlyWorksheet, place: int, kind: str, look: str, top: bool) -> None:
        self.letter, self.bare = get_column_letter(place + 1), look in BARE
        self.zone = timezone.get_current_timezone()
        # By the type of the value: a date in a column of texts still looks like a date.
        dated = kind in DATES
        self.style = _style(page, kind, look, top)
        self.dates = {name: _style(page, kind if dated else name, look, top) for name in ("date", "moment")}
        self.quoted = _style(page, kind, look, top, quoted=True)

    def xml(self, value: Any, number: int) -> str:
        kind, at = _kind(value.__class__), f'<c r="{self.letter}{number}" s='
        if value is None or value == "":
            return "" if self.bare else f'{at}"{self.style}"/>'
        if kind == "text":
            text = plain(value)
            style = self.quoted if text.startswith(LIKE_A_FORMULA) else self.style
            space = ' xml:space="preserve"' if text != text.strip() else ""
            return f'{at}"{style}" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'
        if kind == "formula":
            typed = ' t="str"' if isinstance(value.value, str) else ""
            return f'{at}"{self.style}"{typed}><f>{escape(value.words)}</f><v>{value.value}</v></c>'
        if kind == "number":
            return f'{at}"{self.style}" t="n"><v>{value}</v></c>'
        if kind == "yes or no":
            return f'{at}"{self.style}" t="b"><v>{value:d}</v></c>'
        if kind == "moment" and value.tzinfo:
            value = value.astimezone(self.zone).replace(tzinfo=None)
        return f'{at}"{self.dates[kind]}" t="n"><v>{to_excel(value)}</v></c>'


@cache
def _kind(cls: type) -> str:
    """Return what a value of this type is in a cell."""
    kinds: list[tuple[Any, str]] = [
        (Formula, "formula"),
        (bool, "yes or no"),
        (int | float | Decimal, "number"),
        (datetime, "moment"),
        (date, "date"),
    ]
    return next((kind for known, kind in kinds if issubclass(cls, known)), "text")


def _style(page: WriteOnlyWorksheet, kind: str, look: str, top: bool, *, quoted: bool = False) -> int:
    """Return the number of this style in the workbook."""
    cell = WriteOnlyCell(page)
    cell.number_format = FORMATS[kind]
    cell.font = Font(name=FONTS.get(look, FONT), size=TITLE_SIZE if look == "title" else SIZE)
    if look in BARE:
        cell.alignment = Alignment(
            horizontal=BARE_SIDES.get(look, "left"), vertical="center", wrap_text=look == "note"
        )
    else:
        cell.border = Border(LINE, LINE, LINE, LINE)
        cell.alignment = Alignment(
            horizontal=_side(kind, look),
            vertical="top" if top else "center",
            wrap_text=kind == "long" or look == "header",
        )
    cell.quotePrefix = int(quoted)
    return cell.style_id


def _side(kind: str, look: str) -> str | None:
    """Return the alignment of a cell of the table: heads and numbers in the middle, words on the left."""
    return "center" if look == "header" or kind in (*NUMBERS, *DATES) else None
