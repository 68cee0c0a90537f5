"""Reads one year's calendar from a CSV file, and says of each bad row what is wrong with it."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from common.excel.importing import RowError
from common.excel.tables import BinaryFile

from .models import NAME_LENGTH

COLUMNS = {"date": "date", "kind": "kind", "name": "name", "日期": "date", "类型": "kind", "名称": "name"}
KINDS = {"holiday": False, "workday": True, "休": False, "班": True}
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d")  # the second is what Excel makes of the first when it saves
MAX_BYTES = 200_000  # a year is about 1 kB


class CalendarFileError(Exception):
    """The file was refused as a whole. `errors` lists every RowError in it, in the order of the rows."""

    def __init__(self, *errors: RowError) -> None:
        self.errors = sorted(errors, key=lambda error: error.row)
        super().__init__("\n".join(map(str, self.errors)))


@dataclass(frozen=True)
class Day:
    """A day of the file, and the row in which it is."""

    row: int
    date: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class YearFile:
    """A file in which every row is right: the year of the notice, and its days in the order of the rows."""

    year: int
    days: tuple[Day, ...]


def read_calendar(file: BinaryFile) -> YearFile:
    """Read a YearFile from a binary file of `date,kind,name`. Raises CalendarFileError naming every bad row.

    `kind` is holiday or 休, workday or 班. All days lie in one year; days of the December before it are
    allowed, because a notice may move work around New Year. UTF-8, or GB 18030 as Chinese Excel saves it.
    """
    records = _records(file)
    columns = _header(records[0] if records else [])
    days: list[Day] = []
    errors: list[RowError] = []
    for row, cells in enumerate(records[1:], start=2):
        if any(cell.strip() for cell in cells):
            found = _day(row, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
            if isinstance(found, RowError):
                errors.append(found)
            else:
                days.append(found)
    errors += _doubled(days)
    year = Counter(day.date.year for day in days).most_common(1)[0][0] if days else 0
    errors += _of_another_year(days, year)
    if not days and not errors:
        errors = [RowError(2, "date", _("the file holds no days"))]
    if errors:
        raise CalendarFileError(*errors)
    return YearFile(year, tuple(days))


def raw_rows(file: BinaryFile) -> list[tuple[int, list[str]]]:
    """Return (row, cells) of the file as it is, so that a mistake can be shown next to it; [] if it is no CSV."""
    try:
        records = _records(file)
    except CalendarFileError:
        return []
    return [(row, cells) for row, cells in enumerate(records, start=1) if any(map(str.strip, cells))]


def _records(file: BinaryFile) -> list[list[str]]:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise CalendarFileError(RowError(1, "date", _("the file is too large for the calendar of one year")))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            if "\0" in text:
                break  # a workbook, or worse; no database keeps it in a name
            return list(csv.reader(text.splitlines(), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            break
    raise CalendarFileError(RowError(1, "date", _("this is not a CSV file")))


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    columns = [COLUMNS.get(name.lower()) for name in names]
    errors = [
        RowError(1, name or "?", _("unknown column"))
        for name, column in zip(names, columns, strict=True)
        if not column
    ]
    errors += [
        RowError(1, column, _("the column is missing or there twice"))
        for column in ("date", "kind", "name")
        if columns.count(column) > 1 or (column != "name" and column not in columns)
    ]
    if errors:
        raise CalendarFileError(*errors)
    return [column for column in columns if column]


def _day(row: int, cells: dict[str, str]) -> Day | RowError:
    day = _parse_date(cells.get("date", ""))
    if day is None:
        return RowError(row, "date", _("“%s” is not a date; write it as 2027-01-01") % cells.get("date", ""))
    kind = cells.get("kind", "")
    if kind.lower() not in KINDS:
        return RowError(row, "kind", _("“%s” is neither holiday (休) nor workday (班)") % kind)
    name = cells.get("name", "")
    if len(name) > NAME_LENGTH:
        return RowError(row, "name", _("longer than %d characters") % NAME_LENGTH)
    return Day(row, day, KINDS[kind.lower()], name)


def _parse_date(text: str) -> date | None:
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _doubled(days: list[Day]) -> Iterator[RowError]:
    first: dict[date, Day] = {}
    for day in days:
        if first.setdefault(day.date, day) is not day:
            yield RowError(day.row, "date", _("the day is already in row %d") % first[day.date].row)


def _of_another_year(days: list[Day], year: int) -> Iterator[RowError]:
    if days and not 1990 <= year <= 2100:
        yield RowError(days[0].row, "date", _("only calendars of 1990 to 2100 are kept"))
    for day in days:
        if day.date.year != year and (day.date.year, day.date.month) != (year - 1, 12):
            yield RowError(day.row, "date", _("not a day of %d, the year of the other rows") % year)
