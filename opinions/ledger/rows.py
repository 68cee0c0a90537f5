"""Ledger rows as the database stores them, read in order for the proofs."""

from datetime import datetime
from json import loads
from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from opinions.models import Event


class Row(NamedTuple):
    """One ledger row as stored, its data as the database spells them, with the words that stand beside it."""

    opinion_id: int
    action: str
    actor: str
    at: datetime
    by_id: int | None
    county_id: str
    spelled: str
    from_status: str
    previous_hash: str
    round: int
    sequence: int
    text_digest: str
    to_status: str
    via: str
    hash: str
    salt: str | None
    text: str | None
    erased_at: datetime | None

    @property
    def data(self) -> dict:
        return loads(self.spelled)


ROW = [*Row._fields[:15], "words__salt", "words__text", "words__erased_at"]


def keys_between(rows, column: str, after: int, until: int | None):
    rows = rows.filter(**{f"{column}__gt": after})
    return rows if until is None else rows.filter(**{f"{column}__lte": until})


def rows_of(after: int, until: int | None):
    """Ledger rows of the opinions with `after` < pk ≤ `until`, in order."""
    events = keys_between(Event.objects, "opinion_id", after, until).order_by("opinion_id", "sequence")
    stored = events.annotate(spelled=Cast("data", TextField())).values_list(*ROW)
    return map(Row._make, stored.iterator(chunk_size=5000))
