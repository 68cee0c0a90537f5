"""Writing Excel: row by row in flat memory, ready to print, and no text is ever a formula (common/excel/cells.py)."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties

from .cells import Line, plain, take_lines
from .watermark import Watermark

A4 = 9  # Excel's number of that paper


@dataclass(frozen=True)
class Column:
    """`width` in characters; `kind` a key of cells.FORMATS ("long" wraps). A value keeps its own type whatever the
    kind: a text in a column of numbers stays a text. `as_text`: what a person types into the column is kept as text, so
    that Excel replaces no digits and drops no leading zero."""

    header: str | Promise
    width: float = 12
    kind: str = "text"
    as_text: bool = False


class Total(tuple[Any, ...]):
    """A row that sums up others: written bold on a tint."""

    __slots__ = ()


class Note(tuple[Any, ...]):
    """Text below a table, in its first columns and as far to the right as it reaches."""

    __slots__ = ()


@dataclass
class Sheet:
    """`rows` yields sequences of values in the order of `columns` (None: empty) and is read once, as it is
    written. `preamble` has the lines above the header: each a text, or a list of values. `frozen` columns
    stay in view. `last`: it comes after the sheets that are written after it. `running` is the head of each
    printed page."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    preamble: Sequence[Any] = field(default_factory=list)
    frozen: int = 0
    last: bool = False
    running: str = ""


def write_xlsx(target: Any, sheets: Iterable[Sheet], *, mark: Watermark | None = None) -> int:
    """Write `sheets`, each with `mark`, to `target` (a path or a binary file); returns the number of rows below the
    headers.

    Header frozen and filtered, A4 landscape fitted to the width, header repeated on every printed page. Aware
    datetimes are written in the office's time zone. A sheet's `rows` are asked for only when its turn comes.
    """
    book, written, behind = Workbook(write_only=True), 0, 0
    try:
        for sheet in mark.on(sheets) if mark else sheets:
            page = book.create_sheet(_sheet_title(book, sheet.title), len(book.sheetnames) - behind)
            behind += sheet.last
            written += _write_sheet(page, sheet)
    except BaseException:
        _abandon(book)
        raise
    book.properties.creator, book.properties.title = "", book.sheetnames[0] if book.sheetnames else ""
    book.save(target)
    return written


def _abandon(book: Workbook) -> None:
    """Remove the temporary files of a workbook that will not be finished."""
    for page in book.worksheets:
        with suppress(Exception):
            page.close()
            page._writer.cleanup()


def _write_sheet(page: WriteOnlyWorksheet, sheet: Sheet) -> int:
    header_row = len(sheet.preamble) + 1
    _lay_out(page, sheet, header_row)
    take_lines(page)
    widths, kinds = [one.width for one in sheet.columns], [one.kind for one in sheet.columns]
    for place, words in enumerate(sheet.preamble):
        values = words if isinstance(words, list | tuple) else [words]
        _write_words(page, values, "note" if place else "title")
    Line(page, kinds, widths, look="header").write([one.header for one in sheet.columns])
    ordinary, total = Line(page, kinds, widths), Line(page, kinds, widths, look="total")
    written = filtered = 0
    for row in sheet.rows:
        written += 1
        if isinstance(row, Note):
            _write_words(page, row, "note")
        elif isinstance(row, Total):
            total.write(row)
        else:
            ordinary.write(row)
            filtered = written if filtered == written - 1 else filtered
    last = get_column_letter(max(len(sheet.columns), 1))
    # Totals and notes stand outside the filter: sorting would scatter them.
    page.auto_filter.ref = f"A{header_row}:{last}{header_row + filtered}"
    return written


def _write_words(page: WriteOnlyWorksheet, values: Sequence[Any], look: str) -> None:
    Line(page, ["text"] * len(values), look=look).write(values)


def _sheet_title(book: Workbook, title: str) -> str:
    """Excel's rules: at most 31 characters, none of []:*?/\\, no two the same."""
    base = re.sub(r"[\[\]:*?/\\]", " ", plain(title)).strip("' ")[:31] or "Sheet"
    name, n = base, 1
    while name.lower() in [other.lower() for other in book.sheetnames]:
        n += 1
        name = f"{base[:27]} {n}"
    return name


def _lay_out(page: WriteOnlyWorksheet, sheet: Sheet, header_row: int) -> None:
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
        if column.as_text:
            page.column_dimensions[get_column_letter(place)].number_format = "@"
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{header_row + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{header_row}:{header_row}"
    page.oddFooter.center.text = "&A  &P / &N"
    if sheet.running:  # some programs report an empty page header as a fault of the file
        page.oddHeader.center.text = sheet.running
    margins = page.page_margins
    margins.left = margins.right = margins.header = margins.footer = 0.4
    # The running head needs room above the table.
    margins.top, margins.bottom = 0.8 if sheet.running else 0.5, 0.7
