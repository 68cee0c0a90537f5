"""The only writer of the calendar: takes in one year's notice, then lets others move what depends on it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord

from . import calendar
from .calendar_file import CalendarFileError, RowError, read_calendar
from .models import CalendarYear, Holiday
from .statutory import statutory_days

# Rooms above register here, in AppConfig.ready(), what must be reckoned anew when a year's calendar changes:
#     services.after_import.append(recompute)    # recompute(*, year, by, now) -> number of deadlines moved
# It is called once the new calendar is committed, and again if the file is imported again, so it must be
# idempotent. To be moved: open deadlines that are provisional, or that end on or after 1 December of year - 1
# (a notice may move days of that December, and a second import may correct a year that was final).
after_import = []


@dataclass(frozen=True)
class Imported:
    """`days` in the file, deadlines `moved`, and the days off by law the file leaves out (date → name)."""

    year: int
    days: int
    moved: int
    unnamed: dict


def import_calendar(*, file, by, now=None, source=""):
    """Take in one year's calendar from a binary CSV file, wholly or not at all, in place of what was there.

    Marks the year as published and returns Imported. Raises CalendarFileError; then nothing has changed.
    The deadlines are moved afterwards, each in its own transaction: if that is cut short, the calendar stays
    and a second import of the same file moves the rest.
    """
    now = now or timezone.now()
    read = read_calendar(file)
    try:
        with transaction.atomic():
            _replace(read, by=by, now=now, source=source)
    finally:
        calendar.forget()
    moved = sum(recompute(year=read.year, by=by, now=now) for recompute in after_import)
    return Imported(read.year, len(read.days), moved, _unnamed_days_off(read))


def _replace(read, *, by, now, source):
    # Saving the year first locks its row: of two imports of a year the second waits, then replaces the first.
    CalendarYear.objects.update_or_create(
        year=read.year,
        defaults={"source": source[:200], "published": True, "imported_at": now, "imported_by": by},
    )
    Holiday.objects.filter(calendar_year_id=read.year).delete()
    others = {
        day.date: day for day in Holiday.objects.filter(date__in=[day.date for day in read.days])
    }  # days of last December that its own year's notice names
    conflicts = [
        RowError(day.row, "kind", _("the calendar of %d says otherwise") % others[day.date].calendar_year_id)
        for day in read.days
        if day.date in others and others[day.date].is_workday != day.is_workday
    ]
    if conflicts:
        raise CalendarFileError(*conflicts)
    Holiday.objects.bulk_create(
        Holiday(date=day.date, is_workday=day.is_workday, name=day.name, calendar_year_id=read.year)
        for day in read.days
        if day.date not in others
    )
    audit.record(AccessRecord.Action.IMPORTED, by=by, subject=_("Calendar %d") % read.year)


def _unnamed_days_off(read):
    named = {day.date for day in read.days}
    return {
        day: name for day, name in statutory_days(read.year).items() if day not in named and day.weekday() < 5
    }
