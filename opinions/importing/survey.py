"""A first look at a file: which headers its sheets have, what stands under them, and what each column most likely
is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from common.excel.tables import Limits, SheetFound, Table, read_table
from common.text.moments import read_moment
from opinions.importing import columns as c

from .vocabulary.headers import NOTE, OUT, candidates, is_own, known
from .vocabulary.meaning import AskedWord, meaning

ANCHORS = frozenset([c.TITLE, c.BODY])  # a sheet without one of them is no ledger
NAMELESS = re.compile(r"[A-Z]{1,3}列")  # the letter of a column that has no header
SAMPLES = 40  # different values of a column that are looked at


@dataclass
class ColumnFound:
    """A column of the file: its header, some of its values, what it may be, what it is taken for, and whether a person
    should look at that."""

    header: str
    samples: list[Any] = field(default_factory=list)
    offered: tuple[str, ...] = ()
    target: str = NOTE
    asked: bool = False


@dataclass
class Survey:
    """Columns and sheets of a file."""

    columns: list[ColumnFound] = field(default_factory=list)
    sheets: list[SheetFound] = field(default_factory=list)

    @property
    def targets(self) -> dict[str, str]:
        """Header → column of the register, NOTE or OUT."""
        return {column.header: column.target for column in self.columns}


def open_ledger(file: IO[bytes], name: str, limits: Limits) -> Table:
    """Open a ledger: every sheet of it that has a header."""
    return read_table(file, name, known=known, anchors=ANCHORS, limits=limits)


def survey(file: IO[bytes], name: str, *, limits: Limits, chosen: Mapping[str, str] | None = None) -> Survey:
    """Read the headers and some values of every sheet; `chosen` is what people chose for headers of this source before.
    Raises TableError."""
    table = open_ledger(file, name, limits)
    found: dict[str, ColumnFound] = {}
    try:
        for line in table:
            for header, value in line.cells.items():
                column = found.get(header) or found.setdefault(header, ColumnFound(header))
                if value != "" and len(column.samples) < SAMPLES and value not in column.samples:
                    column.samples.append(value)
    finally:
        table.close()
    for sheet in table.sheets:  # of a table without rows too
        for header in sheet.header.keys if sheet.header else ():
            found.setdefault(header, ColumnFound(header))
    propose(list(found.values()), chosen or {})
    return Survey(list(found.values()), table.sheets)


def propose(columns: Iterable[ColumnFound], chosen: Mapping[str, str]) -> None:
    """Set what each column is taken for. Two columns are never the same: the surer one is, the other is a note."""
    columns = list(columns)
    for column in columns:
        _propose(column, chosen.get(column.header, ""))
    taken: dict[str, ColumnFound] = {}
    for column in sorted(columns, key=lambda one: (one.asked, not is_own(one.header))):
        if column.target in (NOTE, OUT):
            continue
        if column.target in taken:
            column.target, column.asked = NOTE, bool(column.samples)
        else:
            taken[column.target] = column


def _propose(column: ColumnFound, chosen: str) -> None:
    header = column.header
    column.offered = candidates(header)
    if chosen and (chosen in (NOTE, OUT) or chosen in c.HEADERS):
        column.target = chosen
        return
    if not column.offered:
        serial = _is_serial(column)
        column.target, column.asked = (OUT, False) if serial else (NOTE, bool(column.samples))
        return
    likely = [one for one in column.offered if _fits(one, column)]
    column.target = likely[0] if likely else column.offered[0]
    own = is_own(header) and column.target == column.offered[0]
    column.asked = len(column.offered) > 1 and not own
    if not likely and column.samples and column.target == c.OUTCOME:
        column.target, column.asked = NOTE, True


def _is_serial(column: ColumnFound) -> bool:
    if not NAMELESS.fullmatch(column.header):
        return False
    numbers = [str(sample) for sample in column.samples]
    return bool(numbers) and all(number.isdecimal() and len(number) < 6 for number in numbers)


def _fits(target: str, column: ColumnFound) -> bool:
    """Return whether most of what stands in a column can be read as `target`."""
    samples = column.samples
    if not samples:
        return True
    if target in c.WORDS:
        good = sum(_has_meaning(target, sample) for sample in samples)
    elif target in (c.REGISTERED_AT, c.ANSWERED_AT):
        good = sum(not isinstance(one, str) or read_moment(one, year=2000) is not None for one in samples)
    elif target == c.TOWNSHIP:
        good = sum(len(str(one)) <= 20 for one in samples)
    else:
        return True
    return 2 * good >= len(samples)


def _has_meaning(target: str, value: Any) -> bool:
    try:
        meaning(target, value)
    except AskedWord as asked:
        return bool(asked.suggested) and len(str(value)) < 10
    return True
