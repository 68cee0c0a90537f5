"""A month of activities as a calendar's weeks."""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from deputies.models import Activity, Kind
from workdays.calendar import is_workday

SHOWN = 4  # activities a day; the rest is one link away


@dataclass
class Day:
    on: date
    inside: bool
    is_today: bool
    off: bool
    activities: list[Activity] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def shown(self) -> list[Activity]:
        return self.activities[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.activities) - SHOWN)

    @property
    def is_empty(self) -> bool:
        return not self.activities and not self.counts


def first_of(text: str, today: date) -> date:
    """Return the first day of the month `2026-11`; of this month for anything else."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        asked = today
    return (asked if 2000 <= asked.year < 2100 else today).replace(day=1)


def beside(first: date) -> tuple[date, date]:
    """Return the first days of the months before and after."""
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def weeks_of(first: date, rows: QuerySet[Activity], *, today: date, counted: bool) -> list[list[Day]]:
    """Return the weeks of the month from Monday, with its activities. One query.

    `counted`: over many counties only how many there are of each kind.
    """
    weeks = [
        [Day(on, on.month == first.month, on == today, not is_workday(on)) for on in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    days = {day.on: day for week in weeks for day in week if day.inside}
    rows = rows.filter(on__range=(min(days), max(days)))
    if counted:
        for on, kind, n in (
            rows.exclude(state="cancelled").order_by("on").values_list("on", "kind").annotate(n=Count("pk"))
        ):
            days[on].counts.append((Kind(kind), n))
    else:
        for activity in rows.select_related("studio", "township").order_by("on", "half", "pk"):
            days[activity.on].activities.append(activity)
    return weeks
