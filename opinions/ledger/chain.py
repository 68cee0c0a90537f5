"""Verification of one opinion's chain: its rows as stored, hashed again in order. verify.py does it for many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from json import loads
from typing import Any, NamedTuple, cast

from django.utils.translation import gettext as _

from opinions.models import EventText
from opinions.models.ledger import content_hash, spelled_data

from .messages import QueuedMessages
from .replay import REPLAYED, Replay
from .rows import Row
from .stored_columns import Facts, PastRounds

# The digests of files that ledger rows name, by (opinion, sequence).
NamedFiles = dict[tuple[int, int], list[str]]


class Head(NamedTuple):
    """The columns of an opinion that its ledger must agree with."""

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
    imported_satisfaction: str
    first_called_back_at: datetime | None
    answered_late: bool
    # Every column that its ledger rows name, with the words.
    columns: dict[str, Any] = {}


_OWN = Head._fields[:-1]
HEAD = [*_OWN, *(name for name in REPLAYED if name not in _OWN)]


def head_of(values: Iterable[Any]) -> Head:
    """Return the head with the values of HEAD, in its order."""
    columns = dict(zip(HEAD, values, strict=True))
    return Head(**{name: columns[name] for name in _OWN}, columns=columns)


@dataclass(frozen=True)
class Broken:
    """The first row that does not hold; `number` is empty when the opinion itself is gone."""

    number: str
    sequence: int
    what: str

    def __str__(self) -> str:
        return _("opinion %(number)s, event %(sequence)d: %(what)s") % vars(self)


# What the first row of a chain must follow. Only these four fields of it are ever compared.
NOTHING = Row(*cast(list, [None] * len(Row._fields)))._replace(sequence=0, to_status="", hash="", round=1)


def chain(
    head: Head, rows: Iterable[Row], files: NamedFiles, rounds: PastRounds, queued: QueuedMessages
) -> tuple[int, Broken | None]:
    """Hash one opinion's `rows` again, in order of sequence, and compare the last with its `head`.

    Returns how many rows hold, and the first that does not (None when all hold; its number then counts too). Adds to
    `files` the digests that the rows name, to `rounds` the past rounds that they ended and to `queued` the messages
    that they queued, so that the caller can compare them with what is stored.
    """
    before, facts, replay = NOTHING, Facts(), Replay()
    for row in rows:
        what = _wrong_place(row, before, head) or _wrong_content(row, head.number)
        if what:
            return before.sequence + 1, Broken(head.number, before.sequence + 1, what)
        if '"files"' in row.spelled and row.action != "erase" and "files" in row.data:
            files[head.pk, row.sequence] = row.data["files"]
        facts.read(row)
        replay.read(row)
        before = row
    rounds |= {(head.pk, sequence): values for sequence, values in facts.past.items()}
    queued |= {(head.pk, head.number, sequence): count for sequence, count in replay.messages.items()}
    return before.sequence, _wrong_head(head, before, facts, replay)


def _wrong_place(row: Row, before: Row, head: Head) -> str:
    """Return how the row fails to follow the one before it; empty when it follows."""
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
    """Turn data from the spelling of the database into that of the hash. Cached: most rows repeat others' data."""
    return spelled_data(loads(stored))


def _wrong_content(row: Row, number: str) -> str:
    """Return how the row's content, or its text, differs from what was written then; empty when neither does."""
    values = (*row[1:6], _canonical(row.spelled), row.from_status, number, *row[8:14], row.changed)
    if content_hash(*values) != row.hash:
        return _("its content was changed: the hash is not that of the content")
    if row.salt is None:
        return _("the words said with it are missing") if row.text_digest else ""
    if not row.text_digest:
        return _("words were added to it afterwards")
    if row.erased_at is None and EventText.digest(row.salt, row.text or "") != row.text_digest:
        return _("the words said with it were changed")
    return ""


def _wrong_head(head: Head, last: Row, facts: Facts, replay: Replay) -> Broken | None:
    """Return how the opinion's own row disagrees with the end of its ledger; None when they agree."""
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
        what = facts.differs(head) or replay.differs(head.columns)
    return Broken(head.number, last.sequence, what) if what else None
