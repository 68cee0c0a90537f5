"""Tables of strangers: every sheet with a header is read, row by row, and what is not a row of the table is named.
Writing Excel is in common.excel.workbook."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from common.text.visible import visible

from .cells import FORBIDDEN
from .errors import TableError
from .headers import WITHIN, Header, Known, find_header
from .opening import (
    BROWSER,
    COMMAND,
    BinaryFile,
    Cells,
    Limits,
    NumberCell,
    RawSheet,
    open_sheets,
)
from .workbook import Column, Sheet, Total, choices_among, choices_of, write_xlsx

__all__ = [
    "BROWSER",
    "CELL",
    "COMMAND",
    "Column",
    "Limits",
    "Line",
    "NumberCell",
    "Sheet",
    "SheetFound",
    "Table",
    "TableError",
    "Total",
    "choices_among",
    "choices_of",
    "read_table",
    "write_xlsx",
]

CELL = 10_000
OUTSIDE_KEPT = 200  # notes outside a table, and rows that are none, of one sheet
TOTAL = re.compile(r"^(?:合计|总计|小计|累计|共计|总数|本页合计|本月合计|合\s*计)")
SIGNATURE = re.compile(
    r"^(?:填表|填报|制表|审核|审批|复核|经办|负责|单位负责|分管领导|主要领导|签字|签名|盖章|联系电话|填写说明|报送|统计)[\u4e00-\u9fff（）()]{0,8}[:：]"
)
NOTE = re.compile(r"^(?:备注|说明|注|附注|填表说明|填报说明|注意|说　明)\s*\d?\s*[:：.、]")
SHORT = 20  # characters that such a cell has
DITTO = frozenset(["〃", "″", "“", "”", "''", '"', "同上", "同 上", "同前", "..", "々"])


@dataclass
class SheetFound:
    """What one sheet holds. `header` None: it has none and was not read; `begins` are its first words. `other`: rows
    that are no data (row, kind, words); `outside`: cells beside the table (place, words); `above`: words over the
    header."""

    name: str
    header: Header | None = None
    rows: int = 0
    hidden: list[int] = field(default_factory=list)
    filled: int = 0
    begins: str = ""
    above: list[str] = field(default_factory=list)
    other: list[tuple[int, str, str]] = field(default_factory=list)
    outside: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One row of data: where it is, and header → value: text, "" for an empty cell, a date or datetime. A text longer
    than CELL comes cut to CELL + 1 characters, for its reader to refuse the row."""

    sheet: SheetFound
    number: int
    cells: dict[str, Any]
    hidden: bool


class Table:
    """Iterate once over the Lines of all sheets that have a header. `sheets` grows while they are read; at the end it
    names all of them."""

    def __init__(self, sheets: list[SheetFound], lines: Generator[Line, None, None]) -> None:
        self.sheets, self._lines = sheets, lines

    def __iter__(self) -> Iterator[Line]:
        return self._lines

    def close(self) -> None:
        """Stop reading early: ends the reading process."""
        self._lines.close()


def read_table(
    file: BinaryFile,
    name: str,
    *,
    known: Known | None = None,
    anchors: frozenset[str] = frozenset(),
    limits: Limits = BROWSER,
) -> Table:
    """Open a table in a binary `file` called `name`; the content decides what it is, not the name.

    `known(header)` is the column that a header means, "" for none; `anchors` are the columns of which a header must
    have one. Without `known` the first row of each sheet that is not blank is its header. Blank rows are passed over; a
    merged cell counts for each of its rows, and a sign for “as above” for the cell above. Raises TableError while the
    rows are read, and where no sheet has a header.
    """
    sheets: list[SheetFound] = []
    return Table(sheets, _lines(file, name, known, anchors, limits, sheets))


def _lines(
    file: BinaryFile,
    name: str,
    known: Known | None,
    anchors: frozenset[str],
    limits: Limits,
    sheets: list[SheetFound],
) -> Generator[Line, None, None]:
    count = 0
    raw_sheets = open_sheets(file, name, limits)
    try:
        for raw in raw_sheets:
            found = SheetFound(raw.name)
            sheets.append(found)
            for line in _SheetReader(raw, found, known, anchors).lines():
                count += 1
                if count > limits.rows:
                    raise TableError(
                        _("There are more than %d rows; divide the file.") % limits.rows, line.number
                    )
                yield line
    finally:
        raw_sheets.close()
    if not any(sheet.header for sheet in sheets):
        raise TableError(_no_header(sheets, known))


def _no_header(sheets: list[SheetFound], known: Known | None) -> str:
    begins = next((sheet.begins for sheet in sheets if sheet.begins), "")
    if not begins or known is None:
        return _("The file holds no rows.")
    return _("No row of headers was found in the first %(rows)d rows. The file begins with: %(begins)s") % {
        "rows": WITHIN,
        "begins": begins,
    }


