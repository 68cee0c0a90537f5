"""Working-day arithmetic: the only place that knows whether a day is worked.

How fresh it is. Each thread keeps a copy of the calendar (a thousand rows, one query) for CACHE_SECONDS, then
reads it again. So most calls cost no query, none costs more than one, and an import in another process is
seen within CACHE_SECONDS with nothing to send around. The copy is per thread because a thread that imports
must count with its own uncommitted rows and the others must not. What was computed in those few seconds, or
in a transaction that began before the import, can be found afterwards: it is provisional although
`is_published(year)` says the year is in.
"""

import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .models import CalendarYear
from .statutory import statutory_days

CACHE_SECONDS = 5

_local = threading.local()
_Row = tuple[
    int, bool, date | None, bool | None
]  # year, published, and a day of its notice with whether it is worked


@dataclass(frozen=True)
class Deadline:
    """A day, and whether a calendar still to be published may move it (暂定)."""

    date: date
    provisional: bool


def is_workday(day: date) -> bool:
    """Return whether `day` is worked. Unpublished years: Monday to Friday without the days off fixed by law."""
    return _calendar().works(_a_date(day))


def add_workdays(start: date, days: int) -> Deadline:
    """Return the Deadline `days` working days after the date `start`, which is itself not counted.

    `days=0` is `start` if that is worked, else the next day that is: a deadline never falls on a day off.
    Provisional if a day after `start`, up to and including the deadline, lies in an unpublished year. Raises
    ValueError for negative `days`, TypeError for a datetime.
    """
    if days < 0:
        raise ValueError("days must not be negative")
    calendar = _calendar()
    if days == 0:
        if calendar.works(_a_date(start)):
            return Deadline(start, not calendar.is_published(start.year))
        days = 1
    end = calendar.nth_after(_a_date(start), days)
    first_counted = start + timedelta(days=1)
    years = range(first_counted.year, end.year + 1)
    return Deadline(end, not all(calendar.is_published(year) for year in years))


def next_workday(day: date) -> date:
    """Return the first date after `day` that is worked."""
    return _calendar().nth_after(_a_date(day), 1)


def workdays_between(a: date, b: date) -> int:
    """Count the working days after the date `a`, up to and including `b`; negative if `b` is before `a`.

    So `workdays_between(start, add_workdays(start, n).date) == n` for every n ≥ 1.
    """
    if _a_date(b) < _a_date(a):
        return -workdays_between(b, a)
    calendar = _calendar()
    years = range(a.year, b.year + 1)
    until_b = sum(len(calendar.workdays_of(year)) for year in years[:-1])
    until_b += bisect_right(calendar.workdays_of(b.year), b)
    return until_b - bisect_right(calendar.workdays_of(a.year), a)


def is_published(year: int) -> bool:
    """Return whether the year's calendar is imported, so that deadlines in it are final."""
    return _calendar().is_published(year)


def forget() -> None:
    """Make this thread read the calendar again: for code that changes it, and for tests, which roll it back."""
    _local.__dict__.clear()


def years_to_import(today: date) -> list[int]:
    """Return the years a deadline may reach whose calendar is not imported: this one, and from November on the next,
    which the State Council has published by then."""
    years = [today.year, today.year + 1] if today.month >= 11 else [today.year]
    return [year for year in years if not is_published(year)]


@contextmanager
def as_if(year: int, days: Iterable[tuple[date, bool]]) -> Iterator[None]:
    """Make this thread count, inside, as if `days` (pairs of date and whether it is worked) were the calendar of
    `year`."""
    rows: list[_Row] = [row for row in _calendar().rows if row[0] != year]
    before = dict(_local.__dict__)
    _local.calendar = _Calendar(rows + [(year, True, day, works) for day, works in days])
    _local.read_at = float("inf")
    try:
        yield
    finally:
        _local.__dict__.clear()
        _local.__dict__.update(before)


class _Calendar:
    """The calendar as read at one moment. The days of a year are computed when first asked for."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.rows = rows
        self._published = {year for year, published, *_ in rows if published}
        self._named = {day: works for *_, day, works in rows if day}
        self._years: dict[int, list[date]] = {}

    def is_published(self, year: int) -> bool:
        return year in self._published

    def works(self, day: date) -> bool:
        workdays = self.workdays_of(day.year)
        place = bisect_left(workdays, day)
        return place < len(workdays) and workdays[place] == day

    def workdays_of(self, year: int) -> list[date]:
        """Return the year's working days, ascending."""
        if year not in self._years:
            off = () if self.is_published(year) else statutory_days(year)
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            days = map(date.fromordinal, range(first, last + 1))
            self._years[year] = [d for d in days if self._named.get(d, d.weekday() < 5 and d not in off)]
        return self._years[year]

    def nth_after(self, day: date, count: int) -> date:
        year = day.year
        place = bisect_right(self.workdays_of(year), day) + count - 1
        while place >= len(self.workdays_of(year)):
            place -= len(self.workdays_of(year))
            year += 1
        return self.workdays_of(year)[place]


def _calendar() -> _Calendar:
    known: _Calendar | None = getattr(_local, "calendar", None)
    if known and time.monotonic() < _local.read_at + CACHE_SECONDS:
        return known
    read_at = time.monotonic()
    rows: Sequence[_Row] = list(
        CalendarYear.objects.order_by("year", "days__date").values_list(
            "year", "published", "days__date", "days__is_workday"
        )
    )
    if not known or known.rows != rows:
        known = _local.calendar = _Calendar(rows)
    _local.read_at = read_at
    return known


def _a_date(day: date) -> date:
    # A datetime is a date to Python, but its day depends on the zone: 17:00 UTC is tomorrow in Shanghai.
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError("a date is needed; for a moment in time take timezone.localdate(moment)")
    return day
