"""Queueing and delivering messages: each is sent once, whatever happens to the worker or the broker."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.database import skip_locked
from common.ops.enqueue import enqueue

from . import quiet
from .channels import SENDERS, NotSent, Rejected, Uncertain
from .models import Message, Received, Topic
from .preferences import email_body, wants_email

log = logging.getLogger(__name__)

# Waits after the first, second, … failure; after the last a person must look.
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 30, 120)]
LEASE = timedelta(minutes=5)
# Nothing waits longer for its next attempt: the longest quiet hours, or the longest wait after a failure, and a little.
LONGEST_WAIT = timedelta(hours=25)
# Called with every message that failed for good; apps above add theirs in AppConfig.ready().
FAILED: list[Callable[[Message], None]] = []


def queue(**message: Any) -> Message:
    """Write one message into the outbox and return it; the keywords are those of `_composed`."""
    return queue_all([message])[0]


def queue_all(messages: Iterable[dict]) -> list[Message]:
    """Write messages into the outbox by one statement, inside the caller's transaction, and return the rows; on commit
    Celery is told of those that can go out immediately. Raises IntegrityError when a key was queued before."""
    written = [row for message in messages for row in _composed(**message)]
    Message.objects.bulk_create(written)
    for row in written:
        if row.next_attempt_at == row.created_at:
            _enqueue(row)
    return written


def _composed(
    *,
    key: str,
    channel: str,
    subject: str,
    body: str,
    recipient: User | None = None,
    address: str = "",
    about: str = "",
    topic: str = Topic.NEWS,
    area: Any = None,
    at: datetime | None = None,
) -> list[Message]:
    """Build the message, and the copy by e-mail for a person who wants those of its `topic`.

    A staff inbox message is delivered by being written. `area` has the county, township and studio whose people look
    after it if it does not arrive. A text message to a citizen waits for the end of the quiet hours.
    """
    at = at or timezone.now()
    inbox = channel == Message.Channel.INBOX
    to_citizen = recipient is None
    message = Message(
        key=key,
        channel=channel,
        topic=topic,
        recipient=recipient,
        address=address,
        subject=subject[:200],
        body=body,
        about=about,
        county_id=getattr(area, "county_id", None),
        township_id=getattr(area, "township_id", None),
        studio_id=getattr(area, "studio_id", None),
        created_at=at,
        state=Message.State.SENT if inbox else Message.State.PENDING,
        sent_at=at if inbox else None,
        next_attempt_at=None if inbox else (quiet.until(at) if to_citizen else at),
    )
    if not (inbox and recipient and wants_email(recipient, topic)):
        return [message]
    copy = _composed(
        key=f"{key}/email",
        channel=Message.Channel.EMAIL,
        subject=subject,
        body=email_body(subject),
        recipient=recipient,
        address=recipient.email,
        about=about,
        topic=topic,
        area=area,
        at=at,
    )
    return [message, *copy]


def _enqueue(message: Message) -> None:
    enqueue("notifications.deliver", message.pk)


def deliver(message_id: int, *, now: datetime | None = None) -> str | None:
    """Send one message that is due; returns its new state, or None when there was nothing to do.

    Claim, send and settle are three steps. If the process dies between the first and the last, the lease runs
    out with the state still `sending`: then nobody can know whether the message went out.
    """
    now = now or timezone.now()
    message = _claim(message_id, now)
    if message is None or message.state == Message.State.UNCERTAIN:
        return message.state if message else None
    try:
        SENDERS[message.channel](message)
    except NotSent as error:
        return _settle_failure(message, str(error), now)
    except Rejected as error:
        return _settle(message, Message.State.FAILED, error=str(error))
    except Exception as error:
        if message.to_citizen:
            return _settle(message, Message.State.UNCERTAIN, error=str(error))
        if not isinstance(error, Uncertain):
            log.exception("message %s failed", message.pk)
        return _settle_failure(message, str(error), now)
    return _settle(message, Message.State.SENT, sent_at=now)


def _claim(message_id: int, now: datetime) -> Message | None:
    with transaction.atomic():
        due = Message.objects.filter(pk=message_id, next_attempt_at__lte=now)
        message = skip_locked(due).first()
        if message is None:
            return None
        later = quiet.until(now)
        if message.state == Message.State.SENDING and message.to_citizen:
            message.state, message.next_attempt_at = Message.State.UNCERTAIN, None
            message.last_error = _("the sending process ended without an answer")
        elif message.to_citizen and later > now:
            # A retry, or the end of an outage, must not wake anybody either.
            Message.objects.filter(pk=message.pk).update(next_attempt_at=later)
            return None
        else:
            message.state, message.next_attempt_at = Message.State.SENDING, now + LEASE
            message.attempts += 1
        message.save(update_fields=["state", "next_attempt_at", "attempts", "last_error"])
        return message


def _settle_failure(message: Message, error: str, now: datetime) -> str:
    if message.attempts > len(RETRY_AFTER):
        return _settle(message, Message.State.FAILED, error=error)
    again = now + RETRY_AFTER[message.attempts - 1]
    return _settle(message, Message.State.PENDING, error=error, next_attempt_at=again)


@transaction.atomic
def _settle(
    message: Message,
    state: str,
    *,
    error: str = "",
    sent_at: datetime | None = None,
    next_attempt_at: datetime | None = None,
) -> str:
    """Write the end of this attempt; not if a person or another worker has meanwhile settled the message. FAILED is
    called for one that failed for good, in the same transaction."""
    attempt = {"state": Message.State.SENDING, "attempts": message.attempts, "resent": message.resent}
    mine = Message.objects.filter(pk=message.pk, **attempt)
    done = mine.update(state=state, last_error=error[:300], sent_at=sent_at, next_attempt_at=next_attempt_at)
    if done and state == Message.State.FAILED:
        message.last_error = error[:300]
        for listener in FAILED:
            listener(message)
    return state


def give_back(message: Message) -> None:
    """Mark that its recipient is told another way: nobody sends it again."""
    Message.objects.filter(pk=message.pk).update(given_back=True)


def release(message: Message, now: datetime) -> None:
    """Let a message that did not go out be tried again, from the first attempt on; called by a person's decision."""
    message.state, message.attempts, message.resent = Message.State.PENDING, 0, message.resent + 1
    message.next_attempt_at = quiet.until(now) if message.to_citizen else now
    message.save(update_fields=["state", "attempts", "resent", "next_attempt_at"])
    if message.next_attempt_at <= now:
        _enqueue(message)


