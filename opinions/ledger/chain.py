"""Proof of one opinion's chain: its rows as stored, recomputed in order. Many of them: verify.py."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from json import loads
from typing import NamedTuple

from django.utils.translation import gettext as _

from opinions.models import EventText
from opinions.models.ledger import content_hash, spelled_data

from .rows import Row
from .stored_columns import Facts


class Head(NamedTuple):
    """What an opinion says about its own ledger."""

    pk: int
    number: str
    county_id: str
    version: int
    ledger_head: str
    status: str
    round: int
    # What figures are counted from (stored_columns.COMPARED).
    outcome: str
    answered_at: datetime | None
    reported_back_at: datetime | None
    called_back_at: datetime | None
    satisfaction: str
    deputy_rating: str
    closed_at: datetime | None
    first_satisfaction: str
    last_satisfaction: str
    first_called_back_at: datetime | None
    answered_late: bool


HEAD = [*Head._fields]


@dataclass(frozen=True)
class Broken:
    """The first row that does not hold; `number` is empty when the opinion itself is gone."""

    number: str
    sequence: int
    what: str

    def __str__(self):
        return _("opinion %(number)s, event %(sequence)d: %(what)s") % vars(self)


# What the first row of a chain must follow.
NOTHING = Row(*[None] * len(Row._fields))._replace(sequence=0, to_status="", hash="", round=1)


def chain(head: Head, rows, files: dict, rounds: dict) -> tuple[int, Broken | None]:
    """Recompute one opinion's chain from its rows in order: how many there are, and the first broken one. The files
    that rows name are noted in `files`, the rounds that they ended in `rounds`."""
    before, facts = NOTHING, Facts()
    for row in rows:
        what = _wrong_place(row, before, head) or _wrong_content(row, head.number)
        if what:
            return before.sequence + 1, Broken(head.number, before.sequence + 1, what)
        if '"files"' in row.spelled and row.action != "erase" and "files" in row.data:
            files[head.pk, row.sequence] = row.data["files"]
        facts.read(row)
        before = row
    rounds |= {(head.pk, sequence): told for sequence, told in facts.past.items()}
    return before.sequence, _wrong_head(head, before, facts)


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


@lru_cache(maxsize=20_000)
def _canonical(stored: str) -> str:
    """Data in the spelling of the hash, from that of the database. Most rows say what many others say."""
    return spelled_data(loads(stored))


def _wrong_content(row: Row, number: str) -> str:
    """How the row's content, or the words beside it, differ from what was written then."""
    values = (*row[1:6], _canonical(row.spelled), row.from_status, number, *row[8:14])
    if content_hash(*values) != row.hash:
        return _("its content was changed: the hash is not that of the content")
    if row.salt is None:
        return _("the words said with it are missing") if row.text_digest else ""
    if not row.text_digest:
        return _("words were added to it afterwards")
    if row.erased_at is None and EventText.digest(row.salt, row.text) != row.text_digest:
        return _("the words said with it were changed")
    return ""


def _wrong_head(head: Head, last: Row, facts: Facts) -> Broken | None:
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
    else:
        what = facts.differs(head)
    return Broken(head.number, last.sequence, what) if what else None
