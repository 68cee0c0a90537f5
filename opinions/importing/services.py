"""A ledger's file into the register: looked through first, then taken in. For the command and the browser alike."""

from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord
from common.excel.importing import ImportSummary, RowError, check_header, headers_of
from common.excel.tables import BROWSER, COMMAND, TableError, read_table
from common.ops.enqueue import enqueue
from opinions.workflow import deadlines
from studios.permissions.scope import scope_of

from . import columns as c
from .entries import Entry, known_keys
from .parser import IMPORTER_ROLES, Reader
from .replay import Failed, import_batch, import_one

BATCH = 50  # rows committed together, and as long as others may have to wait for a county's next number
EXPECTED = headers_of(c.COLUMNS)


@dataclass(frozen=True)
class Row:
    number: int
    values: dict
    entry: Entry | None
    errors: list[RowError]


def read_batches(file, name, *, by, now, limits, size=BATCH):
    """Lists of up to `size` Rows, in the order of the file. A row that repeats an earlier one word for word has
    neither entry nor errors; one that gives its number to something else has an error. Raises TableError."""
    table = read_table(file, name, expected=EXPECTED, limits=limits)
    try:
        spelled = check_header(table, c.COLUMNS)
        reader, seen = Reader(by, now), {}
        rows = iter(table)
        while part := list(islice(rows, size)):
            yield [_row(reader, seen, number, cells, spelled) for number, cells in part]
    finally:
        table.close()


def _row(reader, seen, number, cells, spelled) -> Row:
    values = {column: cells[header] for column, header in spelled.items()}
    entry, errors = reader.read(number, values)
    if entry is None:
        return Row(number, values, None, errors)
    said = hash((entry.written["title"], entry.written["body"]))
    first, said_first = seen.setdefault(entry.key, (number, said))
    if first == number:
        return Row(number, values, entry, [])
    if said == said_first:
        return Row(number, values, None, [])
    reason = _("row %d has this number, and another text") % first
    return Row(number, values, None, [RowError(number, c.OUTSIDE_NUMBER, reason)])


def preview_file(file, name, *, by, now, limits=BROWSER, sample=0) -> ImportSummary:
    """Read the whole file without writing anything: every error, what is known already, the first rows.

    A file that cannot be read (on) gives one error more, which tells so; raises nothing.
    """
    tally = ImportSummary()
    try:
        for rows in read_batches(file, name, by=by, now=now, limits=limits, size=500):
            known = known_keys([row.entry for row in rows if row.entry])
            for row in rows:
                _count(tally, row, known)
                if len(tally.sample) < sample:
                    tally.sample.append((row.number, row.values))
    except TableError as error:
        tally.break_off(RowError(error.row, error.column, str(error)))
    if not tally.read and not tally.broken:
        tally.break_off(RowError(0, "", _("The file holds a header and no rows.")))
    return tally


def _count(tally, row, known):
    tally.read += 1
    if row.errors:
        tally.refuse(row.errors)
    elif row.entry is None or row.entry.key in known:
        tally.known += 1
    else:
        tally.added += 1
        tally.note_day(timezone.localdate(row.entry.registered_at))


def import_rows(batches, tally: ImportSummary, *, by, now, skip_bad, after_batch=None) -> None:
    """Enter the rows, `tally` counting; each batch in a transaction of its own, unless the caller holds one.
    `after_batch(tally)` runs inside it. Without `skip_bad` the first row that is refused raises Failed."""
    for rows in batches:
        with transaction.atomic(), deadlines.cached_reads():
            known = known_keys([row.entry for row in rows if row.entry])
            new = []
            for row in rows:
                tally.read += 1
                if row.errors:
                    if not skip_bad:
                        raise Failed(row.errors[0])
                    tally.refuse(row.errors)
                elif row.entry is None or row.entry.key in known:
                    tally.known += 1
                else:
                    new.append(row.entry)
            _enter(new, tally, by, now, skip_bad)
            if after_batch:
                after_batch(tally)


def _enter(entries, tally, by, now, skip_bad):
    """All at once; where one is refused, half and half again, until it stands alone."""
    half = len(entries) // 2
    if half and not import_batch(entries, by=by, now=now):
        _enter(entries[:half], tally, by, now, skip_bad)
        _enter(entries[half:], tally, by, now, skip_bad)
    elif half:
        tally.added += len(entries)
    elif entries:
        _enter_one(entries[0], tally, by, now, skip_bad)


def _enter_one(entry, tally, by, now, skip_bad):
    try:
        if import_one(entry, by=by, now=now):
            tally.added += 1
        else:
            tally.known += 1
    except Failed as failed:
        if not skip_bad:
            raise
        tally.refuse([failed.error])


def import_file(file, name, *, by, now=None, dry_run=False, skip_bad=False, limits=COMMAND) -> ImportSummary:
    """Look a file through, then take it in: all or nothing in one transaction; with `skip_bad` the good rows, in
    batches. The tally's errors say what was refused; without `skip_bad` nothing is in if there are any."""
    now = now or timezone.now()
    tally = preview_file(file, name, by=by, now=now, limits=limits)
    if dry_run:
        return tally
    if tally.broken or (tally.errors and not skip_bad):
        tally.added = 0
        return tally
    file.seek(0)
    done = ImportSummary()
    try:
        with nullcontext() if skip_bad else transaction.atomic():
            batches = read_batches(file, name, by=by, now=now, limits=limits)
            import_rows(batches, done, by=by, now=now, skip_bad=skip_bad)
            record(by=by, name=name, tally=done)
            ask_for_a_sweep()
    except Failed as failed:
        return ImportSummary(tally.read, 0, tally.known, 1, [failed.error])
    return done


def record(*, by, name, tally, request=None):
    """Note in the audit trail who took in what; no name or number of a citizen stands there."""
    prefixes = scope_of(by).prefixes(*IMPORTER_ROLES)
    audit.record(
        AccessRecord.Action.IMPORTED,
        by=by,
        request=request,
        subject=name,
        area_code=prefixes[0] if prefixes else "",
        details={"read": tally.read, "added": tally.added, "known": tally.known, "refused": tally.refused},
    )


def ask_for_a_sweep():
    """It triages what is open and goes on with what is due."""
    enqueue("opinions.sweep")
