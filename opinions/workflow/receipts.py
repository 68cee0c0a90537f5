"""The query code of an opinion: issued at registration, printed on a slip by the issuer, replaced when it is lost.

Source: ADR 0024. Only a keyed hash is stored, so a code can be replaced but not looked up.
"""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from opinions.models import Opinion, Receipt
from opinions.models.receipt import PRINTABLE_FOR
from opinions.privacy import query_codes


def for_new(opinion: Opinion, *, by: Actor, at: datetime, consent: str = "") -> Receipt:
    """Return the receipt, unsaved, of an opinion being registered. Where the citizen writes, the code comes from the
    key of the submission, so that a form sent twice shows the same one; where staff write, from a key of its own."""
    if by.user:
        return Receipt(opinion=opinion, consent=consent, **_issued(opinion, by.user, at))
    key = opinion.submission_key or uuid.uuid4()
    return Receipt(opinion=opinion, consent=consent, lookup=_lookup(opinion, key), issued_at=at)


def replace(opinion: Opinion, *, by: User, at: datetime) -> None:
    """Issue another code, also for an opinion that never had one; the former one finds nothing any more."""
    Receipt.objects.update_or_create(opinion=opinion, defaults=_issued(opinion, by, at))


def follow_phone(opinion: Opinion) -> None:
    """Let the code go with the last digits of a corrected phone number. Only a code that staff issued and that is no
    longer printed stays with the digits known then: nobody can work it out; it can be reissued."""
    receipt = Receipt.objects.filter(opinion=opinion).first()
    if receipt is None:
        return
    key = receipt.key or (None if receipt.issued_by_id else opinion.submission_key)
    if key:
        receipt.lookup = _lookup(opinion, key)
        receipt.save(update_fields=["lookup"])


def _issued(opinion: Opinion, user: User, at: datetime) -> dict[str, Any]:
    key = uuid.uuid4()
    return {"key": key, "lookup": _lookup(opinion, key), "issued_at": at, "issued_by": user}


def _lookup(opinion: Opinion, key: UUID) -> str:
    return query_codes.lookup_of(query_codes.code_of(key), query_codes.tail_of(opinion.citizen_phone))


def printable(user: User, *, now: datetime | None = None) -> QuerySet[Receipt]:
    """Return the receipts whose slip `user` may print now: those they issued within PRINTABLE_FOR."""
    since = (now or timezone.now()) - PRINTABLE_FOR
    return Receipt.objects.filter(issued_by=user, key__isnull=False, issued_at__gt=since)


def code_for(opinion: Opinion, user: User) -> str:
    """Return the code as it is written on the slip; empty for everybody except the person who issued it within
    PRINTABLE_FOR."""
    receipt = printable(user).filter(opinion=opinion).first()
    return query_codes.spaced(query_codes.code_of(receipt.key)) if receipt and receipt.key else ""


def track_address(request: HttpRequest) -> str:
    """Return where a citizen looks the code up: under PUBLIC_URL where the office has set it, else under the host of
    `request`."""
    path = reverse("portal:track")
    return settings.PUBLIC_URL.rstrip("/") + path if settings.PUBLIC_URL else request.build_absolute_uri(path)


def forget_keys(*, now: datetime | None = None) -> int:
    """Drop the keys of the codes that are no longer printed; returns how many. From then on nobody can work the code
    out, whatever they get hold of."""
    until = (now or timezone.now()) - PRINTABLE_FOR
    return Receipt.objects.filter(key__isnull=False, issued_at__lte=until).update(key=None)


def find(*, code: str, tail: str, rows: QuerySet[Opinion]) -> Opinion | None:
    """Return the opinion of a receipt among `rows`, else None. A wrong code and wrong digits take the same one
    query."""
    return rows.filter(receipt__lookup=query_codes.lookup_of(code, tail)).first()
