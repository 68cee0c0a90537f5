"""Ledger rows as the database stores them, read in order to be verified."""

from collections.abc import Iterator
from datetime import datetime
from json import loads
from typing import Any, NamedTuple

from django.db.models import Manager, QuerySet, TextField
from django.db.models.functions import Cast

from opinions.models import Event


class Row(NamedTuple):
    """One ledger row as stored: its data as the database spells it, and its text (None in all three fields: none)."""

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
    changed: str
    salt: str | None
    text: str | None
    erased_at: datetime | None

    @property
    def data(self) -> dict[str, Any]:
        return loads(self.spelled)


ROW = [*Row._fields[:16], "words__salt", "words__text", "words__erased_at"]


def keys_between(
    rows: Manager[Any] | QuerySet[Any], column: str, after: int, until: int | None
) -> QuerySet[Any]:
    """Return those of `rows` whose `column` is > `after` and ≤ `until` (None: without an upper limit)."""
    later = rows.filter(**{f"{column}__gt": after})
    return later if until is None else later.filter(**{f"{column}__lte": until})


def rows_of(after: int, until: int | None) -> Iterator[Row]:
    """Yield the ledger rows of the opinions with `after` < pk ≤ `until`, by opinion and sequence, without holding them
    all in memory."""
    events = keys_between(Event.objects, "opinion_id", after, until).order_by("opinion_id", "sequence")
    stored = events.annotate(spelled=Cast("data", TextField())).values_list(*ROW)
    return map(Row._make, stored.iterator(chunk_size=5000))
