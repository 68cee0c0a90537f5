"""Proof of the ledger: recompute every chain and name the first row that does not hold.

Opinions are read in slices by primary key, each slice with its events in one ordered query, so that memory
stays flat; then the files that came with them. A live office may go on working: what looks broken is read again
under the row lock.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from opinions.models import Event, EventText, Opinion

from .verify_files import broken_file

SLICE = 1000


class Head(NamedTuple):
    """What an opinion says about its own ledger."""

    pk: int
    number: str
    county_id: str
    version: int
    ledger_head: str
    status: str
    round: int


class Row(NamedTuple):
    """One ledger row as stored, with the words that stand beside it. Quacks like an Event for its hash."""

    opinion: object
    sequence: int
    county_id: str
    action: str
    from_status: str
    to_status: str
    round: int
    at: datetime
    by_id: int | None
    actor: str
    via: str
    data: dict
    text_digest: str
    previous_hash: str
    hash: str
    salt: str | None
    text: str | None
    erased_at: datetime | None


HEAD = [*Head._fields]
ROW = ["opinion_id", *Row._fields[1:15], "words__salt", "words__text", "words__erased_at"]


@dataclass(frozen=True)
class Broken:
    """The first row that does not hold; `number` is empty when the opinion itself is gone."""

    number: str
    sequence: int
    what: str

    def __str__(self):
        return _("opinion %(number)s, event %(sequence)d: %(what)s") % vars(self)


@dataclass
class Proof:
    opinions: int = 0
    events: int = 0
    broken: Broken | None = None


def verify(*, number: str = "", report=None) -> Proof:
    """Verify all chains, or that of one opinion (Opinion.DoesNotExist when there is none of that number).

    `report(proof)` is called after every slice. Stops at the first broken row.
    """
    proof, last = Proof(), 0
    if number:
        head = Head(*Opinion.objects.values_list(*HEAD).get(number=number))
        return _with_files(_verify_slice(proof, [head], head.pk - 1, head.pk), head.pk - 1, head.pk)
    while proof.broken is None:
        heads = [Head(*row) for row in _heads(last)]
        # The last slice is open to the right: rows beyond the last opinion would belong to nobody.
        until = heads[-1].pk if len(heads) == SLICE else None
        _with_files(_verify_slice(proof, heads, last, until), last, until)
        if report:
            report(proof)
        if len(heads) < SLICE:
            break
        last = heads[-1].pk
    return proof


def _heads(last: int):
    return Opinion.objects.filter(pk__gt=last).order_by("pk").values_list(*HEAD)[:SLICE]


def _rows(after: int, until: int | None):
    """Ledger rows of the opinions with `after` < pk ≤ `until`, in order."""
    events = Event.objects.filter(opinion_id__gt=after)
    if until is not None:
        events = events.filter(opinion_id__lte=until)
    stored = events.order_by("opinion_id", "sequence").values_list(*ROW)
    return map(Row._make, stored.iterator(chunk_size=5000))


def _verify_slice(proof: Proof, heads: list[Head], after: int, until: int | None) -> Proof:
    waiting = iter(heads)
    head = next(waiting, None)
    for pk, rows in groupby(_rows(after, until), key=attrgetter("opinion")):
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


def _with_files(proof: Proof, after: int, until: int | None) -> Proof:
    if proof.broken is None and (found := broken_file(after, until)):
        proof.broken = Broken(*found)
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
    count, broken = chain(head, rows)
    if broken:
        count, broken = _again(head)
    proof.opinions, proof.events, proof.broken = proof.opinions + 1, proof.events + count, broken


def _again(head: Head) -> tuple[int, Broken | None]:
    with transaction.atomic():
        locked = Opinion.objects.select_for_update(of=("self",)).filter(pk=head.pk).first()
        if locked is None:
            return 0, Broken(head.number, 0, _("the opinion was deleted"))
        fresh = Head(*(getattr(locked, name) for name in HEAD))
        return chain(fresh, _rows(head.pk - 1, head.pk))


# What the first row of a chain must follow.
NOTHING = Row(*[None] * len(Row._fields))._replace(sequence=0, to_status="", hash="", round=1)


def chain(head: Head, rows) -> tuple[int, Broken | None]:
    """Recompute one opinion's chain from its rows in order: how many there are, and the first broken one."""
    before = NOTHING
    for stored in rows:
        row = stored._replace(opinion=head)
        what = _wrong_place(row, before, head) or _wrong_content(row)
        if what:
            return before.sequence + 1, Broken(head.number, before.sequence + 1, what)
        before = row
    return before.sequence, _wrong_head(head, before)


def _wrong_place(row: Row, before: Row, head: Head) -> str:
    """How the row fails to follow the one before it."""
    if row.sequence != before.sequence + 1:
        return _("this row is missing; the next one is number %d") % row.sequence
    if row.previous_hash != before.hash:
        return _("it does not follow the row before it: the link between the two is broken")
    if row.from_status != before.to_status:
        return _("it starts from the status “%(from)s” where the row before ended with “%(to)s”") % {
            "from": row.from_status,
            "to": before.to_status,
        }
    if row.round not in (before.round, before.round + 1):
        return _("the round jumps from %(from)d to %(to)d") % {"from": before.round, "to": row.round}
    return "" if row.county_id == head.county_id else _("the county is not that of the opinion")


def _wrong_content(row: Row) -> str:
    """How the row's content, or the words beside it, differ from what was written then."""
    if Event.computed_hash(row) != row.hash:
        return _("its content was changed: the hash is not that of the content")
    if row.salt is None:
        return _("the words said with it are missing") if row.text_digest else ""
    if not row.text_digest:
        return _("words were added to it afterwards")
    if row.erased_at is None and EventText.digest(row.salt, row.text) != row.text_digest:
        return _("the words said with it were changed")
    return ""


def _wrong_head(head: Head, last: Row) -> Broken | None:
    """How the opinion's own row disagrees with the end of its ledger."""
    if head.version > last.sequence:
        what = _("this row is missing; %d were written") % head.version
        return Broken(head.number, last.sequence + 1, what)
    what = ""
    if head.version < last.sequence:
        what = _("the opinion knows of only %d rows") % head.version
    elif head.ledger_head != last.hash:
        what = _("the opinion's head is not the hash of this row")
    elif head.status != last.to_status:
        what = _("the opinion's status is “%(is)s” where the ledger says “%(ledger)s”") % {
            "is": head.status,
            "ledger": last.to_status,
        }
    elif head.round != last.round:
        what = _("the opinion is in round %(is)d where the ledger says %(ledger)d") % {
            "is": head.round,
            "ledger": last.round,
        }
    return Broken(head.number, last.sequence, what) if what else None
