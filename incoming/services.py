"""Taking in what citizens send: kept first, then worked on once, in one transaction with what it leads to.

The gateway may deliver a message any number of times, and a worker may die at any moment: the row is written before
the gateway is told that we have it, and its end is written with the opinion's ledger row (ADR 0056).
"""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils import timezone

from common.db.database import skip_locked
from common.ops.enqueue import enqueue
from common.security.crypto import phone_index
from common.text.visible import visible
from notifications.models import Message, Received
from studios.models import Studio

from . import matching

log = logging.getLogger(__name__)

State = Received.State
# A message that cannot be worked on so often waits for a clerk.
MOST_ATTEMPTS = 4
# What was set aside is kept so long, so that a mistake can be found.
ASIDE_FOR = timedelta(days=30)
# What nobody has placed in so long is set aside, so that no number and no words stay for ever.
WAITS_FOR = timedelta(days=180)


def take_in(*, key: str, phone: str, text: str, studio: Studio, at: datetime | None = None) -> Received:
    """Keep one text message and ask for it to be worked on; the row that is there already, for the same `key`."""
    at = at or timezone.now()
    row = Received(
        key=key,
        channel=Message.Channel.SMS,
        sender=phone,
        sender_index=phone_index(phone),
        body=visible(text),
        county_id=studio.township.county_id,
        township_id=studio.township_id,
        studio=studio,
        received_at=at,
    )
    with transaction.atomic():
        Received.objects.bulk_create([row], ignore_conflicts=True)
        kept = Received.objects.get(key=key)
        enqueue("incoming.work_on", kept.pk)
    return kept


def is_kept(key: str) -> bool:
    """Return whether the message was taken in before."""
    return Received.objects.filter(key=key).exists()


def work_on(pk: int, *, now: datetime | None = None) -> str | None:
    """Do what the message asks for; returns its new state, None when another worker has it or had it.

    If anything fails all of it is undone, and it is tried again; after MOST_ATTEMPTS a clerk gets it. Attempts that the
    database broke off do not count."""
    now = now or timezone.now()
    try:
        with transaction.atomic():
            row = skip_locked(Received.objects.filter(pk=pk, state=State.NEW)).first()
            if row is None:
                return None
            row.state = matching.act(row, now)
            row.settled_at = now
            row.save(update_fields=["state", "settled_at", "about", "county", "township", "studio"])
            return row.state
    except (
        OperationalError
    ) as error:  # a lock not granted in time, a lost connection: no fault of the message
        log.warning("message received %s will be tried again: %s", pk, error)
        return None
    except Exception:
        log.exception("message received %s could not be worked on", pk)
        return _failed(pk, now)


def _failed(pk: int, now: datetime) -> str | None:
    with transaction.atomic():
        row = skip_locked(Received.objects.filter(pk=pk, state=State.NEW)).first()
        if row is None:
            return None
        row.attempts += 1
        if row.attempts >= MOST_ATTEMPTS:
            row.state, row.settled_at = State.WAITING, now
        row.save(update_fields=["attempts", "state", "settled_at"])
        return row.state


def sweep(*, now: datetime | None = None, batch: int = 200) -> int:
    """Work on all that is new, oldest first, and erase what was set aside ASIDE_FOR ago; returns how many were new. Any
    number of workers may do so in parallel."""
    now, done = now or timezone.now(), 0
    rows = Received.objects.filter(state=State.NEW).order_by("received_at")
    for pk in list(rows.values_list("pk", flat=True)[:batch]):
        done += work_on(pk, now=now) is not None
    forgotten = Received.objects.filter(state=State.WAITING, settled_at__lt=now - WAITS_FOR)
    forgotten.update(state=State.ASIDE, settled_at=now)
    old = Received.objects.filter(state=State.ASIDE, settled_at__lt=now - ASIDE_FOR)
    old.update(sender="", sender_index="", subject="", body="", settled_at=None)
    return done
