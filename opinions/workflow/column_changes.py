"""What an action made of the opinion's columns, as its ledger row keeps it, so that `verify_ledger` can prove each.

Plain columns are kept as they are. What may hold personal data is kept as one digest under a salt, which stays with the
opinion and is thrown away when the opinion is erased.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from opinions.models import Opinion
from opinions.models.ledger import spelled_data

# Everything by which a person could be identified; proved together, by one digest.
WORDS = (
    "title",
    "body",
    "place",
    "outside_number",
    "recorded_for",
    "citizen_name",
    "citizen_phone",
    "answer",
    "question",
    "redaction",
)
# What the ledger proves otherwise (version, head, time of the last change), what no action sets, and what the database
# clears by itself.
ELSEWHERE = {
    "id",
    "number",
    "version",
    "ledger_head",
    "changed_at",
    "next_check_at",
    "leased_until",
    "submission_key",
    "imported_with_id",
    "phone_index",
    "phone_tail",
    "words_salt",
}
PLAIN = tuple(
    field.attname
    for field in Opinion._meta.concrete_fields
    if field.attname not in ELSEWHERE and field.attname not in WORDS
)
DEFAULTS = {name: getattr(Opinion(), name) for name in PLAIN}


def spelled(value: Any) -> Any:
    """Return the value of a column as JSON can keep it: a moment in UTC with microseconds, a day as ISO."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def words_digest(salt: str, values: Mapping[str, Any]) -> str:
    """Return the digest of the columns in WORDS under `salt`; of those that are filled, so that a later column changes
    no digest of before."""
    words = {name: values[name] for name in WORDS if values[name]}
    return hashlib.sha256(f"{salt}{spelled_data(words)}".encode()).hexdigest()


def columns(opinion: Opinion) -> dict[str, Any]:
    """Return the values of all columns of `opinion` in memory."""
    return {field.attname: getattr(opinion, field.attname) for field in Opinion._meta.concrete_fields}


def changes(opinion: Opinion, before: Mapping[str, Any] | None, messages: int) -> str:
    """Return the columns that differ from `before` (None: a new opinion) and how many messages were queued, spelled
    for the ledger. Gives the opinion a salt where its words have none."""
    former = before or DEFAULTS
    found = {name: spelled(value) for name in PLAIN if (value := getattr(opinion, name)) != former[name]}
    if before is None or not opinion.words_salt or any(getattr(opinion, n) != before[n] for n in WORDS):
        opinion.words_salt = opinion.words_salt or secrets.token_hex(16)
        found["words"] = words_digest(opinion.words_salt, {name: getattr(opinion, name) for name in WORDS})
    if messages:
        found["messages"] = messages
    return spelled_data(found)
