"""Imports in the browser: uploaded, checked, decided on, entered by a worker, and continued by another if that one
dies.

The progress of a run is stored in the same transaction as the rows it has entered; so the worker that continues after a
crash starts with the first row that is not in, and no row is counted or entered twice.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.importing import ImportSummary, RowError
from common.excel.tables import BROWSER, TableError
from common.ops.job import LeaseLost
from common.security.numbers import mask_numbers
from opinions.models import Import

from . import columns as c
from .decisions import Decisions, remember, remembered
from .services import Row, ask_for_a_sweep, import_rows, preview_file, read_batches, record
from .survey import survey

State = Import.State
QUICK = 1 << 20  # bytes that are checked while the person waits
KEPT = timedelta(days=7)  # an upload that nobody decides on
MOST_ATTEMPTS = 5  # after this many workers that died on it a file is given up
ERRORS_KEPT, SAMPLE, SHOWN = 2000, 20, 60


def upload(*, by: User, file: UploadedFile, source: str = "", now: datetime | None = None) -> Import:
    """Store an uploaded file of a `source` and check it: immediately if it is small, else by a worker."""
    digest, name = hashlib.sha256(), file.name or ""
    for chunk in file.chunks():
        digest.update(chunk)
    job = Import.objects.create(
        by=by,
        name=name[-200:],
        file=file,
        digest=digest.hexdigest(),
        source=source,
        created_at=now or timezone.now(),
    )
    if (file.size or 0) <= QUICK:
        return check(job.pk, now=now) or job
    job.enqueue()
    return job


def previous_upload(job: Import) -> Import | None:
    """Return the latest finished import of the same file by the same person; None without one."""
    same = Import.objects.visible_to(job.by).filter(digest=job.digest, state=State.DONE)
    return same.exclude(pk=job.pk).order_by("-created_at").first()


def _claim(pk: int, state: str, now: datetime) -> Import | None:
    """Return the job with a lease, None when there is nothing to do. Ends one that has cost too many workers."""
    job = Import.claim(pk, state, now=now)
    if job and job.attempt > MOST_ATTEMPTS:
        _end(job, State.FAILED, now, message=_("The import was broken off too often. Ask the administrator."))
        return None
    return job


def check(pk: int, *, now: datetime | None = None) -> Import | None:
    """Read the whole file and store what was found; None when there was nothing to do."""
    now = now or timezone.now()
    if (job := _claim(pk, State.UPLOADED, now)) is None:
        return None
    try:
        headers = _look_at_columns(job)
    except TableError as error:
        return _end(job, State.FAILED, now, message=mask_numbers(str(error))[:300])
    with job.file.open("rb") as file:
        decisions = Decisions.of(job)
        summary = preview_file(
            file, job.name, by=job.by, now=now, limits=BROWSER, sample=SAMPLE, decisions=decisions
        )
    if summary.broken and not summary.found.get("missing"):
        return _end(job, State.FAILED, now, message=mask_numbers(summary.broken)[:300])
    job.heartbeat(
        state=State.CHECKED,
        decisions=job.decisions,
        total=summary.read,
        good=summary.added,
        known=summary.known,
        refused=summary.refused,
        errors=_for_storage(summary.errors),
        sample=[[number, _masked(values)] for number, values in summary.sample],
        first_on=summary.first_on,
        last_on=summary.last_on,
        found=summary.found | {"headers": headers},
        heartbeat_at=None,
        attempt=0,
    )
    job.refresh_from_db()
    return job


def _look_at_columns(job: Import) -> list[dict[str, Any]]:
    """Set what each column of the file is, where nobody has said so yet; return the columns for the page."""
    memory = remembered(job.by, job.source)
    decided = job.decisions.get("columns", {})
    with job.file.open("rb") as file:
        found = survey(file, job.name, limits=BROWSER, chosen=memory.get("", {}) | decided)
    words = {column: {**chosen} for column, chosen in memory.items() if column}
    for column, chosen in job.decisions.get("words", {}).items():
        words.setdefault(column, {}).update(chosen)
    job.decisions = job.decisions | {"columns": found.targets, "words": words}
    return [
        {
            "header": column.header,
            "target": column.target,
            "offered": list(column.offered),
            "asked": column.asked and column.header not in decided,
            "samples": [_masked_sample(column.target, sample) for sample in column.samples[:3]],
        }
        for column in found.columns
    ]


def _masked_sample(target: str, sample: Any) -> str:
    return c.MASKS.get(target, mask_numbers)(str(sample))[:40]


def decide(
    *, job: Import, by: User, source: str, changes: Mapping[str, Any], now: datetime | None = None
) -> Import | None:
    """Store what a person decided about columns, words and gaps (keys of Decisions), remember it for the source, and
    read the file again as decided. None when the import is begun or over."""
    now = now or timezone.now()
    with transaction.atomic():
        job = Import.objects.visible_to(by).select_for_update(of=("self",)).get(pk=job.pk)
        if job.state != State.CHECKED or not job.file:
            return None
        job.decisions, job.source = job.decisions | dict(changes), source
        job.state, job.attempt, job.heartbeat_at = State.UPLOADED, 0, None
        job.save()
        columns, words = job.decisions.get("columns", {}), job.decisions.get("words", {})
        choices = [("", header, target) for header, target in columns.items()]
        choices += [(column, word, code) for column, chosen in words.items() for word, code in chosen.items()]
        remember(by, source, choices, now)
    if job.file.size <= QUICK:
        return check(job.pk, now=now) or job
    job.enqueue()
    return job


def _for_storage(errors: Sequence[RowError]) -> list[list[Any]]:
    return [
        [error.row, mask_numbers(error.column), mask_numbers(error.reason), error.sheet]
        for error in errors[:ERRORS_KEPT]
    ]


def _masked(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a row as the preview shows it: enough to see that the columns are right, no name or number in full."""
    return {header: c.MASKS.get(header, mask_numbers)(str(value))[:SHOWN] for header, value in values.items()}


