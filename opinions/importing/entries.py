"""What a good row of a ledger became: an entry with its identity."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from opinions.models import Opinion
from studios.models import Agency

# Names the identity of imported rows; must never change, or a second import would add everything again.
NAMESPACE = uuid.UUID("5d0d4a56-4a0e-4c3c-9a57-2f1c1a7b6f10")


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right. `written` are the words for `register`; an entry with `answered_at`
    travels the whole way."""

    row: int
    key: uuid.UUID
    registered_at: datetime
    written: dict
    agency: Agency | None
    answered_at: datetime | None
    answer: str
    outcome: str
    satisfaction: str


def identity(written, registered_at) -> uuid.UUID:
    """The same row gives the same identity in every import: its outside number within the county, else what was
    said when and where."""
    county = written["township"].county_id
    if written["outside_number"]:
        parts = ["number", county, written["outside_number"]]
    else:
        at = registered_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
        parts = ["content", at, written["township"].code, written["title"], written["body"]]
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts))


def known_keys(entries: list[Entry]) -> set[uuid.UUID]:
    """The identities of those entries that are in the register already, imported or written down by hand under
    the same outside number. Two queries whatever their number."""
    found = set(
        Opinion.objects.filter(submission_key__in=[entry.key for entry in entries]).values_list(
            "submission_key", flat=True
        )
    )
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
