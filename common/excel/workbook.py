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
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from .cells import Line, plain, take_lines
from .charts import Chart, Charted, draw
from .formulas import Computed
from .watermark import Watermark

A4, A3 = 9, 8  # Excel's numbers of these papers
CHARTS = "图表"
CHOSEN_ROWS = 5000  # rows below the header that offer the choices of their column
LEAST = 130.0  # the width of a form in characters
PAGES = '&"宋体,Regular"&10第 &P 页　共 &N 页'


@dataclass(frozen=True)
class Column:
    """`width` in characters; `kind` a key of cells.FORMATS ("long" wraps). A value keeps its own type whatever the
    kind: a text in a column of numbers stays a text. `as_text`: what a person types into the column is kept as text, so
    that Excel replaces no digits and drops no leading zero. `group`: the head above it and its neighbours. `share`: the
    headers of the two columns that it is the quotient of. `choices`: what is offered to choose from in it, as Excel
    writes a list (choices_among, choices_of); another word is asked about and accepted."""

    header: str | Promise
    width: float = 12
    kind: str = "text"
    as_text: bool = False
    group: str = ""
    share: tuple[str, str] | None = None
    choices: str = ""


def choices_among(words: Iterable[object]) -> str:
    """Return these few words as what a column offers."""
    listed = ",".join(str(word).replace(",", "，").replace('"', "") for word in words)
    return f'"{listed[:250]}"'


def choices_of(sheet: str, letter: str, count: int) -> str:
    """Return the first `count` rows of a column of another sheet as what a column offers; nothing of an empty one."""
    title = sheet.replace("'", "''")
    return f"'{title}'!${letter}$2:${letter}${count + 1}" if count else ""


class Total(tuple[Any, ...]):
    """A row that sums up others: written bold on a tint."""

    __slots__ = ()


class Note(tuple[Any, ...]):
    """Text below a table, over its whole width: its parts joined by a colon."""

    __slots__ = ()