def start(
    *,
    job: Import,
    by: User,
    skip_bad: bool = False,
    open_rows: str = Import.OpenRows.TODAY,
    answers: bool = False,
    request: HttpRequest | None = None,
    now: datetime | None = None,
) -> bool:
    """Begin to enter the good rows, those without an answer as `open_rows` says, and with `answers` those to what is in
    the register; False when that was decided before, or there is nothing to enter. A file with errors is only begun
    with `skip_bad`."""
    with transaction.atomic():
        job = Import.objects.visible_to(by).select_for_update(of=("self",)).get(pk=job.pk)
        answers = answers and bool(job.found.get("known", {}).get("counts", {}).get("answer"))
        if job.state != State.CHECKED or not (job.good or answers) or (job.refused and not skip_bad):
            return False
        seen = ImportSummary(job.total, job.good, job.known, job.refused)
        job.state, job.skip_bad, job.started_at = State.RUNNING, skip_bad, now or timezone.now()
        job.open_rows = open_rows
        job.decisions = job.decisions | {"answers": answers}
        job.processed = job.added = job.known = job.refused = 0
        job.save()
        record(by=by, summary=seen, request=request, job=job.pk)
        job.enqueue()
    return True


def run(pk: int, *, now: datetime | None = None) -> Import | None:
    """Enter the rows from where the last worker stopped; None when there was nothing to do."""
    now = now or timezone.now()
    if (job := _claim(pk, State.RUNNING, now)) is None:
        return None
    errors = [RowError(*error) for error in job.errors] if job.processed else []
    summary = ImportSummary(job.processed, job.added, job.known, job.refused, errors=errors)
    decisions, now = Decisions.of(job), job.started_at or now
    try:
        with job.file.open("rb") as file:
            batches = _from_row(
                read_batches(file, job.name, by=job.by, now=now, limits=BROWSER, decisions=decisions),
                job.processed,
            )
            import_rows(
                batches,
                summary,
                by=job.by,
                now=now,
                skip_bad=True,
                job=job.pk,
                decisions=decisions,
                after_batch=lambda t: _progress(job, t),
            )
    except LeaseLost:
        return None
    except TableError as error:
        return _end(job, State.FAILED, now, message=mask_numbers(str(error))[:300])
    ask_for_a_sweep()
    return _end(job, State.DONE, timezone.now())


def _from_row(batches: Iterable[list[Row]], done: int) -> Iterator[list[Row]]:
    """Yield the batches without the first `done` rows."""
    for rows in batches:
        if done < len(rows):
            yield rows[done:]
        done = max(0, done - len(rows))


def _progress(job: Import, summary: ImportSummary) -> None:
    job.heartbeat(
        processed=summary.read,
        added=summary.added,
        known=summary.known,
        refused=summary.refused,
        errors=_for_storage(summary.errors),
    )


def cancel(*, job: Import, by: User, now: datetime | None = None) -> bool:
    """Cancel an upload before it is begun; False when it is begun or over."""
    with transaction.atomic():
        job = Import.objects.visible_to(by).select_for_update(of=("self",)).get(pk=job.pk)
        if job.state != State.CHECKED:
            return False
        _end(job, State.CANCELLED, now or timezone.now())
    return True


def _end(job: Import, state: str, now: datetime, *, message: str = "") -> Import:
    try:
        job.heartbeat(state=state, finished_at=now, heartbeat_at=None, message=message)
    except LeaseLost:
        return job
    transaction.on_commit(lambda: _delete_file(job))
    job.refresh_from_db()
    return job


def _delete_file(job: Import) -> None:
    job.file.delete(save=False)
    Import.objects.filter(pk=job.pk).update(file="")


def requeue_stalled(*, now: datetime | None = None) -> int:
    """Enqueue again the jobs that no live worker has, cancel uploads that nobody decided on, and delete files that are
    no longer needed. Called by the sweep; returns how many were enqueued."""
    now = now or timezone.now()
    enqueued = Import.requeue_stalled(now=now)
    for job in Import.objects.filter(state=State.CHECKED, created_at__lt=now - KEPT):
        _end(job, State.CANCELLED, now)
    for job in Import.objects.filter(state__in=Import.ENDED).exclude(file=""):
        _delete_file(job)
    return enqueued
