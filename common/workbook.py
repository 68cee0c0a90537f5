"""Writing Excel: row by row in flat memory, ready to print, and no text is ever a formula."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.properties import PageSetupProperties

# XML cannot hold these at all; a lone surrogate or control character would make the file unreadable.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
A4 = 9  # Excel's number of that paper
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
LINE = Side(style="thin", color="FFBFC8C4")
FILLS = {
    "header": PatternFill("solid", fgColor="FFDDE8E4"),
    "total": PatternFill("solid", fgColor="FFF3F6F4"),
}


@dataclass(frozen=True)
class Column:
    """`width` in characters; `kind` a key of FORMATS ("long" wraps). A value keeps its own type whatever the
    kind: a text in a column of numbers stays a text."""

    header: str
    width: float = 12
    kind: str = "text"


class Total(tuple):
    """A row that sums up others: written bold on a tint."""

    __slots__ = ()


@dataclass
class Sheet:
    """`rows` yields sequences of values in the order of `columns` (None: empty) and is read once, as it is
    written. `preamble` stands above the header, a line each: a text, or a list of values. `frozen` columns
    stay in view. `last`: it stands behind the sheets that are written after it."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    preamble: Sequence = field(default_factory=list)
    frozen: int = 0
    last: bool = False


def write_xlsx(target, sheets: Iterable[Sheet]) -> int:
    """Write `sheets` to `target` (a path or a binary file); returns the number of rows below the headers.

    Header frozen and filtered, A4 landscape fitted to the width, header repeated on every printed page. Aware
    datetimes are written in the office's time zone. A sheet's `rows` are asked for only when its turn comes.
    """
    book, written, behind = Workbook(write_only=True), 0, 0
    try:
        for sheet in sheets:
            page = book.create_sheet(_sheet_title(book, sheet.title), len(book.sheetnames) - behind)
            behind += sheet.last
            written += _write_sheet(page, sheet)
    except BaseException:
        _abandon(book)
        raise
    book.save(target)
    return written


def _abandon(book) -> None:
    """Remove the temporary files of a workbook that will not be finished."""
    for page in book.worksheets:
        with suppress(Exception):
            page.close()
            page._writer.cleanup()


def plain(text) -> str:
    """`text` as an Excel cell can hold it."""
    return FORBIDDEN.sub("", str(text))[:CELL_LENGTH]


def _write_sheet(page, sheet: Sheet) -> int:
    header_row = len(sheet.preamble) + 1
    _lay_out(page, sheet, header_row)
    page._values_to_row = _placed  # our cells know their type and style; openpyxl would guess both anew
    for place, line in enumerate(sheet.preamble):
        values = line if isinstance(line, list | tuple) else [line]
        page.append(
            _filled([_Cell(page, n, look="title" if place == 0 else "") for n in range(len(values))], values)
        )
    headers = [_Cell(page, n, look="header") for n in range(len(sheet.columns))]
    page.append(_filled(headers, [column.header for column in sheet.columns]))
    ordinary = [_Cell(page, n, kind=column.kind) for n, column in enumerate(sheet.columns)]
    total = [_Cell(page, n, kind=column.kind, look="total") for n, column in enumerate(sheet.columns)]
    written = 0
    for row in sheet.rows:
        # The same cells serve every row: each is on disk before the next row is filled in.
        page.append(_filled(total if isinstance(row, Total) else ordinary, row))
        written += 1
    last = get_column_letter(max(len(sheet.columns), 1))
    page.auto_filter.ref = f"A{header_row}:{last}{header_row + written}"
    return written


def _sheet_title(book, title) -> str:
    """Excel's rules: at most 31 characters, none of []:*?/\\, no two alike."""
    base = re.sub(r"[\[\]:*?/\\]", " ", plain(title)).strip("' ")[:31] or "Sheet"
    name, n = base, 1
    while name.lower() in [other.lower() for other in book.sheetnames]:
        n += 1
        name = f"{base[:27]} {n}"
    return name


def _lay_out(page, sheet, header_row):
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{header_row + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{header_row}:{header_row}"
    page.oddFooter.center.text = "&P / &N"
    page.page_margins.left = page.page_margins.right = 0.4


class _Cell:
    """What openpyxl's writer reads of a cell, with type and style set by hand: it would make a formula of a
    leading “=” and an error of “#N/A”, and look up the style of every cell anew, at a third of the speed."""

    __slots__ = (
        "_value",
        "coordinate",
        "data_type",
        "letter",
        "quoted",
        "style_id",
        "styles",
        "tinted",
        "zone",
    )
    _comment = hyperlink = None
    has_style = True

    def __init__(self, page, place, *, kind="text", look=""):
        self.letter = get_column_letter(place + 1)
        self._value, self.tinted, self.zone = None, bool(look), timezone.get_current_timezone()
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
    if look != "title":
        cell.alignment = Alignment(
            vertical="center" if look == "header" else "top", wrap_text=kind == "long" or look == "header"
        )
    if look:
        cell.font = Font(bold=True, size=15 if look == "title" else 11)
    if look in FILLS:
        cell.fill, cell.border = FILLS[look], Border(bottom=LINE)
    cell.quotePrefix = int(quoted)
    return cell.style_id


def _filled(cells, values):
    for cell, value in zip(cells, values, strict=True):
        cell.put(value)
    return cells


def _placed(cells, row_number):
    for cell in cells:
        if cell._value is None and not cell.tinted:
            continue  # nothing to see: not written at all
        cell.coordinate = f"{cell.letter}{row_number}"
        yield cell
