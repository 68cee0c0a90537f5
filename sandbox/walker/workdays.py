"""The walker's own calendar: a literal table of which days are worked, and how working days are counted.

2026: the State Council's notice of November 2025. 2027: not published; Saturdays, Sundays and the thirteen days off
that the law fixes.
"""

from datetime import date, timedelta

DAY = timedelta(days=1)
OFF = {
    2026: "0101 0102 0103 0215 0216 0217 0218 0219 0220 0221 0222 0223 0404 0405 0406 0501 0502 0503 0504 0505"
    " 0619 0620 0621 0925 0926 0927 1001 1002 1003 1004 1005 1006 1007",
    2027: "0101 0205 0206 0207 0208 0405 0501 0502 0609 0915 1001 1002 1003",
}
WORKED = {2026: "0104 0214 0228 0509 0920 1010", 2027: ""}


def _table(days: dict) -> frozenset:
    return frozenset(date(year, int(d[:2]), int(d[2:])) for year, text in days.items() for d in text.split())


_OFF, _WORKED = _table(OFF), _table(WORKED)


def works(day: date) -> bool:
    if day.year not in OFF:
        raise ValueError(f"the table of days ends before {day}")
    return day in _WORKED or (day.weekday() < 5 and day not in _OFF)


def later(day: date, count: int) -> date:
    """The `count`th working day after `day`; for 0 the day itself, or the next one that is worked."""
    if count == 0:
        while not works(day):
            day += DAY
        return day
    while count:
        day += DAY
        count -= works(day)
    return day


def between(after: date, until: date) -> int:
    """Working days after one day, up to and including another."""
    count = 0
    while after < until:
        after += DAY
        count += works(after)
    return count


def earlier(day: date, count: int) -> date:
    """The `count`th working day before `day`."""
    while count:
        day -= DAY
        count -= works(day)
    return day
