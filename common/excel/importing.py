"""What every import of a table has in common: errors that name row and column, cells, the header, the summary."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn, Protocol, TypeVar

from django.utils.translation import gettext as _

from .tables import Table, TableError

WHOLE = re.compile(r"(\d+)\.0+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
PHONE_NUMBER = re.compile(r"\+?[\d\s()（）-]{5,25}")


Meaning = TypeVar("Meaning")


class ImportColumn(Protocol):
    """A column of a table to be imported: its header, the names that it had before, and whether a file needs it."""

    @property
    def header(self) -> str: ...
    @property
    def former(self) -> Sequence[str]: ...
    @property
    def required(self) -> bool: ...


class CellError(Exception):
    """A cell that cannot be imported; the message says why."""


def whole(value: object) -> str:
    """Return a cell as text; 433101002.0, as some programs write codes into CSV, without its zeros."""
    text = str(value)
    found = WHOLE.fullmatch(text)
    return found[1] if found else text


def text(value: object, most: int, *, required: bool = False) -> str:
    """Return a cell as text of `most` characters at most. Raises CellError for a longer one, and for an empty one that
    is `required`."""
    typed = whole(value)
    if required and not typed:
        raise CellError(_("must not be empty"))
    if len(typed) > most:
        raise CellError(_("longer than %d characters") % most)
    return typed


def phone(value: object) -> str:
    """Return a phone number as it was typed, "" for none. Raises CellError for text that is no phone number."""
    typed = whole(value)
    if typed and not PHONE_NUMBER.fullmatch(typed):
        raise CellError(_("is not a phone number; leave it empty if it is not known"))
    return typed


def one_of(value: object, meaning: Mapping[str, Meaning], *, empty: Meaning | None = None) -> Meaning:
    """Return what a word means; of an empty cell `empty`, where that is not None. Raises CellError for other words."""
    word = whole(value)
    if not word and empty is not None:
        return empty
    if word not in meaning:
        words = {"value": word[:30], "words": "、".join(meaning)}
        raise CellError(_("“%(value)s” is none of: %(words)s") % words)
    return meaning[word]


def day(value: object) -> date | None:
    """Read a date as Excel or people write it: 2013-05-01, 2013/5/1, 2013.5.1, 2013年5月1日; None of an empty cell.
    Raises CellError for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not value:
        return None
    found = DAY.fullmatch(whole(value).strip())
    try:
        return date(*map(int, found.groups())) if found else _no_day(value)
    except ValueError:
        return _no_day(value)


def _no_day(value: object) -> NoReturn:
    raise CellError(_("“%s” is not a date; write it as 2013-05-01") % str(value)[:30])


@dataclass(frozen=True)
class RowError:
    """What is wrong, and where: `row` counts as a spreadsheet does; 0 when it is about the whole file."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = {"row": self.row, "column": self.column, "reason": self.reason}
        if not self.row:
            return self.reason
        if not self.column:
            return _("Row %(row)d: %(reason)s") % where
        return _("Row %(row)d, %(column)s: %(reason)s") % where


@dataclass
class ImportSummary:
    """How many rows were read, added, known and refused, and why. After a dry run, `added` is what would be added.
    `found` counts what else the import wants to say of them. `broken` says why the file as a whole cannot be imported,
    even if its rows are right."""

    read: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    errors: list[RowError] = field(default_factory=list)
    sample: list[Any] = field(default_factory=list)
    first_on: date | None = None
    last_on: date | None = None
    broken: str = ""
    found: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"read {self.read} / added {self.added} / known {self.known} / refused {self.refused}"

    def refuse(self, errors: Iterable[RowError]) -> None:
        """Count a row as refused, for `errors`."""
        self.refused += 1
        self.errors += errors

    def break_off(self, error: RowError) -> None:
        """Refuse the whole file for `error`."""
        self.errors.append(error)
        self.broken = str(error)

    def note_day(self, day: date) -> None:
        """Widen the span of days that the rows are about by `day`."""
        self.first_on = min(self.first_on or day, day)
        self.last_on = max(self.last_on or day, day)


def headers_of(columns: Iterable[ImportColumn]) -> list[str]:
    """Return how a file may spell the headers: each as it is and as it was, and with the star that marks it as
    required."""
    names = [name for column in columns for name in (column.header, *column.former)]
    return [*names, *(f"{name}*" for name in names)]


def check_header(table: Table, columns: Sequence[ImportColumn]) -> dict[str, str]:
    """Return column of the interface → header as the file spells it: a star after it is no part of the name, and a name
    that the column had before still counts. Raises TableError naming every column that is unknown, missing or there
    twice."""
    known = {name: column.header for column in columns for name in (column.header, *column.former)}
    names = {name.rstrip("*＊ "): name for name in table.columns}
    if unknown := [name for name in names if name not in known]:
        reason = _("Unknown columns: %s") % "、".join(name[:30] for name in unknown)
        raise TableError(reason, table.header_row, unknown[0][:30])
    spelled: dict[str, str] = {}
    for name, as_spelled in names.items():
        if known[name] in spelled:
            raise TableError(_("The column is there twice."), table.header_row, name)
        spelled[known[name]] = as_spelled
    if missing := [one.header for one in columns if one.required and one.header not in spelled]:
        raise TableError(_("Missing columns: %s") % "、".join(missing), table.header_row, missing[0])
    return spelled
