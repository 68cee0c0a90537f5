"""Having a workbook or a bulletin made in the background: asked for, made once, taken up again when a worker dies."""

import logging
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import IO

from django.core.files import File
from django.utils import timezone

from accounts.models import User
from common.ops.job import LeaseLost
from reports.definitions.periods import BoundedPeriod
from reports.files.bulletin import write_bulletin
from reports.models import Report
from reports.workbook.workbook import write_month
from studios.models import County

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
State = Report.State
WRITERS: dict[str, Callable[..., int]] = {
    Report.Kind.WORKBOOK: write_month,
    Report.Kind.BULLETIN: write_bulletin,
}


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
        defaults={"asked_at": now, "heartbeat_at": now},
    )
    if is_new:
        report.enqueue()
    return report


def look_after(report: Report, *, now: datetime | None = None) -> None:
    """Enqueue the report again when nothing happens to it: a person who watches the progress bar is the first to
    notice."""
    now = now or timezone.now()
    if not report.at_work:
        return
    if report.heartbeat_at is None or report.heartbeat_at < now - Report.WORK[report.state].stale:
        if report.state == State.WAITING:
            Report.objects.filter(pk=report.pk, state=State.WAITING).update(heartbeat_at=now)
        report.enqueue()


def sweep(*, now: datetime | None = None) -> int:
    """Make every report that waits unnoticed or was left behind; return how many were processed."""
    now = now or timezone.now()
    keys = list(Report.stalled(now).order_by("heartbeat_at").values_list("pk", flat=True))
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
                progress=lambda written, of: report.heartbeat(progress=written, total=of),
            )
            target.seek(0)
            _finish(report, target, rows)
    except LeaseLost:
        log.warning("report %s was taken over by another worker", pk)
    except Exception:
        log.exception("report %s failed in attempt %s", pk, report.attempt)
        with suppress(LeaseLost):
            report.heartbeat(state=State.FAILED if report.attempt >= MOST_ATTEMPTS else State.WAITING)


def _claim(pk: int, now: datetime) -> Report | None:
    """Return the report with a lease, None when there is nothing to do. Ends one that has cost too many workers."""
    report = Report.claim(pk, now=now, state=State.WORKING, progress=0)
    if report is None:
        return None
    if report.attempt > MOST_ATTEMPTS:
        report.heartbeat(state=State.FAILED)
        return None
    return report


def _finish(report: Report, target: IO[bytes], rows: int) -> None:
    name = f"{report.county_id}-{report.code}.{report.kind}"
    report.file.save(name, File(target), save=False)
    done = {"state": State.READY, "rows": rows, "total": rows, "progress": rows, "made_at": timezone.now()}
    try:
        report.heartbeat(file=report.file.name, **done)
    except LeaseLost:
        report.file.delete(save=False)
        raise
