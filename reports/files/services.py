"""Having a workbook or a bulletin made in the background: asked for, made once, taken up again when a worker dies."""

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from common.db.database import skip_locked
from common.ops.enqueue import enqueue
from reports.definitions.periods import BoundedPeriod
from reports.files.bulletin import write_bulletin
from reports.models import Report
from reports.workbook.workbook import write_month
from studios.models import County

log = logging.getLogger(__name__)

STALLED = timedelta(minutes=2)  # without a heartbeat; a worker sends one every few hundred rows
UNACKED = timedelta(seconds=15)  # after which the broker is told again that somebody waits
ATTEMPTS = 3
State = Report.State
WRITERS: dict[str, Callable[..., int]] = {
    Report.Kind.WORKBOOK: write_month,
    Report.Kind.BULLETIN: write_bulletin,
}


class LeaseLost(Exception):
    """Another worker has the report: this one was thought dead."""


def request_report(
    *, county: County, period: BoundedPeriod, by: User, kind: str = Report.Kind.WORKBOOK
) -> Report:
    """Request the workbook or bulletin of `county` and `period`; a second click while it is being made returns the
    same one. The caller has checked that the county's reports are `by`'s to read."""
    now = timezone.now()
    report, is_new = Report.objects.get_or_create(
        county=county,
        code=period.code,
        kind=kind,
        made_by=by,
        state__in=[State.WAITING, State.WORKING],
        defaults={"asked_at": now, "seen_at": now},
    )
    if is_new:
        _enqueue(report.pk)
    return report


def look_after(report: Report, *, now: datetime | None = None) -> None:
    """Notify the broker again when nothing happens: a person who watches the progress bar is the first to notice."""
    now = now or timezone.now()
    waits: dict[str, timedelta] = {State.WAITING: UNACKED, State.WORKING: STALLED}
    silent = waits.get(report.state)
    if silent and report.seen_at < now - silent:
        if report.state == State.WAITING:
            Report.objects.filter(pk=report.pk, state=State.WAITING).update(seen_at=now)
        _enqueue(report.pk)


def sweep(*, now: datetime | None = None) -> int:
    """Make every report that waits unnoticed or was left behind; return how many were processed."""
    now = now or timezone.now()
    left = Report.objects.filter(
        Q(state=State.WAITING, seen_at__lt=now - UNACKED) | Q(state=State.WORKING, seen_at__lt=now - STALLED)
    )
    keys = list(left.order_by("seen_at").values_list("pk", flat=True))
    for pk in keys:
        make_report(pk, now=now)
    return len(keys)


def make_report(pk: int, *, now: datetime | None = None) -> None:
    """Make the file, unless another worker is at it or has made it. Safe to call at any time, and twice."""
    report = _claim(pk, now or timezone.now())
    if report is None:
        return
    try:
        with tempfile.TemporaryFile() as target:
            rows = WRITERS[report.kind](
                target,
                period=report.period,
                county=report.county,
                by=report.made_by,
                progress=lambda written, of: _heartbeat(report, written, of),
            )
            target.seek(0)
            _finish(report, target, rows)
    except LeaseLost:
        log.warning("report %s was taken over by another worker", pk)
    except Exception:
        log.exception("report %s failed in attempt %s", pk, report.attempt)
        _mine(report).update(state=State.FAILED if report.attempt >= ATTEMPTS else State.WAITING)


def _enqueue(pk: int) -> None:
    enqueue("reports.make_file", pk)


def _claim(pk: int, now: datetime) -> Report | None:
    """Claim the report if it waits or was left behind. The attempt's number is the claim: it is checked with every
    heartbeat, so that a worker that comes back from the dead writes nothing."""
    free = Q(state=State.WAITING) | Q(state=State.WORKING, seen_at__lt=now - STALLED)
    with transaction.atomic():
        report = skip_locked(Report.objects.filter(free, pk=pk)).select_related("county", "made_by").first()
        if report is None:
            return None
        report.state, report.seen_at, report.progress = State.WORKING, now, 0
        report.attempt += 1
        if report.attempt > ATTEMPTS:
            report.state = State.FAILED  # each attempt took its worker down with it
        report.save(update_fields=["state", "seen_at", "progress", "attempt"])
    return report if report.state == State.WORKING else None


def _mine(report: Report) -> QuerySet[Report]:
    return Report.objects.filter(pk=report.pk, state=State.WORKING, attempt=report.attempt)


def _heartbeat(report: Report, written: int, of: int) -> None:
    if not _mine(report).update(progress=written, total=of, seen_at=timezone.now()):
        raise LeaseLost


def _finish(report: Report, target: IO[bytes], rows: int) -> None:
    name = f"{report.county_id}-{report.code}.{report.kind}"
    report.file.save(name, File(target), save=False)
    done = {"state": State.READY, "rows": rows, "total": rows, "progress": rows, "made_at": timezone.now()}
    if not _mine(report).update(file=report.file.name, **done):
        report.file.delete(save=False)
        raise LeaseLost
