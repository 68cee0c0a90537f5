"""Verification of the ledger: hash every chain again and name the first row that does not hold.

Opinions are read in slices by primary key, each slice with its events in one ordered query, so that memory
stays flat; then the files that came with them. A live office may go on working: what looks broken is read again
under the row lock. Ranges of keys are verified in parallel, by as many processes as asked for.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from django.db import connections, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from common.db.database import supports_parallel_reads
from opinions.models import Opinion

from .chain import HEAD, Broken, Head, NamedFiles, chain, head_of
from .files import broken_file
from .messages import QueuedMessages, missing_message
from .papers import broken_paper
from .rows import Row, keys_between, rows_of
from .stored_columns import PastRounds, broken_round

SLICE = 1000
PARTS = 100  # of a large ledger, so that processes end at about the same time and progress is seen


@dataclass
class Proof:
    """How much was verified, and the first broken row. `files`, `rounds` and `queued`: what the ledger rows of the
    current slice name, to be compared with what is stored."""

    opinions: int = 0
    events: int = 0
    broken: Broken | None = None
    files: NamedFiles = field(default_factory=dict)
    rounds: PastRounds = field(default_factory=dict)
    queued: QueuedMessages = field(default_factory=dict)


def verify(*, number: str = "", jobs: int = 1, report: Callable[[Proof], object] | None = None) -> Proof:
    """Verify all chains, or that of one opinion (raises Opinion.DoesNotExist when none has that number).

    `jobs` processes share the work where there is enough of it; SQLite, and an open transaction, have one.
    `report(proof)` is called after each part with the sums so far. Stops at the first broken row in order of primary
    keys, which `broken` of the result names.
    """
    if number:
        head = head_of(Opinion.objects.values_list(*HEAD).get(number=number))
        return _with_files_and_rounds(
            _verify_slice(Proof(), [head], head.pk - 1, head.pk), head.pk - 1, head.pk
        )
    whole = Proof()
    for part in _parts(jobs):
        whole.opinions, whole.events = whole.opinions + part.opinions, whole.events + part.events
        if report:
            report(whole)
        if part.broken:
            whole.broken = part.broken
            break
    return whole


def _parts(jobs: int) -> Iterator[Proof]:
    """Yield the proofs of all ranges, in order."""
    ranges = _ranges()
    if min(jobs, len(ranges)) < 2 or not supports_parallel_reads():
        yield from (verify_range(*one) for one in ranges)
        return
    connections.close_all()  # a connection cannot be shared by processes
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        try:
            yield from pool.map(verify_range, *zip(*ranges, strict=True))
        finally:
            pool.shutdown(cancel_futures=True)


def _ranges() -> list[tuple[int, int | None]]:
    """Return ranges of keys as verify_range takes them. The last has no upper limit, to find rows beyond the last
    opinion, which belong to nobody."""
    last = Opinion.objects.aggregate(last=Max("pk"))["last"] or 0
    step = max(SLICE, -(-last // PARTS))
    edges = range(0, max(last, 1), step)
    return [*pairwise(edges), (edges[-1], None)]


def verify_range(last: int, until: int | None) -> Proof:
    """Verify the opinions with `last` < pk ≤ `until`, and all ledger rows and files that refer to them, up to the first
    broken row. Without `until`, verify the rows beyond the last opinion too, which would belong to nobody."""
    proof = Proof()
    while proof.broken is None:
        heads = [head_of(row) for row in _heads(last, until)]
        upto = heads[-1].pk if len(heads) == SLICE else until
        _with_files_and_rounds(_verify_slice(proof, heads, last, upto), last, upto)
        if len(heads) < SLICE:
            break
        last = heads[-1].pk
    return proof


def _heads(after: int, until: int | None) -> QuerySet[Opinion, tuple[Any, ...]]:
    return keys_between(Opinion.objects, "pk", after, until).order_by("pk").values_list(*HEAD)[:SLICE]


def _verify_slice(proof: Proof, heads: list[Head], after: int, until: int | None) -> Proof:
    """Verify `heads` against the ledger rows of their range. Both come in order of keys, so one pass is enough."""
    waiting = iter(heads)
    head = next(waiting, None)
    for pk, rows in groupby(rows_of(after, until), key=attrgetter("opinion_id")):
        while head is not None and head.pk < pk:
            _verify_one(proof, head, [])
            head = next(waiting, None)
        if head is None or head.pk != pk:
            _orphan(proof, pk, rows)
        else:
            _verify_one(proof, head, rows)
            head = next(waiting, None)
        if proof.broken:
            return proof
    while head is not None and proof.broken is None:
        _verify_one(proof, head, [])
        head = next(waiting, None)
    return proof


def _with_files_and_rounds(proof: Proof, after: int, until: int | None) -> Proof:
    """Compare the past rounds, files, papers and messages that the slice's ledger rows name with what is stored, unless
    a row is broken already."""
    if proof.broken is None:
        found = broken_round(proof.rounds, after, until) or broken_file(proof.files, after, until)
        found = found or broken_paper(after, until) or missing_message(proof.queued)
        proof.broken = Broken(*found) if found else None
    proof.files, proof.rounds, proof.queued = {}, {}, {}
    return proof


def _orphan(proof: Proof, pk: int, rows: Iterator[Row]) -> None:
    """Record rows that have no opinion. One registered while the slice was read is no orphan; a later slice has it."""
    if not Opinion.objects.filter(pk=pk).exists():
        row = next(rows)
        what = _("the opinion with the id %d of this row is gone") % pk
        proof.broken = Broken("", row.sequence, what)


def _verify_one(proof: Proof, head: Head, rows: Iterable[Row]) -> None:
    """Add one opinion to the proof. What looks broken is read again: somebody may have acted meanwhile."""
    if proof.broken:
        return
    count, broken = chain(head, rows, proof.files, proof.rounds, proof.queued)
    if broken:
        count, broken = _again(head, proof)
    proof.opinions, proof.events, proof.broken = proof.opinions + 1, proof.events + count, broken


def _again(head: Head, proof: Proof) -> tuple[int, Broken | None]:
    with transaction.atomic():
        locked = Opinion.objects.select_for_update(of=("self",)).filter(pk=head.pk).first()
        if locked is None:
            return 0, Broken(head.number, 0, _("the opinion was deleted"))
        fresh = head_of(getattr(locked, name) for name in HEAD)
        return chain(fresh, rows_of(head.pk - 1, head.pk), proof.files, proof.rounds, proof.queued)
