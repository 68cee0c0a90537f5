"""A person's inbox: reading it, and marking as read."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User

from .models import Message


def inbox_of(user: User) -> QuerySet[Message]:
    """Return the messages to `user`, newest first. Nobody sees another's: the recipient is the whole rule."""
    return Message.objects.filter(recipient=user, channel=Message.Channel.INBOX).order_by(
        "-created_at", "-id"
    )


def unread_of(user: User) -> QuerySet[Message]:
    """Return the messages to `user` that they have not read, newest first."""
    return inbox_of(user).filter(read_at=None)


def mark_read(*, by: User, message_id: int | None = None, now: datetime | None = None) -> int:
    """Mark one message to `by` as read, or all of them; returns how many were unread till now."""
    chosen = unread_of(by) if message_id is None else unread_of(by).filter(pk=message_id)
    return chosen.update(read_at=now or timezone.now())
