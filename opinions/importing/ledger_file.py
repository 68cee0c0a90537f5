"""One ledger, opened to be read once: its sheets, the columns as they were decided, its rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.importing import MissingColumns, RowError
from common.excel.tables import Limits, Line

from . import columns as c
from .decisions import Decisions
from .entries import Entry
from .parser import Reader
from .survey import ColumnFound, open_ledger, propose
from .vocabulary.headers import NOTE, OUT, candidates


@dataclass(frozen=True)
class Row:
    """A row of the file. `entry` None and no errors: it repeats an earlier row."""

    number: int
    values: dict[str, Any]
    entry: Entry | None
    errors: list[RowError]
    sheet: str = ""


class LedgerFile:
    """One ledger, opened to be read once, as it was decided."""

    def __init__(
        self, file: IO[bytes], name: str, *, by: User, now: datetime, limits: Limits, decisions: Decisions
    ) -> None:
        self.table = open_ledger(file, name, limits)
        self.decisions, self.reader = decisions, Reader(by, now, decisions)
        self._seen: dict[UUID, tuple[int, str, int]] = {}
        self._columns: dict[int, tuple[dict[str, str], list[str]]] = {}
        self._no_ledgers: set[int] = set()
        self._missing: list[str] = []
        self.left_out = 0

    def batches(self, size: int) -> Iterator[list[Row]]:
        """Yield lists of up to `size` Rows, in the order of the file. A row that repeats an earlier one word for word
        has neither entry nor errors; one that gives its number to something else has an error. Raises TableError."""
        try:
            rows = iter(self.table)
            while part := list(islice(rows, size)):
                yield [self._row(line) for line in part if self._wanted(line)]
            if self._missing and not self._columns:
                raise MissingColumns(self._missing)
        finally:
            self.table.close()

    def _wanted(self, line: Line) -> bool:
        if self.columns_of(line) is None:
            return False
        wanted = self.decisions.hidden or not line.hidden
        self.left_out += not wanted
        return wanted

    def columns_of(self, line: Line) -> tuple[dict[str, str], list[str]] | None:
        """Return column → header, and the headers that are kept as notes, of the sheet of a line; None where it lacks a
        column that it must have: it is no ledger, and named as not read."""
        key = id(line.sheet)
        if key not in self._columns and key not in self._no_ledgers:
            spelled, notes, missing = self._match(line.cells)
            if missing:
                self._no_ledgers.add(key)
                self._missing = self._missing or missing
                line.sheet.begins = "、".join(line.sheet.header.names if line.sheet.header else ())[:200]
                line.sheet.header = None
            else:
                self._columns[key] = spelled, notes
        return self._columns.get(key)

    def _match(self, headers: Iterable[str]) -> tuple[dict[str, str], list[str], list[str]]:
        spelled: dict[str, str] = {}
        notes = []
        here = list(headers)  # other sheets may have other headers, and those say nothing of this one
        for header, target in targets_of(here, self.decisions.columns).items():
            if header not in here:
                continue
            if target == NOTE or target in spelled:
                notes.append(header)
            elif target != OUT:
                spelled[target] = header
        if c.REGISTERED_AT not in spelled:  # another sheet's header took its place in the file
            for header in [one for one in notes if c.REGISTERED_AT in candidates(one)][:1]:
                notes.remove(header)
                spelled[c.REGISTERED_AT] = header
        missing = [] if c.REGISTERED_AT in spelled else [c.REGISTERED_AT]
        township = self.decisions.township or self.reader.lookups.only_township
        if not (township or c.TOWNSHIP in spelled or c.VILLAGE in spelled):
            missing.append(c.TOWNSHIP)
        return spelled, notes, missing

    def _row(self, line: Line) -> Row:
        spelled, noted = self._columns[id(line.sheet)]
        sheet = line.sheet.name if len(self.table.sheets) > 1 else ""
        values = {column: line.cells.get(header, "") for column, header in spelled.items()}
        notes = {header: line.cells.get(header, "") for header in noted}
        entry, errors = self.reader.read(line.number, values, headers=spelled, notes=notes, sheet=sheet)
        if entry is None:
            return Row(line.number, values, None, errors, sheet)
        content = hash((entry.written["title"], entry.written["body"]))
        first, first_sheet, first_content = self._seen.setdefault(entry.key, (line.number, sheet, content))
        if (first, first_sheet) == (line.number, sheet):
            return Row(line.number, values, entry, [], sheet)
        if content == first_content:
            return Row(line.number, values, None, [], sheet)
        reason = _("row %d has this number, and another text") % first
        return Row(line.number, values, None, [RowError(line.number, c.OUTSIDE_NUMBER, reason, sheet)], sheet)


def targets_of(headers: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return header → column, NOTE or OUT: as chosen, and for the others what they most likely are."""
    unknown = [ColumnFound(header) for header in headers if header not in chosen]
    propose(unknown, {})
    return {**chosen, **{column.header: column.target for column in unknown}}