@dataclass
class Sheet:
    """`rows` yields sequences of values in the order of `columns` (None: empty) and is read once, as it is
    written. `preamble` has the lines above the header: the title, then texts, lists of values, or a pair of texts at
    the left and the right. `frozen` columns stay in view. `last`: it comes after the sheets that are written after
    it. `running` is the head of each printed page.

    `computed`: sums and rates are formulas. `foot`: the line right below the table, for who signs. `filtered`: the
    rows have a filter. `printed`: so many columns go on paper, 0 for all. `top`: texts begin at the upper edge of
    their cell. `empty`: stands where there are no rows. `chart` is drawn of the ordinary rows."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    preamble: Sequence[Any] = field(default_factory=list)
    frozen: int = 0
    last: bool = False
    running: str = ""
    computed: bool = False
    foot: str = ""
    filtered: bool = True
    printed: int = 0
    paper: int = A4
    top: bool = False
    empty: str = ""
    chart: Chart | None = None

    @property
    def width(self) -> int:
        """How many columns go on paper."""
        return self.printed or max(len(self.columns), 1)

    @property
    def head_rows(self) -> int:
        """How many rows the header has."""
        return 2 if any(one.group for one in self.columns) else 1


def write_xlsx(
    target: Any,
    sheets: Iterable[Sheet],
    *,
    mark: Watermark | None = None,
    author: str = "",
    title: str = "",
) -> int:
    """Write `sheets`, each with `mark`, to `target` (a path or a binary file); returns the number of rows below the
    headers.

    Header frozen and filtered, landscape fitted to the width, header repeated on every printed page. Aware datetimes
    are written in the office's time zone. A sheet's `rows` are asked for only when its turn comes. `author` and `title`
    are the file's own.
    """
    book, written, behind = Workbook(write_only=True), 0, 0
    charted: list[Charted] = []
    try:
        for sheet in mark.on(sheets) if mark else sheets:
            page = book.create_sheet(_sheet_title(book, sheet.title), len(book.sheetnames) - behind)
            behind += sheet.last
            table = _Table(page, sheet)
            written += table.write()
            if sheet.chart:
                charted.append(Charted(page, sheet.chart, table.header_row, table.first, table.last))
        draw(book, CHARTS, charted)
    except BaseException:
        _abandon(book)
        raise
    book.properties.creator = author
    book.properties.title = title or (book.sheetnames[0] if book.sheetnames else "")
    book.save(target)
    return written


def _abandon(book: Workbook) -> None:
    """Remove the temporary files of a workbook that will not be finished."""
    for page in book.worksheets:
        with suppress(Exception):
            page.close()
            page._writer.cleanup()


class _Table:
    """One sheet while it is written."""

    def __init__(self, page: WriteOnlyWorksheet, sheet: Sheet) -> None:
        self.page, self.sheet = page, sheet
        self.header_row = len(sheet.preamble) + sheet.head_rows  # the last of them
        self.row = self.last = self.header_row
        self.first = self.header_row + 1
        self.widths = [one.width for one in sheet.columns]
        if sheet.foot and sum(self.widths) < LEAST:  # who signs needs the room
            self.widths = [width * LEAST / sum(self.widths) for width in self.widths]

    def write(self) -> int:
        """Write it; return the number of rows below the header."""
        sheet, kinds = self.sheet, [one.kind for one in self.sheet.columns]
        _lay_out(self.page, sheet, self.header_row, self.widths)
        take_lines(self.page)
        self._preamble()
        self._header(kinds)
        ordinary = Line(self.page, kinds, self.widths, top=sheet.top)
        total = Line(self.page, kinds, self.widths, look="total")
        headers, shares = [str(one.header) for one in sheet.columns], [one.share for one in sheet.columns]
        computed = Computed(headers, shares, self.first) if sheet.computed else None
        footed = not sheet.foot
        for row in sheet.rows:
            self.row += 1
            if isinstance(row, Note):
                if not footed:
                    footed = self._foot()
                    self.row += 1
                self._across(row)
            elif isinstance(row, Total):
                total.write(computed.total(row, self.row) if computed else row)
            else:
                ordinary.write(computed.line(row, self.row) if computed else row)
                self.last = self.row if self.last == self.row - 1 else self.last
        if self.row == self.header_row and sheet.empty:
            self.row += 1
            self._across([sheet.empty], look="subtitle")
        if not footed:
            self.row += 1
            self._foot()
        right = get_column_letter(max(len(sheet.columns), 1))
        if sheet.filtered:  # totals and notes stand outside the filter: sorting would scatter them
            self.page.auto_filter.ref = f"A{self.header_row}:{right}{self.last}"
        if sheet.printed:
            self.page.print_area = f"A1:{get_column_letter(sheet.printed)}{self.row}"
        return self.row - self.header_row

    def _preamble(self) -> None:
        for place, words in enumerate(self.sheet.preamble, start=1):
            if isinstance(words, list):
                Line(self.page, ["text"] * len(words), look="note").write(words)
            elif isinstance(words, tuple):
                self._two(place, *words)
            else:
                self._across([words], look="note" if place > 1 else "title", row=place)

    def _across(self, parts: Sequence[Any], look: str = "note", row: int = 0) -> None:
        """Write one text over the width of the paper."""
        words = "：".join(str(part) for part in parts if part not in (None, ""))
        self._merge(row or self.row, 1, self.sheet.width if words else 1)
        kind = "long" if look == "note" else "text"
        Line(self.page, [kind], [sum(self.widths[: self.sheet.width])], look=look).write([words])

    def _two(self, row: int, left: str, right: str) -> None:
        width = self.sheet.width
        middle = max(width - 4, 1)
        self._merge(row, 1, middle)
        self._merge(row, middle + 1, width)
        two = Line(self.page, ["text"] * (middle + 1), look="left")
        two.cells[middle] = Line(self.page, ["text"] * (middle + 1), look="right").cells[middle]
        two.write([left, *[None] * (middle - 1), right])

    def _foot(self) -> bool:
        self._across([self.sheet.foot])
        return True

    def _merge(self, row: int, first: int, last: int) -> None:
        if last > first:
            self.page.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")

    def _header(self, kinds: Sequence[str]) -> None:
        """Write the header: in two rows where columns are grouped, the others over both."""
        columns = self.sheet.columns
        line = Line(self.page, kinds, self.widths, look="header")
        if self.sheet.head_rows == 1:
            return line.write([one.header for one in columns])
        above: list[Any] = []
        top, start = self.header_row - 1, 0
        for place, column in enumerate(columns):
            if not column.group:
                above.append(column.header)
                letter = get_column_letter(place + 1)
                self.page.merged_cells.add(f"{letter}{top}:{letter}{top + 1}")
            else:
                begins = place == 0 or columns[place - 1].group != column.group
                start = place if begins else start
                above.append(column.group if begins else None)
                if place + 1 == len(columns) or columns[place + 1].group != column.group:
                    self._merge(top, start + 1, place + 1)
        groups = Line(self.page, ["text"] * len(columns), look="header")
        groups.write(above)
        line.write([one.header if one.group else None for one in columns])
        return None


def _sheet_title(book: Workbook, title: str) -> str:
    """Excel's rules: at most 31 characters, none of []:*?/\\, no two the same."""
    base = re.sub(r"[\[\]:*?/\\]", " ", plain(title)).strip("' ")[:31] or "Sheet"
    name, n = base, 1
    while name.lower() in [other.lower() for other in book.sheetnames]:
        n += 1
        name = f"{base[:27]} {n}"
    return name


def _lay_out(page: WriteOnlyWorksheet, sheet: Sheet, header_row: int, widths: Sequence[float]) -> None:
    for place, (column, width) in enumerate(zip(sheet.columns, widths, strict=True), start=1):
        page.column_dimensions[get_column_letter(place)].width = width
        if column.choices:
            letter = get_column_letter(place)
            rows = f"{letter}{header_row + 1}:{letter}{header_row + CHOSEN_ROWS}"
            offer = DataValidation("list", formula1=column.choices, errorStyle="warning", sqref=rows)
            page.data_validations.append(offer)
        if column.as_text:
            page.column_dimensions[get_column_letter(place)].number_format = "@"
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{header_row + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", sheet.paper
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    page.print_title_rows = f"{header_row - sheet.head_rows + 1}:{header_row}"
    page.oddFooter.center.text = PAGES
    if sheet.running:  # some programs report an empty page header as a fault of the file
        page.oddHeader.center.text = sheet.running
    margins = page.page_margins
    margins.left = margins.right = 0.6
    margins.header = margins.footer = 0.4
    # The running head needs room above the table.
    margins.top, margins.bottom = 0.8, 0.7
