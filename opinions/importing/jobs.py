"""The browser's imports: uploaded, looked through, decided on, taken in by a worker, picked up if that one dies.

How far a run is stands in the same transaction as the rows it has entered; so the worker that goes on after a crash
starts with the first row that is not in, and no row is counted or entered twice.
"""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.excel.importing import ImportSummary, RowError
from common.excel.tables import BROWSER, TableError
from common.ops.job import LeaseLost
from common.security.crypto import mask_name, mask_phone
from common.security.numbers import mask_numbers
from opinions.models import Import

from . import columns as c
from .services import ask_for_a_sweep, import_rows, preview_file, read_batches, record

State = Import.State
QUICK = 1 << 20  # bytes that are looked through while the person waits
KEPT = timedelta(days=7)  # an upload that nobody decides on
MOST_ATTEMPTS = 5  # a file that has ended so many workers is given up
ERRORS_KEPT, SAMPLE, SHOWN = 2000, 20, 60


def upload(*, by, file, now=None) -> Import:
    """Keep an uploaded file (Django's UploadedFile) and look it through: at once if it is small, else by a worker."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    job = Import.objects.create(
        by=by, name=file.name[-200:], file=file, digest=digest.hexdigest(), created_at=now or timezone.now()
    )
    if file.size <= QUICK:
        return check(job.pk, now=now) or job
    job.enqueue()
    return job


def previous_upload(job) -> Import | None:
    """The same file, taken in before by the same person."""
    same = Import.objects.visible_to(job.by).filter(digest=job.digest, state=State.DONE)
    return same.exclude(pk=job.pk).order_by("-created_at").first()


def _claim(pk, state, now) -> Import | None:
    """Return the job with a lease, None when there is nothing to do. Ends one that has cost too many workers."""
    job = Import.claim(pk, state, now=now)
    if job and job.attempt > MOST_ATTEMPTS:
        _end(job, State.FAILED, now, message=_("The import was broken off too often. Ask the administrator."))
        return None
    return job


def check(pk, *, now=None) -> Import | None:
    """Look the file through and keep what was found; None when there was nothing to do."""
    now = now or timezone.now()
    if (job := _claim(pk, State.UPLOADED, now)) is None:
        return None
    with job.file.open("rb") as file:
        tally = preview_file(file, job.name, by=job.by, now=now, limits=BROWSER, sample=SAMPLE)
    if tally.broken:
        return _end(job, State.FAILED, now, message=mask_numbers(tally.broken)[:300])
    job.heartbeat(
        state=State.CHECKED,
        total=tally.read,
        good=tally.added,
        known=tally.known,
        refused=tally.refused,
        errors=_kept(tally.errors),
        sample=[[number, _masked(values)] for number, values in tally.sample],
        first_on=tally.first_on,
        last_on=tally.last_on,
        heartbeat_at=None,
        attempt=0,
    )
    job.refresh_from_db()
    return job


def _kept(errors) -> list:
    return [
        [error.row, mask_numbers(error.column), mask_numbers(error.reason)] for error in errors[:ERRORS_KEPT]
    ]


def _masked(values) -> dict:
    """A row as the preview shows it: enough to see that the columns are right, no name or number in full."""
    shown = {header: mask_numbers(str(value))[:SHOWN] for header, value in values.items()}
    shown[c.NAME], shown[c.PHONE] = mask_name(shown.get(c.NAME, "")), mask_phone(shown.get(c.PHONE, ""))
    return {header: text for header, text in shown.items() if header in values}


def start(*, job, by, skip_bad=False, request=None, now=None) -> bool:
    """Take the good rows in; False when that has been decided before, or nothing can be. A file with errors is
    only begun with `skip_bad`."""
    with transaction.atomic():
        job = Import.objects.visible_to(by).select_for_update(of=("self",)).get(pk=job.pk)
        if job.state != State.CHECKED or not job.good or (job.refused and not skip_bad):
            return False
        seen = ImportSummary(job.total, job.good, job.known, job.refused)
        job.state, job.skip_bad, job.started_at = State.RUNNING, skip_bad, now or timezone.now()
        job.processed = job.added = job.known = job.refused = 0
        job.save()
        record(by=by, name=job.name, tally=seen, request=request)
        job.enqueue()
    return True


def run(pk, *, now=None) -> Import | None:
    """Enter the rows from where the last worker came to; None when there was nothing to do."""
    now = now or timezone.now()
    if (job := _claim(pk, State.RUNNING, now)) is None:
        return None
    errors = [RowError(*error) for error in job.errors] if job.processed else []
    tally = ImportSummary(job.processed, job.added, job.known, job.refused, errors)
    try:
        with job.file.open("rb") as file:
            batches = _from_row(
                read_batches(file, job.name, by=job.by, now=now, limits=BROWSER), job.processed
            )
            import_rows(
                batches, tally, by=job.by, now=now, skip_bad=True, after_batch=lambda t: _progress(job, t)
            )
    except LeaseLost:
        return None
    except TableError as error:
        return _end(job, State.FAILED, now, message=mask_numbers(str(error))[:300])
    ask_for_a_sweep()
    return _end(job, State.DONE, timezone.now())


def _from_row(batches, done):
    for rows in batches:
        if done < len(rows):
            yield rows[done:]
        done = max(0, done - len(rows))


def _progress(job, tally):
    job.heartbeat(
        processed=tally.read,
        added=tally.added,
        known=tally.known,
        refused=tally.refused,
        errors=_kept(tally.errors),
    )


def cancel(*, job, by, now=None) -> bool:
    """Give an upload up before it is begun."""
    with transaction.atomic():
        job = Import.objects.visible_to(by).select_for_update(of=("self",)).get(pk=job.pk)
        if job.state != State.CHECKED:
            return False
        _end(job, State.CANCELLED, now or timezone.now())
    return True


def _end(job, state, now, *, message="") -> Import:
    try:
        job.heartbeat(state=state, finished_at=now, heartbeat_at=None, message=message)
    except LeaseLost:
        return job
    transaction.on_commit(lambda: _delete_file(job))
    job.refresh_from_db()
    return job


def _delete_file(job):
    job.file.delete(save=False)
    Import.objects.filter(pk=job.pk).update(file="")


def requeue_stalled(*, now=None) -> int:
    """For the sweep: hand what no living worker has in hand to one, and clear away what is over. Returns how many
    were handed on."""
    now = now or timezone.now()
    enqueued = Import.requeue_stalled(now=now)
    for job in Import.objects.filter(state=State.CHECKED, created_at__lt=now - KEPT):
        _end(job, State.CANCELLED, now)
    for job in Import.objects.filter(state__in=Import.ENDED).exclude(file=""):
        _delete_file(job)
    return enqueued
