"""The work calendar of a year, for everybody who is logged in: what is worked, what is off, and whether it is final."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from .calendar import is_published, is_workday
from .models import CalendarYear, Holiday
from .statutory import statutory_days

FIRST, LAST = 1990, 2100
WEEKDAYS = [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")]


@dataclass(frozen=True)
class Day:
    """`kind`: work, off (an ordinary weekend), holiday or makeup; the last two have the name of their festival."""

    date: date
    kind: str
    name: str = ""


@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    """Show the calendar of the current year."""
    return year(request, timezone.localdate().year)


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show the calendar of a year; 404 outside 1990–2100."""
    if not FIRST <= year <= LAST:
        raise Http404
    published, named = is_published(year), _named(year)
    months = [_month(year, month, named) for month in range(1, 13)]
    notices = CalendarYear.objects.select_related("imported_by").filter(year=year)
    context = {
        "year": year,
        "today": timezone.localdate(),
        "published": published,
        "notice": notices.first() if published else None,
        "months": months,
        "weekdays": WEEKDAYS,
        "workdays": sum(month["workdays"] for month in months),
        "named": [Day(day, kind, name) for day, (kind, name) in sorted(named.items())],
        "before": year - 1 if year > FIRST else None,
        "after": year + 1 if year < LAST else None,
    }
    return render(request, "workdays/year.html", context)


def _named(year: int) -> dict[date, tuple[str, str]]:
    """Date → (kind, name): the days of the year that a notice names, else those off by law."""
    stored = {
        day.date: ("makeup" if day.is_workday else "holiday", day.name)
        for day in Holiday.objects.filter(date__range=(date(year, 1, 1), date(year, 12, 31)))
    }
    if is_published(year):
        return stored
    return {day: ("holiday", name) for day, name in statutory_days(year).items()} | stored


def _month(year: int, month: int, named: dict[date, tuple[str, str]]) -> dict[str, Any]:
    """Return the weeks of a month, Monday first; None for days of its neighbours."""
    weeks = [
        [_day(day, named) if day.month == month else None for day in week]
        for week in Calendar().monthdatescalendar(year, month)
    ]
    worked = sum(day is not None and day.kind in ("work", "makeup") for week in weeks for day in week)
    return {"first": date(year, month, 1), "weeks": weeks, "workdays": worked}


def _day(day: date, named: dict[date, tuple[str, str]]) -> Day:
    if day in named:
        return Day(day, *named[day])
    return Day(day, "work" if is_workday(day) else "off")
