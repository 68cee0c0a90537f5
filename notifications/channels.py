"""How a message is sent: each channel is a function of a Message that returns or raises.

A channel raises `NotSent` when it knows that nothing went out (try again), and `Uncertain` when it cannot know.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.security.crypto import phone_index

from .models import Message, Muted

log = logging.getLogger(__name__)


class NotSent(Exception):
    """Nothing was sent; trying again cannot repeat the message."""


class Rejected(Exception):
    """The other side will never take this message; trying again is of no use."""


class Uncertain(Exception):
    """The connection broke after the message may have gone out."""


class ConsoleSms:
    """The default gateway: writes to the log, which is enough for trying out. No number is written in clear."""

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """Log that a message of this length would be sent."""
        log.info("SMS %s to ***%s: %d characters", reference, phone[-4:], len(text))


def send_sms(message: Message) -> None:
    """Send a text message through settings.SMS_GATEWAY.

    Its `reference` is the same at every attempt: a gateway that knows it will not send twice. It is another one when a
    person decided that the message is to go out once more. Raises what the gateway raises, and Rejected for a number
    whose owner wants none: they are told another way."""
    if Muted.objects.filter(phone_index=phone_index(message.address)).exists():
        raise Rejected(_("the citizen wants no text messages; tell them another way"))
    gateway = import_string(settings.SMS_GATEWAY)()
    reference = f"message-{message.pk}" + (f"-{message.resent}" if message.resent else "")
    gateway.send(phone=message.address, text=message.body, reference=reference)


# For so many seconds after a mail server did not answer in time it is not asked again: each letter would wait, and text
# messages behind them.
LEFT_ALONE = 60
_silent_until = 0.0


def send_email(message: Message) -> None:
    """Send an e-mail; raises NotSent when the mail server cannot be reached, refuses it, or was silent a moment ago."""
    global _silent_until  # noqa: PLW0603 (of this process, like the connection itself)
    if time.monotonic() < _silent_until:
        raise NotSent("the mail server did not answer a moment ago")
    try:
        EmailMessage(message.subject, message.body, to=[message.address]).send()
    except OSError as error:
        if isinstance(error, TimeoutError) or "timed out" in str(error):  # smtplib says so in words alone
            _silent_until = time.monotonic() + LEFT_ALONE
        raise NotSent(str(error)) from error


SENDERS: dict[str, Callable[[Message], None]] = {
    Message.Channel.SMS: send_sms,
    Message.Channel.EMAIL: send_email,
}