class _SheetReader:
    def __init__(
        self, raw: RawSheet, found: SheetFound, known: Known | None, anchors: frozenset[str]
    ) -> None:
        self.raw, self.found, self.known, self.anchors = raw, found, known, anchors
        self.keys: tuple[str, ...] = ()
        self.anchor_places: list[int] = []
        self.above: dict[int, Any] = {}  # column → the last value, for the signs that repeat it
        # Column → the merges that go down through it; row of the merge → its value.
        self.down = [one for one in raw.merged if one[2] > one[0]]
        self.across = {one[0]: one for one in raw.merged if one[3] - one[1] > 1}
        self.held: dict[tuple[int, int], Any] = {}

    def lines(self) -> Iterator[Line]:
        """Yield the rows of data; fills in what else the sheet holds."""
        rows = iter(self.raw.rows)
        first: list[Cells] = []
        for number, cells in rows:
            cleaned = [_clean(cell) for cell in cells]
            if _blank(cleaned):
                continue
            first.append((number, cleaned))
            if len(first) == WITHIN:
                break
        header = find_header(self.raw, first, self.known, self.anchors)
        if header is None:
            self.found.begins = "、".join(
                str(cell)[:30] for cell in (first[0][1] if first else []) if cell != ""
            )[:200]
            return
        self._begin(header, first)
        for number, cells in first:
            if number > header.last_row and (line := self._line(number, cells)):
                yield line
        for number, cells in rows:
            if line := self._line(number, [_clean(cell) for cell in cells]):
                yield line

    def _begin(self, header: Header, first: list[Cells]) -> None:
        self.found.header, self.keys = header, header.keys
        self.found.above = [
            str(cell)[:100] for number, cells in first if number < header.row for cell in cells if cell != ""
        ][:20]
        self.anchor_places = [
            place
            for place, name in enumerate(header.names)
            if self.known and name and self.known(name) in self.anchors
        ]

    def _line(self, number: int, cells: Sequence[Any]) -> Line | None:
        if _blank(cells):
            return None
        cells = list(cells) + [""] * (len(self.keys) - len(cells))
        if kind := self._kind(number, cells):
            self._note_other(number, kind, cells)
            return None
        for place, value in enumerate(cells[len(self.keys) :], start=len(self.keys)):
            if value != "" and len(self.found.outside) < OUTSIDE_KEPT:
                self.found.outside.append((f"{get_column_letter(place + 1)}{number}", str(value)[:200]))
        cells = self._filled(number, cells[: len(self.keys)])
        if _blank(cells):
            return None
        self.found.rows += 1
        if hidden := number in self.raw.hidden:
            self.found.hidden.append(number)
        return Line(self.found, number, dict(zip(self.keys, cells, strict=True)), hidden)

    def _filled(self, number: int, cells: list[Any]) -> list[Any]:
        """Return the cells with those that a merge or a sign for “as above” leaves out."""
        for top, left, bottom, right in self.down:
            if top == number:
                for place in range(left, min(right + 1, len(cells))):
                    self.held[top, place] = cells[place]
            elif top < number <= bottom:
                for place in range(left, min(right + 1, len(cells))):
                    if cells[place] == "" and self.held.get((top, place), "") != "":
                        cells[place] = self.held[top, place]
                        self.found.filled += 1
        for place, value in enumerate(cells):
            if isinstance(value, str) and value in DITTO and place in self.above:
                cells[place] = self.above[place]
                self.found.filled += 1
            elif value != "":
                self.above[place] = value
        return cells

    def _kind(self, number: int, cells: Sequence[Any]) -> str:
        """Return total, signature, note or header for a row that is none of the table, else ""."""
        filled = [value for value in cells if value != ""]
        begins = str(filled[0])
        anchored = any(cells[place] != "" for place in self.anchor_places)
        if self.found.header and [str(cell) for cell in filled] == [
            name for name in self.found.header.names if name
        ]:
            return "header"
        if self.known is None:
            return ""
        alone = not (anchored and len(filled) > 1)
        first = next(place for place, value in enumerate(cells) if value != "")
        # A total, or who signs, stands in front of the words of a row: 合计 | | 12件, 填表人： | | 审核人：.
        in_front = first not in self.anchor_places and len(begins) <= SHORT
        kinds = [("total", TOTAL), ("signature", SIGNATURE)] if alone or in_front else []
        kinds += [("note", NOTE)] if alone else []
        kind = next((kind for kind, begin in kinds if begin.match(begins)), "")
        across = self.across.get(number)
        title = alone and across and len(filled) == 1 and across[3] - across[1] >= 2
        return kind or ("note" if title else "")

    def _note_other(self, number: int, kind: str, cells: Sequence[Any]) -> None:
        if kind != "header" and len(self.found.other) < OUTSIDE_KEPT:
            words = " ".join(str(cell) for cell in cells if cell != "")
            self.found.other.append((number, kind, words[:200]))


def _blank(cells: Sequence[Any]) -> bool:
    return all(cell == "" for cell in cells)


def _clean(value: Any) -> Any:
    """Return a cell without what nobody sees; a text of blanks alone is empty."""
    if isinstance(value, date | NumberCell) or not isinstance(value, str):
        return value
    text = FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    return visible(text)[: CELL + 1]
