"""Import of a ledger's file into the register: checked first, then entered. Used by the command and by the browser."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from common.excel.importing import ImportSummary, RowError, check_header, headers_of
from common.excel.tables import BROWSER, COMMAND, Limits, TableError, read_table
from common.ops.enqueue import enqueue
from opinions.workflow import deadlines
from studios.permissions.scope import scope_of

from . import columns as c
from .decisions import UNDECIDED, Decisions
from .entries import Entry, known_keys
from .forecast import Forecast
from .parser import IMPORTER_ROLES, Reader
from .replay import Failed, Replay, import_batch, import_one

BATCH = 50  # rows committed together, and as long as others may have to wait for a county's next number
EXPECTED = headers_of(c.COLUMNS)


@dataclass(frozen=True)
class Row:
    """A row of the file. `entry` None and no errors: it repeats an earlier row."""

    number: int
    values: dict[str, Any]
    entry: Entry | None
    errors: list[RowError]


def read_batches(
    file: IO[bytes], name: str, *, by: User, now: datetime, limits: Limits, size: int = BATCH
) -> Iterator[list[Row]]:
    """Yield lists of up to `size` Rows, in the order of the file. A row that repeats an earlier one word for word has
    neither entry nor errors; one that gives its number to something else has an error. Raises TableError."""
    table = read_table(file, name, expected=EXPECTED, limits=limits)
    try:
        spelled = check_header(table, c.COLUMNS)
        reader = Reader(by, now)
        seen: dict[UUID, tuple[int, int]] = {}
        rows = iter(table)
        while part := list(islice(rows, size)):
            yield [_row(reader, seen, number, cells, spelled) for number, cells in part]
    finally:
        table.close()


def _row(
    reader: Reader,
    seen: dict[UUID, tuple[int, int]],
    number: int,
    cells: Mapping[str, Any],
    spelled: Mapping[str, str],
) -> Row:
    values = {column: cells[header] for column, header in spelled.items()}
    entry, errors = reader.read(number, values)
    if entry is None:
        return Row(number, values, None, errors)
    content = hash((entry.written["title"], entry.written["body"]))
    first, first_content = seen.setdefault(entry.key, (number, content))
    if first == number:
        return Row(number, values, entry, [])
    if content == first_content:
        return Row(number, values, None, [])
    reason = _("row %d has this number, and another text") % first
    return Row(number, values, None, [RowError(number, c.OUTSIDE_NUMBER, reason)])


def preview_file(
    file: IO[bytes], name: str, *, by: User, now: datetime, limits: Limits = BROWSER, sample: int = 0
) -> ImportSummary:
    """Read the whole file without writing anything: count good and known rows, collect every error and the first
    `sample` rows.

    A file that cannot be read to its end adds one error that says so; nothing is raised.
    """
    summary, forecast = ImportSummary(), Forecast(timezone.localdate(now))
    try:
        for rows in read_batches(file, name, by=by, now=now, limits=limits, size=500):
            known = known_keys([row.entry for row in rows if row.entry])
            new: list[Entry | None] = []
            for row in rows:
                if _count(summary, row, known):
                    new.append(row.entry)
                if len(summary.sample) < sample:
                    summary.sample.append((row.number, row.values))
            forecast.add_all(new)
    except TableError as error:
        summary.break_off(RowError(error.row, error.column, str(error)))
    if not summary.read and not summary.broken:
        summary.break_off(RowError(0, "", _("The file holds a header and no rows.")))
    summary.found = forecast.counts
    return summary


def _count(summary: ImportSummary, row: Row, known: Collection[UUID]) -> bool:
    """Count a row; returns True if it would be added."""
    summary.read += 1
    if row.errors:
        summary.refuse(row.errors)
    elif row.entry is None or row.entry.key in known:
        summary.known += 1
    else:
        summary.added += 1
        summary.note_day(timezone.localdate(row.entry.registered_at))
        return True
    return False


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
        with transaction.atomic(), deadlines.cached_reads():
            known = known_keys([row.entry for row in rows if row.entry])
            new = []
            for row in rows:
                summary.read += 1
                if row.errors:
                    if not skip_bad:
                        raise Failed(row.errors[0])
                    summary.refuse(row.errors)
                elif row.entry is None or row.entry.key in known:
                    summary.known += 1
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
    summary = preview_file(file, name, by=by, now=now, limits=limits)
    if dry_run:
        return summary
    if summary.broken or (summary.errors and not skip_bad):
        summary.added = 0
        return summary
    file.seek(0)
    done = ImportSummary()
    try:
        with nullcontext() if skip_bad else transaction.atomic():
            batches = read_batches(file, name, by=by, now=now, limits=limits)
            import_rows(batches, done, by=by, now=now, skip_bad=skip_bad, decisions=decisions)
            record(by=by, summary=done)
            ask_for_a_sweep()
    except Failed as failed:
        return ImportSummary(summary.read, 0, summary.known, 1, [failed.error])
    return done


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
