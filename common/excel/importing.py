"""What every import of a table has in common: errors that name row and column, cells, the header, the tally."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from .tables import TableError

WHOLE = re.compile(r"(\d+)\.0+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
PHONE_NUMBER = re.compile(r"\+?[\d\s()（）-]{5,25}")


class CellError(Exception):
    """A cell that cannot be taken in; the message says why."""


def whole(value) -> str:
    """Text of a cell; 433101002.0, as some programs write codes into CSV, without its zeros."""
    text = str(value)
    found = WHOLE.fullmatch(text)
    return found[1] if found else text


def text(value, most: int, *, required=False) -> str:
    value = whole(value)
    if required and not value:
        raise CellError(_("must not be empty"))
    if len(value) > most:
        raise CellError(_("longer than %d characters") % most)
    return value


def phone(value) -> str:
    value = whole(value)
    if value and not PHONE_NUMBER.fullmatch(value):
        raise CellError(_("is not a phone number; leave it empty if it is not known"))
    return value


def one_of(value, meaning: dict, *, empty=None):
    """What a word means; of an empty cell `empty`, where that is not None."""
    word = whole(value)
    if not word and empty is not None:
        return empty
    if word not in meaning:
        words = {"value": word[:30], "words": "、".join(meaning)}
        raise CellError(_("“%(value)s” is none of: %(words)s") % words)
    return meaning[word]


def day(value) -> date | None:
    """A date as Excel or people write it: 2013-05-01, 2013/5/1, 2013.5.1, 2013年5月1日."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or not value:
        return value or None
    found = DAY.fullmatch(whole(value).strip())
    try:
        return date(*map(int, found.groups())) if found else _no_day(value)
    except ValueError:
        return _no_day(value)


def _no_day(value):
    raise CellError(_("“%s” is not a date; write it as 2013-05-01") % str(value)[:30])


@dataclass(frozen=True)
class RowError:
    """What is wrong, and where: `row` counts as a spreadsheet does; 0 when it is about the whole file."""

    row: int
    column: str
    reason: str

    def __str__(self):
        where = {"row": self.row, "column": self.column, "reason": self.reason}
        if not self.row:
            return self.reason
        if not self.column:
            return _("Row %(row)d: %(reason)s") % where
        return _("Row %(row)d, %(column)s: %(reason)s") % where


@dataclass
class ImportSummary:
    """What became of the rows. After looking through, `added` is what would be added. `broken` says why the file
    as a whole cannot be taken in, whatever its rows are worth."""

    read: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    errors: list[RowError] = field(default_factory=list)
    sample: list = field(default_factory=list)
    first_on: date | None = None
    last_on: date | None = None
    broken: str = ""

    def __str__(self):
        return f"read {self.read} / added {self.added} / known {self.known} / refused {self.refused}"

    def refuse(self, errors):
        self.refused += 1
        self.errors += errors

    def break_off(self, error):
        self.errors.append(error)
        self.broken = str(error)

    def note_day(self, day: date):
        self.first_on = min(self.first_on or day, day)
        self.last_on = max(self.last_on or day, day)


def headers_of(columns) -> list[str]:
    """How a file may spell the headers: each as it is and as it was, and with the star that marks it as required."""
    names = [name for column in columns for name in (column.header, *column.former)]
    return [*names, *(f"{name}*" for name in names)]


def check_header(table, columns) -> dict[str, str]:
    """Column of the interface → header as the file spells it: a star after it is no part of the name, and a name that
    the column had before still counts. `columns` have `header`, `former` and `required`. Raises TableError naming
    every column that is unknown, missing or there twice."""
    known = {name: column.header for column in columns for name in (column.header, *column.former)}
    names = {name.rstrip("*＊ "): name for name in table.columns}
    if unknown := [name for name in names if name not in known]:
        reason = _("Unknown columns: %s") % "、".join(name[:30] for name in unknown)
        raise TableError(reason, table.header_row, unknown[0][:30])
    spelled = {}
    for name, as_spelled in names.items():
        if known[name] in spelled:
            raise TableError(_("The column is there twice."), table.header_row, name)
        spelled[known[name]] = as_spelled
    if missing := [one.header for one in columns if one.required and one.header not in spelled]:
        raise TableError(_("Missing columns: %s") % "、".join(missing), table.header_row, missing[0])
    return spelled
