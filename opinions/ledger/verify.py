"""Proof of the ledger: recompute every chain and name the first row that does not hold.

Opinions are read in slices by primary key, each slice with its events in one ordered query, so that memory
stays flat; then the files that came with them. A live office may go on working: what looks broken is read again
under the row lock. Ranges of keys are proven side by side, by as many processes as asked for.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import itemgetter

from django.db import connections, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.db.database import supports_parallel_reads
from opinions.models import Opinion

from .chain import HEAD, Broken, Head, chain
from .files import broken_file
from .rows import keys_between, rows_of
from .stored_columns import broken_round

SLICE = 1000
PARTS = 100  # of a large ledger, so that processes end at about the same time and progress is seen


@dataclass
class Proof:
    """`files`: the digests that rows of the slice at hand name, by (opinion, sequence); `rounds`: what its past rounds
    came to, the same way."""

    opinions: int = 0
    events: int = 0
    broken: Broken | None = None
    files: dict = field(default_factory=dict)
    rounds: dict = field(default_factory=dict)


def verify(*, number: str = "", jobs: int = 1, report=None) -> Proof:
    """Verify all chains, or that of one opinion (Opinion.DoesNotExist when there is none of that number).

    `jobs` processes share the work where there is enough of it; SQLite, and what is not committed yet, has one.
    `report(proof)` is called now and then. Stops at the first broken row by order of keys, whatever their number.
    """
    if number:
        head = Head(*Opinion.objects.values_list(*HEAD).get(number=number))
        return _with_rows_beside(_verify_slice(Proof(), [head], head.pk - 1, head.pk), head.pk - 1, head.pk)
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
    """The proofs of all ranges, in order."""
    ranges = list(pairwise(_edges()))
    if min(jobs, len(ranges)) < 2 or not supports_parallel_reads():
        yield from (verify_range(*one) for one in ranges)
        return
    connections.close_all()  # a connection cannot be shared by processes
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        try:
            yield from pool.map(verify_range, *zip(*ranges, strict=True))
        finally:
            pool.shutdown(cancel_futures=True)


def _edges() -> list[int | None]:
    """Keys between which ranges lie; the last is open to the right: rows beyond the last opinion belong to nobody."""
    last = Opinion.objects.aggregate(last=Max("pk"))["last"] or 0
    step = max(SLICE, -(-last // PARTS))
    return [*range(0, max(last, 1), step), None]


def verify_range(last: int, until: int | None) -> Proof:
    """Verify the opinions with `last` < pk ≤ `until` and all ledger rows and files that say they are theirs. Stops at
    the first broken row. Without `until` also what would belong to nobody, beyond the last opinion."""
    proof = Proof()
    while proof.broken is None:
        heads = [Head(*row) for row in _heads(last, until)]
        upto = heads[-1].pk if len(heads) == SLICE else until
        _with_rows_beside(_verify_slice(proof, heads, last, upto), last, upto)
        if len(heads) < SLICE:
            break
        last = upto
    return proof


def _heads(after: int, until: int | None):
    return keys_between(Opinion.objects, "pk", after, until).order_by("pk").values_list(*HEAD)[:SLICE]


def _verify_slice(proof: Proof, heads: list[Head], after: int, until: int | None) -> Proof:
    waiting = iter(heads)
    head = next(waiting, None)
    for pk, rows in groupby(rows_of(after, until), key=itemgetter(0)):
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


def _with_rows_beside(proof: Proof, after: int, until: int | None) -> Proof:
    for broken, named in ((broken_round, proof.rounds), (broken_file, proof.files)):
        if proof.broken is None and (found := broken(named, after, until)):
            proof.broken = Broken(*found)
    proof.files, proof.rounds = {}, {}
    return proof


def _orphan(proof: Proof, pk: int, rows) -> None:
    """Rows without an opinion. One registered while the slice was read is no orphan; its turn comes."""
    if not Opinion.objects.filter(pk=pk).exists():
        row = next(rows)
        what = _("the opinion with the id %d of this row is gone") % pk
        proof.broken = Broken("", row.sequence, what)


def _verify_one(proof: Proof, head: Head, rows) -> None:
    """Add one opinion to the proof. What looks broken is read again: somebody may have acted meanwhile."""
    if proof.broken:
        return
    count, broken = chain(head, rows, proof.files, proof.rounds)
    if broken:
        count, broken = _again(head, proof)
    proof.opinions, proof.events, proof.broken = proof.opinions + 1, proof.events + count, broken


def _again(head: Head, proof: Proof) -> tuple[int, Broken | None]:
    with transaction.atomic():
        locked = Opinion.objects.select_for_update(of=("self",)).filter(pk=head.pk).first()
        if locked is None:
            return 0, Broken(head.number, 0, _("the opinion was deleted"))
        fresh = Head(*(getattr(locked, name) for name in HEAD))
        return chain(fresh, rows_of(head.pk - 1, head.pk), proof.files, proof.rounds)
