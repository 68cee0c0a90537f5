"""What every import of a table has in common: errors that name row and column, cells, the header, the summary."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn, Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import phone_numbers
from common.text.moments import read_moment
from common.text.visible import NAMELESS, visible
from common.text.visible import name as person_name
from common.text.visible import word as normal_word

from .errors import TableError
from .headers import normal as normal_header
from .headers import variants
from .opening import NumberCell
from .text_tables import UNREADABLE

WHOLE = re.compile(r"(\d+)\.0+")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+\d{1,2}")
NO_NUMBER = {
    "identity": gettext_lazy("is the number of an identity card; none is wanted here"),
    "masked": gettext_lazy("is a masked number; leave it empty if the whole one is not known"),
    "text": gettext_lazy("is not a phone number; leave it empty if it is not known"),
}


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
    """Return a cell as text of `most` characters at most, without what nobody sees. Raises CellError for a longer one,
    for one with a byte that cannot be read, and for an empty one that is `required`."""
    typed = visible(whole(value))
    if required and not typed:
        raise CellError(_("must not be empty"))
    if UNREADABLE in typed:
        raise CellError(
            _("holds a character that cannot be read; open the file, correct the cell and save it again")
        )
    if len(typed) > most:
        raise CellError(_("longer than %d characters") % most)
    return typed


def code(value: object, most: int) -> str:
    """Return a number of a list or office as text. Raises CellError for one whose last digits Excel has replaced: it
    keeps fifteen of a number."""
    lost = isinstance(value, NumberCell) and value.lost_digits
    if lost or SCIENTIFIC.fullmatch(str(value).strip()):
        reason = _(
            "has lost digits: Excel kept it as a number, of which it keeps 15 digits; format the column as text"
        )
        raise CellError(reason)
    return text(value, most)


def name(value: object, most: int, *, required: bool = False) -> str:
    """Return a person's name in its one form; "" for a word that says there is none. Raises CellError as `text`."""
    typed = person_name(text(value, 4 * most))
    return text(typed, most, required=required)


def phones(value: object) -> list[str]:
    """Return the telephone numbers of a cell, mobiles first; none for an empty cell and for 无, 不详, -. Raises
    CellError for what is no number."""
    typed = text(value, 200)
    if SCIENTIFIC.fullmatch(typed):
        raise CellError(_("has lost digits: Excel kept it as a number; format the column as text"))
    try:
        return phone_numbers.numbers(typed)
    except phone_numbers.NoNumber as no:
        if isinstance(value, NumberCell) and phone_numbers.normal(f"0{typed}"):
            raise CellError(
                _("the 0 at its beginning is missing: Excel drops it; format the column as text")
            ) from no
        raise CellError(str(NO_NUMBER[no.kind])) from no


def phone(value: object) -> str:
    """Return the first telephone number of a cell, "" for none. Raises CellError for what is no number."""
    return next(iter(phones(value)), "")


def one_of(value: object, meaning: Mapping[str, Meaning], *, empty: Meaning | None = None) -> Meaning:
    """Return what a word means, whatever its width and punctuation; of an empty cell, and of a word that says there is
    nothing, `empty`, where that is not None. Raises CellError for other words."""
    word = whole(value)
    known = {normal_word(one): meant for one, meant in meaning.items()}
    if normal_word(word) in known:
        return known[normal_word(word)]
    if empty is not None and (not word or word in NAMELESS or not normal_word(word)):
        return empty
    words = {"value": word[:30], "words": "、".join(meaning)}
    raise CellError(_("“%(value)s” is none of: %(words)s") % words)


def day(value: object) -> date | None:
    """Read a day as Excel or people write it (common.text.moments); None of an empty cell. Raises CellError for what is
    not certainly a day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    typed = whole(value)
    if not typed:
        return None
    found = read_moment(typed)
    return found.date() if isinstance(found, datetime) else found or _no_day(value)


def _no_day(value: object) -> NoReturn:
    raise CellError(_("“%s” is not a date; write it as 2013-05-01") % str(value)[:30])


@dataclass(frozen=True)
class RowError:
    """What is wrong, and where: `row` counts as a spreadsheet does; 0 when it is about the whole file. `sheet`: its
    name, where the file has several."""

    row: int
    column: str
    reason: str
    sheet: str = ""

    def __str__(self) -> str:
        where = {"row": self.row, "column": self.column, "reason": self.reason}
        if not self.row:
            return self.reason
        if self.sheet:
            where["column"] = f"{self.sheet} {self.column}".strip()
            return _("Row %(row)d, %(column)s: %(reason)s") % where
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
    answered: int = 0
    errors: list[RowError] = field(default_factory=list)
    sample: list[Any] = field(default_factory=list)
    first_on: date | None = None
    last_on: date | None = None
    broken: str = ""
    found: dict[str, Any] = field(default_factory=dict)

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


class MissingColumns(TableError):
    """The file lacks columns, or somebody has to say which ones they are."""

    def __init__(self, columns: list[str], row: int = 0) -> None:
        super().__init__(_("Missing columns: %s") % "、".join(columns), row, columns[0])
        self.columns = columns


@dataclass(frozen=True)
class Matched:
    """Columns of the register → headers of a file, and the headers that are none of them."""

    spelled: dict[str, str]
    unknown: list[str]


def knows(columns: Sequence[ImportColumn]) -> Callable[[str], str]:
    """Return the function that names the column which a header means, however it is written; "" for none."""
    names = {
        normal_header(name): column.header for column in columns for name in (column.header, *column.former)
    }
    return lambda header: next((names[form] for form in variants(header) if form in names), "")


def match_header(headers: Iterable[str], columns: Sequence[ImportColumn], row: int = 0) -> Matched:
    """Return which of the `headers` of a file is which column: a star, blanks and a remark are no part of a name, and a
    name that the column had before still counts; of two headers for one column the first does. Raises
    MissingColumns."""
    known = knows(columns)
    spelled: dict[str, str] = {}
    unknown = []
    for header in headers:
        column = known(header)
        if not column or column in spelled:
            unknown.append(header)
        else:
            spelled[column] = header
    if missing := [one.header for one in columns if one.required and one.header not in spelled]:
        raise MissingColumns(missing, row)
    return Matched(spelled, unknown)
