"""The cells of a row of Excel: what a value is written as and how it looks. Excel and WPS would find the height of a
row themselves, LibreOffice leaves it at a line: so it is told.

What openpyxl's writer reads of cells and rows is set by hand here: it would make a formula of a leading “=” and an
error of “#N/A”, and look up the style of every cell anew, at a third of the speed.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.utils import timezone
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

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
}
NUMBERS = ("number", "decimal", "money", "percent")
FONT, SIZE, TITLE_SIZE = "宋体", 10, 15
LINE_HEIGHT, TITLE_HEIGHT, MOST_LINES = 14.5, 24, 28  # points; Excel's own limit is 409 of them
LINE = Side(style="thin", color="FFBFC8C4")
BARE = ("title", "note")  # words that stand outside the table
FILLS = {
    "header": PatternFill("solid", fgColor="FFDDE8E4"),
    "total": PatternFill("solid", fgColor="FFF3F6F4"),
}


def plain(text) -> str:
    """`text` as an Excel cell can hold it."""
    return FORBIDDEN.sub("", str(text))[:CELL_LENGTH]


class Line:
    """The cells of one kind of row. They serve every such row: each is on disk before the next is filled in."""

    def __init__(self, page, kinds, widths=(), *, look=""):
        self.page, self.least = page, TITLE_HEIGHT if look == "title" else 0
        self.cells = [_Cell(page, place, kind, look) for place, kind in enumerate(kinds)]
        self.wrapped = [
            (cell, int(width))
            for cell, kind, width in zip(self.cells, kinds, widths, strict=False)
            if kind == "long" or look == "header"
        ]
        page._values_to_row = _placed

    def write(self, values) -> None:
        for cell, value in zip(self.cells, values, strict=True):
            cell.put(value)
        lines = max((_lines(cell._value, width) for cell, width in self.wrapped), default=1)
        self.page.row_dimensions = _Height(lines * LINE_HEIGHT if lines > 1 else self.least)
        self.page.append(self.cells)


class _Height:
    """What openpyxl's writer looks up for any row: the height of the one at hand, and only where it is not a line."""

    def __init__(self, points):
        self.attributes = {"ht": f"{points:g}"} if points else {}

    def get(self, _number, _default):
        return self.attributes


def _lines(text, width) -> int:
    """How many lines of `width` letters `text` takes; a Chinese character is as wide as two."""
    if not isinstance(text, str) or (2 * len(text) <= width and "\n" not in text):
        return 1
    lines = sum(-(-len(part.encode("gb18030", "replace")) // width) or 1 for part in text.split("\n"))
    return min(lines, MOST_LINES)


class _Cell:
    """What openpyxl's writer reads of a cell."""

    __slots__ = (
        "_value",
        "bare",
        "coordinate",
        "data_type",
        "letter",
        "quoted",
        "style_id",
        "styles",
        "zone",
    )
    _comment = hyperlink = None
    has_style = True

    def __init__(self, page, place, kind, look):
        self.letter = get_column_letter(place + 1)
        self._value, self.bare, self.zone = None, look in BARE, timezone.get_current_timezone()
        # By the type of the value: a date in a column of texts still looks like a date.
        dated = kind in ("date", "moment")
        formats = {"": kind, "date": kind if dated else "date", "moment": kind if dated else "moment"}
        self.styles = {key: _style(page, name, look) for key, name in formats.items()}
        self.quoted = _style(page, kind, look, quoted=True)

    def put(self, value):
        self.style_id, self.data_type, kind = self.styles[""], "n", _kind(type(value))
        if value is None or value == "":
            self._value = None
        elif kind == "text":
            self._value, self.data_type = plain(value), "s"
            if self._value.startswith(LIKE_A_FORMULA):
                self.style_id = self.quoted
        elif kind == "number":
            self._value = value
        elif kind == "yes or no":
            self._value, self.data_type = int(value), "b"
        else:
            if kind == "moment" and value.tzinfo:
                value = value.astimezone(self.zone).replace(tzinfo=None)
            self._value, self.style_id = to_excel(value), self.styles[kind]


@cache
def _kind(cls: type) -> str:
    """What a value of this type is in a cell."""
    kinds = [(bool, "yes or no"), (int | float | Decimal, "number"), (datetime, "moment"), (date, "date")]
    return next((kind for known, kind in kinds if issubclass(cls, known)), "text")


def _style(page, kind, look, *, quoted=False) -> int:
    """The number of this style in the workbook."""
    cell = WriteOnlyCell(page)
    cell.number_format = FORMATS[kind]
    cell.font = Font(name=FONT, size=TITLE_SIZE if look == "title" else SIZE, bold=look not in ("", "note"))
    if look not in BARE:
        cell.border = Border(LINE, LINE, LINE, LINE)
        cell.alignment = Alignment(
            horizontal=_side(kind, look), vertical="center", wrap_text=kind == "long" or look == "header"
        )
    if look in FILLS:
        cell.fill = FILLS[look]
    cell.quotePrefix = int(quoted)
    return cell.style_id


def _side(kind, look) -> str | None:
    """Where it is not what the value asks for itself: numbers right, words left."""
    if kind in ("date", "moment"):
        return "left"
    return "right" if look == "header" and kind in NUMBERS else None


def _placed(cells, row_number):
    for cell in cells:
        if cell._value is None and cell.bare:
            continue  # nothing to see: not written at all
        cell.coordinate = f"{cell.letter}{row_number}"
        yield cell
