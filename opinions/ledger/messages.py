"""Verification of the outbox: every message that a ledger row queued is still there."""

from django.utils.translation import gettext as _

from notifications.models import Message
from opinions.models import Opinion

# How many messages a ledger row queued, by (key of the opinion, its number, sequence).
QueuedMessages = dict[tuple[int, str, int], int]


def missing_message(queued: QueuedMessages) -> tuple[str, int, str] | None:
    """Return (number, sequence, what) of the first ledger row whose messages are not all there; None when all are."""
    if not queued:
        return None
    numbers = {number for _pk, number, _sequence in queued}
    stored = set(Message.objects.filter(about__in=numbers).values_list("key", flat=True))
    for (pk, number, sequence), count in sorted(queued.items()):
        for place in range(count):
            if f"{number}/{sequence}/{place}" not in stored and Opinion.objects.filter(pk=pk).exists():
                return (
                    number,
                    sequence,
                    _("the message number %d that was queued with it is gone") % (place + 1),
                )
    return None
