"""Entries: the good rows of a ledger, each with its identity."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from opinions.models import Opinion
from studios.models import Agency

# Names the identity of imported rows; must never change, or a second import would add everything again.
NAMESPACE = uuid.UUID("5d0d4a56-4a0e-4c3c-9a57-2f1c1a7b6f10")


@dataclass(frozen=True)
class Entry:
    """A row without errors. `written` are the arguments for `register`; an entry with `answered_at` is answered too."""

    row: int
    key: uuid.UUID
    registered_at: datetime
    written: dict[str, Any]
    agency: Agency | None
    answered_at: datetime | None
    answer: str
    outcome: str
    satisfaction: str


def identity(written: Mapping[str, Any], registered_at: datetime) -> uuid.UUID:
    """Return the identity of a row, the same in every import: from its outside number within the county, else from its
    text, time and place."""
    county = written["township"].county_id
    if written["outside_number"]:
        parts = ["number", county, written["outside_number"]]
    else:
        at = registered_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
        parts = ["content", at, written["township"].code, written["title"], written["body"]]
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts))


def known_keys(entries: list[Entry]) -> set[uuid.UUID]:
    """Return the identities of those entries that are in the register already, imported or entered by hand under the
    same outside number. Two queries whatever their number."""
    keys = [entry.key for entry in entries]
    stored = Opinion.objects.filter(submission_key__in=keys).values_list("submission_key", flat=True)
    found = {key for key in stored if key is not None}
    numbers = {
        (entry.written["township"].county_id, entry.written["outside_number"]): entry.key
        for entry in entries
        if entry.written["outside_number"] and entry.key not in found
    }
    if not numbers:
        return found
    counties, outside = {county for county, _number in numbers}, {number for _county, number in numbers}
    rows = Opinion.objects.filter(county__in=counties, outside_number__in=outside)
    by_hand = set(rows.values_list("county_id", "outside_number")) & set(numbers)
    return found | {numbers[pair] for pair in by_hand}
