"""On which days a pattern falls: every 15th, every market day, every Tuesday. No database but the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from lunardate import LunarDate

from workdays.calendar import add_workdays, is_workday

LONGEST = 400  # days that one plan may reach over


class Days(models.TextChoices):
    MONTHLY = "monthly", _("on days of the month")
    MARKET = "market", _("on market days")
    WEEKLY = "weekly", _("on days of the week")
    SPREAD = "spread", _("spread evenly, as many as are needed")


@dataclass(frozen=True)
class Pattern:
    """`numbers` are days of the month (15), last digits of market days (2 and 7; of the lunar day with `lunar`) or
    days of the week (1 is Monday). With `postpone` a day off gives way to the next working day."""

    days: str
    first: date
    last: date
    numbers: tuple[int, ...] = ()
    lunar: bool = False
    postpone: bool = True

    def falls_on(self, day: date) -> bool:
        """Return whether the pattern falls on `day`, before anything is postponed."""
        if self.days == Days.WEEKLY:
            return day.isoweekday() in self.numbers
        number = LunarDate.from_solar_date(day.year, day.month, day.day).day if self.lunar else day.day
        return (number % 10 if self.days == Days.MARKET else number) in self.numbers


def days_of(pattern: Pattern, *, count: int = 0) -> list[tuple[date, date]]:
    """Return (first planned for, held on) of every session, each day once. `count` is how many SPREAD needs.

    What would be moved past the end of the period stays out.
    """
    span = [pattern.first + timedelta(days=n) for n in range((pattern.last - pattern.first).days + 1)]
    if pattern.days == Days.SPREAD:
        return [(day, day) for day in _spread(span, count)]
    found: dict[date, date] = {}
    for day in span:
        if pattern.falls_on(day):
            on = add_workdays(day, 0).date if pattern.postpone else day
            if on <= pattern.last:
                found.setdefault(on, day)
    return [(day, on) for on, day in sorted(found.items())]


def _spread(span: list[date], count: int) -> list[date]:
    """Return `count` working days at even distances, or all of them if there are no more."""
    open_days = [day for day in span if is_workday(day)]
    if count >= len(open_days):
        return open_days
    return [
        open_days[place * len(open_days) // count + len(open_days) // (2 * count)] for place in range(count)
    ]
