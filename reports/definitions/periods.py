"""Periods of reporting: month, quarter, year or all time, in the office's time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_long
from opinions.workflow.deadlines import midnight

FORM = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?")
ALL_TIME = "all"
MONTHS = 13  # of a trend: this month and the same one a year ago at its two ends


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included; both None for all time, else it is a BoundedPeriod. `code` is 2026-09,
    2026-Q3, 2026 or all."""

    code: str
    first: date | None
    last: date | None

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """In the active language: a report uses the office's, not that of the person who asked for it."""
        if self.first is None or self.last is None:
            return _("all time")
        facts = {"year": self.first.year, "month": self.first.month, "quarter": (self.first.month + 2) // 3}
        if "Q" in self.code:
            return _("quarter %(quarter)d of %(year)d") % facts
        return (_("%(month)02d/%(year)d") if "-" in self.code else _("the year %(year)d")) % facts

    @property
    def registered(self) -> Q:
        """The rows registered in the period, by the office's clock, whatever zone the database keeps."""
        if self.first is None or self.last is None:
            return Q()
        return registered_between(self.first, self.last)

    @property
    def parameters(self) -> dict[str, str]:
        """The list's filters that give the same rows."""
        if self.first is None or self.last is None:
            return {}
        return {"registered_after": self.first.isoformat(), "registered_before": self.last.isoformat()}

    def holds(self, day: date) -> bool:
        """Return whether the day of `day` lies in the period."""
        return self.first is None or self.last is None or self.first <= day <= self.last

    @property
    def previous(self) -> "BoundedPeriod | None":
        """The period of the same length just before; None of all time."""
        return None

    @property
    def next(self) -> "BoundedPeriod | None":
        """The period of the same length just after; None of all time."""
        return None

    @property
    def year_before(self) -> "BoundedPeriod | None":
        """The same period of the year before; None of all time."""
        return None

    @property
    def kind(self) -> str:
        """month, quarter, year or all."""
        if self.first is None:
            return ALL_TIME
        if "Q" in self.code:
            return "quarter"
        return "month" if "-" in self.code else "year"

    @property
    def is_month(self) -> bool:
        return self.kind == "month"

    @property
    def compared(self) -> "list[tuple[str, BoundedPeriod]]":
        """The periods it is held against, each with its name; none for all time."""
        return []


@dataclass(frozen=True)
class BoundedPeriod(Period):
    """A month, quarter or year: every period but all time."""

    first: date
    last: date

    @property
    def previous(self) -> "BoundedPeriod":
        """The period of the same length just before."""
        return same_kind(self, self.first - timedelta(days=1))

    @property
    def next(self) -> "BoundedPeriod":
        """The period of the same length just after."""
        return same_kind(self, self.last + timedelta(days=1))

    @property
    def year_before(self) -> "BoundedPeriod":
        """The same period of the year before."""
        return same_kind(self, self.first.replace(year=self.first.year - 1))

    @property
    def months(self) -> "list[BoundedPeriod]":
        """The months it is made of."""
        months = [month_of(self.first)]
        while months[-1].last < self.last:
            months.append(months[-1].next)
        return months

    @property
    def compared(self) -> "list[tuple[str, BoundedPeriod]]":
        """The periods it is held against, each with its name: the one before and the same one a year before."""
        labels: dict[str, tuple[str, ...]] = {
            "quarter": (_("Quarter before"), _("Same quarter last year")),
            "month": (_("Month before"), _("Same month last year")),
            "year": (_("Year before"),),
        }
        # Of a year both are the same one, named once.
        return list(zip(labels.get(self.kind, ()), (self.previous, self.year_before), strict=False))


@dataclass(frozen=True)
class Span(Period):
    """Any days from `first` to `last`, both included: no month, quarter or year, and never frozen."""

    first: date
    last: date

    @property
    def label(self) -> str:
        """Both days, in the active language."""
        return _("%(first)s to %(last)s") % {
            "first": localdate_long(self.first),
            "last": localdate_long(self.last),
        }

    @property
    def kind(self) -> str:
        return "span"


def span_of(first: date, last: date) -> Span:
    """Return the days from `first` to `last`, both included."""
    return Span(f"{first}..{last}", first, last)


def registered_between(first: date, last: date) -> Q:
    """Return the condition of the rows registered from the first moment of `first` to the last of `last`."""
    return Q(registered_at__gte=midnight(first), registered_at__lt=midnight(last + timedelta(days=1)))


def parse(code: str) -> Period | None:
    """Return the period of a code; None for what is none."""
    if code == ALL_TIME:
        return Period(ALL_TIME, None, None)
    found = FORM.fullmatch(code or "")
    if not found:
        return None
    year = int(found["year"])
    if found["month"]:
        return month_of(date(year, int(found["month"]), 1))
    return _quarter(year, int(found["quarter"])) if found["quarter"] else _year(year)


def parse_bounded(code: str) -> BoundedPeriod | None:
    """Return the month, quarter or year of a code; None for anything else, all time included."""
    found = parse(code)
    return found if isinstance(found, BoundedPeriod) else None


def parse_month(code: str) -> BoundedPeriod | None:
    """Return the month of a code such as 2026-09; None for anything else."""
    found = FORM.fullmatch(code or "")
    return parse_bounded(code) if found and found["month"] else None


def month_at(moment: datetime) -> BoundedPeriod:
    """Return the month a moment lies in, by the office's clock."""
    return month_of(timezone.localdate(moment))


def month_of(day: date) -> BoundedPeriod:
    """Return the month a day lies in."""
    first = day.replace(day=1)
    return BoundedPeriod(f"{day:%Y-%m}", first, _month_after(first) - timedelta(days=1))


def year_of(day: date) -> BoundedPeriod:
    """Return the year a day lies in."""
    return _year(day.year)


def this_month() -> BoundedPeriod:
    """Return the present month, by the office's clock."""
    return month_of(timezone.localdate())


def months_until(last: BoundedPeriod, count: int = MONTHS) -> list[BoundedPeriod]:
    """Return `count` months, the earliest first, ending with `last`."""
    months = [last]
    while len(months) < count:
        months.append(months[-1].previous)
    return months[::-1]


def choices(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the selector offers, as groups of (code, label): two years of months, and what they add up to."""
    month = month_of(today)
    quarter = _quarter(today.year, (today.month + 2) // 3)
    return [
        (_("Month"), _pairs(months_until(month, 24))),
        (_("Quarter"), _pairs(months_until(quarter, 8))),
        (_("Year"), _pairs(months_until(_year(today.year), 5))),
        (_("All"), [(ALL_TIME, _("all time"))]),
    ]


def same_kind(period: Period, day: date) -> BoundedPeriod:
    """Return the period of the same kind that `day` lies in."""
    if "Q" in period.code:
        return _quarter(day.year, (day.month + 2) // 3)
    return month_of(day) if "-" in period.code else _year(day.year)


def _quarter(year: int, number: int) -> BoundedPeriod:
    first = date(year, 3 * number - 2, 1)
    last = _month_after(first.replace(month=3 * number)) - timedelta(days=1)
    return BoundedPeriod(f"{year}-Q{number}", first, last)


def _year(year: int) -> BoundedPeriod:
    return BoundedPeriod(f"{year}", date(year, 1, 1), date(year, 12, 31))


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _pairs(periods: Sequence[Period]) -> list[tuple[str, str]]:
    return [(period.code, period.label) for period in reversed(periods)]
