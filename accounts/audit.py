"""The one way to write the audit trail, and the proof that nobody has changed it since.

Each person's rows are a chain: a row holds its place and a keyed hash over its content and the hash before it, and the
chain's head says how many there are. There is a chain for each person, not one for all, so that nobody waits for
another's. Without the server's key (PHONE_INDEX_KEY) not even the owner of the database can make a changed row fit.
"""

import json
from collections.abc import Callable
from datetime import UTC, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.security.client_address import client_address
from common.security.crypto import keyed_hash
from common.security.numbers import mask_numbers

from .models import AccessHead, AccessRecord

NOBODY = "-"  # the chain of failed logins and of commands
HASHED = ("sequence", "by_id", "username", "action", "subject", "area_code", "reason", "details", "address")


def record(
    action: str,
    *,
    by: User | None,
    request: HttpRequest | None = None,
    subject: object = "",
    area_code: str = "",
    reason: object = "",
    details: dict[str, Any] | None = None,
    username: str = "",
) -> AccessRecord:
    """Append one row to the chain of `by`, under the lock of its head, and return it.

    `action` is an AccessRecord.Action. `by` may be None (a failed login, a command); `request` gives the network
    address. The row must hold no personal data of a citizen, because it can never be removed: numbers in `subject`,
    `reason` and `details` are starred.
    """
    row = AccessRecord(
        at=timezone.now(),
        by=by,
        username=username or getattr(by, "username", ""),
        action=action,
        subject=mask_numbers(str(subject))[:200],
        area_code=area_code[:9],
        reason=mask_numbers(str(reason))[:200],
        details=_starred(details or {}),
        address=client_address(request),
    )
    with transaction.atomic():
        head = _locked_head(chain_of(row))
        row.sequence = head.sequence + 1
        row.hash = hash_of(row, head.hash)
        row.save(force_insert=True)
        head.sequence, head.hash = row.sequence, row.hash
        head.save(update_fields=["sequence", "hash"])
    _watch(row)
    return row


# How often a person may do in a day what shows people unmasked or takes data away, before an auditor hears of it.
USUAL = {
    AccessRecord.Action.REVEALED: 30,
    AccessRecord.Action.EXPORTED: 20,
    AccessRecord.Action.UNMASKED: 3,
}
# Called with the row of every alarm; apps above add theirs in AppConfig.ready().
ALARMED: list[Callable[[AccessRecord], None]] = []


def _watch(row: AccessRecord) -> None:
    """Record an alarm, and tell those who look after it, each time that a person reaches the usual number of a day."""
    usual = USUAL.get(AccessRecord.Action(row.action))
    if usual is None or row.by is None:
        return
    since = row.at - timedelta(days=1)
    count = AccessRecord.objects.filter(by=row.by, action=row.action, at__gt=since).count()
    if count % usual == 0:
        facts = {"did": row.action, "times": count, "hours": 24}
        alarm = record(
            AccessRecord.Action.ALARM, by=row.by, subject=row.username, area_code=row.area_code, details=facts
        )
        for told in ALARMED:
            told(alarm)


def _starred(value: Any) -> Any:
    """Return `value` with the numbers in all its texts starred."""
    if isinstance(value, dict):
        return {key: _starred(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_starred(one) for one in value]
    return mask_numbers(value) if isinstance(value, str) else value


def chain_of(row: AccessRecord) -> str:
    """Return the name of the chain to which `row` belongs."""
    return str(row.by_id) if row.by_id else NOBODY


def _locked_head(chain: str) -> AccessHead:
    head = AccessHead.objects.select_for_update().filter(pk=chain).first()
    if head is None:
        AccessHead.objects.bulk_create([AccessHead(chain=chain)], ignore_conflicts=True)
        head = AccessHead.objects.select_for_update().get(pk=chain)
    return head


def hash_of(row: AccessRecord, previous: str) -> str:
    """Return the keyed hash over the content of `row` and the hash before it, `previous` ("" for the first row)."""
    content: dict[str, Any] = {name: getattr(row, name) for name in HASHED}
    content["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    content["previous"] = previous
    return keyed_hash("audit " + json.dumps(content, sort_keys=True, ensure_ascii=False, default=str))


def verify() -> tuple[int, str]:
    """Recompute every chain. Returns how many rows were recomputed, and what is wrong with the first that does not
    hold; "" when all do.

    Rows without a place are older than the chain. The office may go on working meanwhile: a chain that seems to be cut
    off is read again under the lock of its head.
    """
    count, seen = 0, set[str]()
    rows = AccessRecord.objects.exclude(sequence=None).order_by("by_id", "sequence").iterator(chunk_size=5000)
    for chain, links in groupby(rows, key=chain_of):
        seen.add(chain)
        before, last = "", 0
        for row in links:
            if row.sequence != last + 1:
                return count, _broken(chain, last + 1, _("this row is missing"))
            if hash_of(row, before) != row.hash:
                return count, _broken(chain, row.sequence, _("its content was changed"))
            before, last, count = row.hash, row.sequence, count + 1
        if wrong := _wrong_head(chain, last):
            return count, wrong
    for head in AccessHead.objects.exclude(pk__in=seen).filter(sequence__gt=0):
        if wrong := _wrong_head(head.pk, 0):
            return count, wrong
    return count, ""


def _wrong_head(chain: str, last: int) -> str:
    """Say whether rows at the end are gone, for the head knows of more than there are; "" if none is."""
    with transaction.atomic():
        head = AccessHead.objects.select_for_update().filter(pk=chain).first()
        if head is None:
            return _broken(chain, last, _("the head of the chain is gone"))
        own = AccessRecord.objects.exclude(sequence=None)
        own = own.filter(by=None) if chain == NOBODY else own.filter(by_id=int(chain))
        newest = own.order_by("-sequence").first()
        if newest is None or (newest.sequence, newest.hash) != (head.sequence, head.hash):
            return _broken(chain, ((newest and newest.sequence) or 0) + 1, _("this row is missing"))
    return ""


def _broken(chain: str, sequence: int, what: str) -> str:
    return _("audit trail of account %(chain)s, row %(sequence)d: %(what)s") % {
        "chain": chain,
        "sequence": sequence,
        "what": what,
    }
