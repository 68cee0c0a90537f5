"""Import of a ledger's file into the register: checked first, then entered. Used by the command and by the browser."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from common.excel.importing import ImportSummary, MissingColumns, RowError
from common.excel.tables import BROWSER, COMMAND, Limits, TableError
from common.ops.enqueue import enqueue
from opinions.workflow.unit_of_work import cached_reads
from studios.permissions.scope import scope_of

from .decisions import UNDECIDED, Decisions
from .entries import Entry, Known, find_known
from .findings import KnownRows, findings
from .forecast import Forecast
from .ledger_file import LedgerFile, Row
from .lookups import IMPORTER_ROLES
from .replay import Failed, Replay, enter_answer, import_batch, import_one
from .survey import survey

BATCH = 50  # rows committed together, and as long as others may have to wait for a county's next number
LISTED = 300  # words, known rows and notes that are kept for the preview


def read_batches(
    file: IO[bytes],
    name: str,
    *,
    by: User,
    now: datetime,
    limits: Limits,
    size: int = BATCH,
    decisions: Decisions = UNDECIDED,
) -> Iterator[list[Row]]:
    """Yield the rows of a ledger in batches (LedgerFile.batches). Raises TableError."""
    return LedgerFile(file, name, by=by, now=now, limits=limits, decisions=decisions).batches(size)


def preview_file(
    file: IO[bytes],
    name: str,
    *,
    by: User,
    now: datetime,
    limits: Limits = BROWSER,
    sample: int = 0,
    decisions: Decisions = UNDECIDED,
) -> ImportSummary:
    """Read the whole file without writing anything: count good and known rows, collect every error, the first `sample`
    rows, and in `found` what the person should see before deciding (importing/findings.py).

    A file that cannot be read to its end adds one error that says so; nothing is raised.
    """
    ledger = LedgerFile(file, name, by=by, now=now, limits=limits, decisions=decisions)
    summary, forecast, known_rows = ImportSummary(), Forecast(timezone.localdate(now)), KnownRows(LISTED)
    try:
        for rows in ledger.batches(500):
            known = find_known([row.entry for row in rows if row.entry])
            new: list[Entry | None] = []
            for row in rows:
                if _count(summary, row, known, decisions):
                    new.append(row.entry)
                elif row.entry:
                    known_rows.add(row.entry, known[row.entry.key])
                if len(summary.sample) < sample:
                    summary.sample.append((row.number, row.values))
            forecast.add_all(new)
    except TableError as error:
        summary.break_off(RowError(error.row, error.column, str(error)))
        summary.found["missing"] = error.columns if isinstance(error, MissingColumns) else []
    if not summary.read and not summary.broken:
        summary.break_off(RowError(0, "", _("The file holds a header and no rows.")))
    summary.found |= {"open": forecast.counts, "known": known_rows.as_json()} | findings(ledger)
    return summary


def _count(
    summary: ImportSummary, row: Row, known: Mapping[UUID, Known], decisions: Decisions = UNDECIDED
) -> bool:
    """Count a row; returns True if it would be added."""
    summary.read += 1
    if row.errors:
        summary.refuse(row.errors)
    elif row.entry is None or not _is_new(row.entry, known, decisions):
        summary.known += 1
    else:
        summary.added += 1
        summary.note_day(timezone.localdate(row.entry.registered_at))
        return True
    return False


def _is_new(entry: Entry, known: Mapping[UUID, Known], decisions: Decisions) -> bool:
    there = known.get(entry.key)
    return there is None or (there.differs == "similar" and decisions.similar)


def import_rows(
    batches: Iterable[list[Row]],
    summary: ImportSummary,
    *,
    by: User,
    now: datetime,
    skip_bad: bool,
    job: int | None = None,
    decisions: Decisions = UNDECIDED,
    after_batch: Callable[[ImportSummary], object] | None = None,
) -> None:
    """Enter the rows of the import `job` and count them in `summary`; each batch in a transaction of its own, unless
    the caller holds one. `after_batch(summary)` runs inside it. Without `skip_bad` the first row that is refused raises
    Failed."""
    replay = Replay(by, now, job, decisions)
    for rows in batches:
        with transaction.atomic(), cached_reads():
            known = find_known([row.entry for row in rows if row.entry])
            new = []
            for row in rows:
                summary.read += 1
                if row.errors:
                    if not skip_bad:
                        raise Failed(row.errors[0])
                    summary.refuse(row.errors)
                elif row.entry is None:
                    summary.known += 1
                elif not _is_new(row.entry, known, decisions):
                    summary.known += 1
                    if decisions.answers and known[row.entry.key].differs == "answer":
                        summary.answered += enter_answer(row.entry, known[row.entry.key].number, replay)
                else:
                    new.append(row.entry)
            _enter(new, summary, replay, skip_bad)
            if after_batch:
                after_batch(summary)


def _enter(entries: list[Entry], summary: ImportSummary, replay: Replay, skip_bad: bool) -> None:
    """Enter all entries together; where one is refused, in halves, until it is alone."""
    half = len(entries) // 2
    if half and not import_batch(entries, replay):
        _enter(entries[:half], summary, replay, skip_bad)
        _enter(entries[half:], summary, replay, skip_bad)
    elif half:
        summary.added += len(entries)
    elif entries:
        _enter_one(entries[0], summary, replay, skip_bad)


def _enter_one(entry: Entry, summary: ImportSummary, replay: Replay, skip_bad: bool) -> None:
    try:
        if import_one(entry, replay):
            summary.added += 1
        else:
            summary.known += 1
    except Failed as failed:
        if not skip_bad:
            raise
        summary.refuse([failed.error])


def import_file(
    file: IO[bytes],
    name: str,
    *,
    by: User,
    now: datetime | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    limits: Limits = COMMAND,
    decisions: Decisions = UNDECIDED,
) -> ImportSummary:
    """Check a file, then enter it: all or nothing in one transaction; with `skip_bad` the good rows, in batches. The
    errors of the result say what was refused; without `skip_bad` nothing is in if there are any."""
    now = now or timezone.now()
    decisions = _with_survey(file, name, limits, decisions)
    summary = preview_file(file, name, by=by, now=now, limits=limits, decisions=decisions)
    if dry_run:
        return summary
    if summary.broken or (summary.errors and not skip_bad):
        summary.added = 0
        return summary
    file.seek(0)
    done = ImportSummary()
    try:
        with nullcontext() if skip_bad else transaction.atomic():
            batches = read_batches(file, name, by=by, now=now, limits=limits, decisions=decisions)
            import_rows(batches, done, by=by, now=now, skip_bad=skip_bad, decisions=decisions)
            record(by=by, summary=done)
            ask_for_a_sweep()
    except Failed as failed:
        return ImportSummary(summary.read, 0, summary.known, 1, errors=[failed.error])
    return done


def _with_survey(file: IO[bytes], name: str, limits: Limits, decisions: Decisions) -> Decisions:
    """Return the decisions with what the columns of the file are, by their headers and by what stands under them."""
    try:
        found = survey(file, name, limits=limits, chosen=decisions.columns)
    except TableError:  # the preview says what is wrong
        return decisions
    finally:
        file.seek(0)
    return replace(decisions, columns={**found.targets, **decisions.columns})


def record(
    *, by: User, summary: ImportSummary, request: HttpRequest | None = None, job: int | None = None
) -> None:
    """Record in the audit trail who imported what, by the job's key; it holds no name or number of a citizen."""
    prefixes = scope_of(by).prefixes(*IMPORTER_ROLES)
    audit.record(
        AccessRecord.Action.IMPORTED,
        by=by,
        request=request,
        subject=_("old records"),  # a file's name may be a person's
        area_code=prefixes[0] if prefixes else "",
        details={
            "read": summary.read,
            "added": summary.added,
            "known": summary.known,
            "refused": summary.refused,
        }
        | ({"job": job} if job else {}),
    )


def ask_for_a_sweep() -> None:
    """Enqueue a sweep, which triages what is open and does what is due."""
    enqueue("opinions.sweep")
