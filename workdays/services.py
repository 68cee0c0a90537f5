"""The only writer of the calendar: takes in one year's notice, then lets others move what depends on it."""

import io
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord
from common.ops.job import LeaseLost

from . import calendar
from .calendar_file import MAX_BYTES, CalendarFileError, RowError, read_calendar
from .models import CalendarImport, CalendarYear, Holiday
from .statutory import statutory_days

# Rooms above register here, in AppConfig.ready(), what must be reckoned anew when a year's calendar changes:
#     services.after_import.append(recompute)    # recompute(*, year, by, now, progress) -> deadlines moved
#     services.before_import.append(count)       # count(*, year) -> deadlines that would move, changing nothing
# `recompute` is called once the new calendar is committed, calls progress(done, total, moved) as it goes, and may be
# called again at any time, so it must be idempotent. To be moved: open deadlines that are provisional, or that end
# on or after 1 December of year - 1 (a notice may move days of that December, and a second import may correct a year
# that was final).
after_import = []
before_import = []

State = CalendarImport.State


@dataclass(frozen=True)
class Imported:
    """`days` in the file, deadlines `moved`, and the days off by law the file leaves out (date → name)."""

    year: int
    days: int
    moved: int
    unnamed: dict


@dataclass(frozen=True)
class Difference:
    """A day of which the file says otherwise than the calendar counted by now, which may be provisional: each side is
    (worked?, name), None for an ordinary day."""

    date: date
    before: tuple | None
    after: tuple | None


@dataclass(frozen=True)
class Preview:
    """What taking the file in would change. `unnamed`: days off by law that it leaves out."""

    published: bool
    differences: list
    moves: int
    unnamed: dict


def import_calendar(*, file, by, now=None, source=""):
    """Take in one year's calendar from a binary CSV file, wholly or not at all, in place of what was there, and move
    the deadlines at once: for the command line.

    Marks the year as published and returns Imported. Raises CalendarFileError; then nothing has changed. If moving is
    cut short, the calendar stays, and the sweep or a second import of the same file moves the rest.
    """
    now = now or timezone.now()
    job = upload(file=file, by=by, name=source, now=now)
    confirm(job=job, by=by, now=now, at_once=True)
    run(job.pk, now=now)
    job.refresh_from_db()
    return Imported(job.year, job.days, job.moved, _unnamed_days_off(_read(job)))


def upload(*, file, by, name, now=None):
    """Look the file through and keep it until somebody decides. Raises CalendarFileError naming every bad row."""
    content = file.read(MAX_BYTES + 1)
    read = read_calendar(io.BytesIO(content))
    _refuse_conflicts(read, _others(read))
    return CalendarImport.objects.create(
        by=by,
        name=name[:200],
        content=content,
        year=read.year,
        days=len(read.days),
        created_at=now or timezone.now(),
    )


def preview(job):
    """The Preview of an import that waits; nothing changes."""
    read = _read(job)
    stored = _counted_by(read.year)
    others = _others(read)
    wanted = {day.date: (day.is_workday, day.name) for day in read.days if day.date not in others}
    changed = sorted(day for day in stored.keys() | wanted.keys() if stored.get(day) != wanted.get(day))
    with calendar.as_if(read.year, [(day, works) for day, (works, _name) in wanted.items()]):
        moves = sum(count(year=read.year) for count in before_import)
    differences = [Difference(day, stored.get(day), wanted.get(day)) for day in changed]
    return Preview(calendar.is_published(read.year), differences, moves, _unnamed_days_off(read))


def _counted_by(year):
    """What deadlines are counted by now, date → (worked?, name): the year's notice, else the days off by law."""
    named = {day.date: (day.is_workday, day.name) for day in Holiday.objects.filter(calendar_year_id=year)}
    if calendar.is_published(year):
        return named
    return {day: (False, name) for day, name in statutory_days(year).items()} | named


def confirm(*, job, by, now=None, request=None, at_once=False):
    """Put the file in the place of what the year had; the deadlines follow in the background (`at_once`: the caller
    runs them). False when that has been decided before."""
    now = now or timezone.now()
    try:
        with transaction.atomic():
            job = CalendarImport.objects.select_for_update(of=("self",)).get(pk=job.pk)
            if job.state != State.CHECKED:
                return False
            _replace(_read(job), by=by, now=now, source=job.name)
            job.state = State.MOVING
            job.save(update_fields=["state"])
            subject, facts = _("Calendar %d") % job.year, {"file": job.name, "days": job.days}
            audit.record(AccessRecord.Action.IMPORTED, by=by, request=request, subject=subject, details=facts)
            if not at_once:
                job.enqueue()
    finally:
        calendar.forget()
    return True


def cancel(*, job):
    """Give a file up before it is taken in."""
    waiting = CalendarImport.objects.filter(pk=job.pk, state=State.CHECKED)
    return bool(waiting.update(state=State.CANCELLED, finished_at=timezone.now()))


def run(pk, *, now=None):
    """Let everything that depends on the year follow it, unless another worker is at it or it is done. Safe to call
    at any time, and twice."""
    now = now or timezone.now()
    if (job := CalendarImport.claim(pk, now=now)) is None:
        return
    moved = job.moved  # by a worker that died before it was through
    calendar.forget()
    try:
        for recompute in after_import:

            def progress(done, total, so_far, before=moved):
                job.heartbeat(processed=done, total=total, moved=before + so_far)

            moved += recompute(year=job.year, by=job.by, now=now, progress=progress)
        job.heartbeat(state=State.DONE, moved=moved, finished_at=timezone.now(), heartbeat_at=None)
    except LeaseLost:
        return


def _read(job):
    return read_calendar(io.BytesIO(bytes(job.content)))


def _others(read):
    """Days of the file (last December's) that another year's notice names: date → Holiday."""
    named = Holiday.objects.filter(date__in=[day.date for day in read.days]).exclude(
        calendar_year_id=read.year
    )
    return {day.date: day for day in named}


def _refuse_conflicts(read, others):
    conflicts = [
        RowError(day.row, "kind", _("the calendar of %d says otherwise") % others[day.date].calendar_year_id)
        for day in read.days
        if day.date in others and others[day.date].is_workday != day.is_workday
    ]
    if conflicts:
        raise CalendarFileError(*conflicts)


def _replace(read, *, by, now, source):
    # Saving the year first locks its row: of two imports of a year the second waits, then replaces the first.
    CalendarYear.objects.update_or_create(
        year=read.year,
        defaults={"source": source[:200], "published": True, "imported_at": now, "imported_by": by},
    )
    Holiday.objects.filter(calendar_year_id=read.year).delete()
    others = _others(read)
    _refuse_conflicts(read, others)
    Holiday.objects.bulk_create(
        Holiday(date=day.date, is_workday=day.is_workday, name=day.name, calendar_year_id=read.year)
        for day in read.days
        if day.date not in others
    )


def _unnamed_days_off(read):
    named = {day.date for day in read.days}
    return {
        day: name for day, name in statutory_days(read.year).items() if day not in named and day.weekday() < 5
    }
