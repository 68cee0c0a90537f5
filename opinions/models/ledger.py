"""The ledger: one row for every thing that happened to an opinion, append-only, chained by hash.

The text written with an event is kept next to it in EventText, so that personal data can be erased after the
retention time: the event keeps a salted digest of the text, and the chain still proves itself (ADR 0005).
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.encrypted_spans import PartlyEncryptedTextField
from opinions.lifecycle.statuses import Status

# Every column but the id and the hash itself, in the order of JSON's sorted keys.
HASHED = (
    "action",
    "actor",
    "at",
    "by_id",
    "county_id",
    "data",
    "from_status",
    "number",
    "previous_hash",
    "round",
    "sequence",
    "text_digest",
    "to_status",
    "via",
)
SPELLING = "{" + ",".join(f'"{name}":%s' for name in HASHED) + "}"
SPELLING_CHANGED = SPELLING.replace('"county_id":', '"changed":%s,"county_id":')
spelled_data = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_text = json.encoder.encode_basestring


def content_hash(
    action: str, actor: str, at: datetime, by_id: int | None, county_id: str, data: str, from_status: str,
    number: str, previous_hash: str, round_: int, sequence: int, text_digest: str, to_status: str, via: str,
    changed: str = "",
) -> str:  # fmt: skip
    """Return the SHA-256 of the values of HASHED, in one fixed spelling; `data` and `changed` as `spelled_data` spells
    them. A row without `changed` is older than that column, and is hashed without it.

    It is what json.dumps makes of them with its keys sorted: millions are verified, so a row is filled into a
    template.
    """
    spelling = (SPELLING_CHANGED if changed else SPELLING) % (
        _text(action),
        _text(actor),
        _text(at.astimezone(UTC).isoformat(timespec="microseconds")),
        "null" if by_id is None else f"{by_id:d}",
        *([changed] if changed else []),
        _text(county_id),
        data,
        _text(from_status),
        _text(number),
        _text(previous_hash),
        f"{round_:d}",
        f"{sequence:d}",
        _text(text_digest),
        _text(to_status),
        _text(via),
    )
    return hashlib.sha256(spelling.encode()).hexdigest()


class Event(models.Model):
    """One row of the ledger: an action on an opinion, its facts (no personal data) and the hash that chains it."""

    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="events")
    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    action = models.CharField(_("action"), max_length=20)
    from_status = models.CharField(max_length=20, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=20, choices=Status.choices)
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("who"), max_length=120)
    via = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    # What the action made of the opinion's columns (opinions/workflow/column_changes.py), as it is hashed; empty in
    # rows from before 0.5.
    changed = models.TextField(blank=True, default="")
    text_digest = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["opinion", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "sequence"], name="event_sequence_once"),
        ]
        indexes = [models.Index(fields=["county", "at"], name="event_county_at")]

    def __str__(self) -> str:
        return f"{self.opinion_id}/{self.sequence} {self.action}"

    def computed_hash(self) -> str:
        """Return the hash that the row's present content has; it equals `hash` unless somebody changed the row."""
        content = {name: getattr(self, name) for name in HASHED if name not in ("number", "round", "data")}
        data, number = spelled_data(self.data), self.opinion.number
        return content_hash(**content, round_=self.round, data=data, number=number, changed=self.changed)


def newest_time() -> datetime | None:
    """Return the time of the newest event; None in an empty ledger."""
    return Event.objects.order_by("-pk").values_list("at", flat=True).first()


class EventText(models.Model):
    """The text written with an event: an answer, a reason, a citizen's own statement."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="words")
    salt = models.CharField(max_length=32)
    text = PartlyEncryptedTextField(of="event__opinion")
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text[:40]

    @classmethod
    def salted(cls, text: str) -> tuple[str, str]:
        """Return a new salt and the digest of `text` under it."""
        salt = secrets.token_hex(16)
        return salt, cls.digest(salt, text)

    @staticmethod
    def digest(salt: str, text: str) -> str:
        """Return the digest of `text` under `salt`, as the event keeps it."""
        return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()