def forget(*, about: str, sequence: int | None = None) -> None:
    """Erase recipient and text of every message about `about`, or of those of its one ledger row `sequence`. One not
    yet sent is never sent."""
    rows = Message.objects.filter(about=about)
    if sequence is not None:
        rows = rows.filter(key__startswith=f"{about}/{sequence}/")
    rows.exclude(state=Message.State.SENT).update(state=Message.State.FAILED, next_attempt_at=None)
    rows.update(address="", body="", last_error="")
    if sequence is None:
        Received.objects.filter(about=about).update(sender="", sender_index="", subject="", body="")


def reword(*, about: str, masked: Callable[[str], str]) -> None:
    """Replace subject and text of every message to a colleague about `about` by what `masked` makes of them."""
    for message in Message.objects.filter(about=about, recipient__isnull=False):
        words = masked(message.subject), masked(message.body)
        if words != (message.subject, message.body):
            message.subject, message.body = words
            message.save(update_fields=["subject", "body"])


def due_ids(now: datetime, limit: int) -> list[int]:
    """Return the ids of at most `limit` messages to be tried, oldest first."""
    due = Message.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")
    return list(due.values_list("pk", flat=True)[:limit])


def bound_waits(now: datetime) -> int:
    """Let messages go on that wait longer than any can: a clock that was wrong put them off; returns how many."""
    return Message.objects.filter(next_attempt_at__gt=now + LONGEST_WAIT).update(next_attempt_at=now)


def sweep(*, now: datetime | None = None, batch: int = 200) -> int:
    """Deliver all that is due; returns how many were tried. Any number of workers may do so in parallel. Each message
    is taken at its own time: a lease counted from the start of a long sweep would have ended before it began."""
    tried = 0
    while ids := due_ids(now or timezone.now(), batch):
        done = [deliver(pk, now=now) for pk in ids]
        if not any(done):
            break  # all are held by other workers, or wait for the end of the quiet hours
        tried += sum(state is not None for state in done)
    return tried
