"""Message: the outbox of everything that is told to somebody, staff or citizen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField


class Message(models.Model):
    """One message to one recipient, worded when the thing happened, sent once.

    `key` is unique: the same happening cannot queue the same message twice. A message to a citizen whose
    sending broke off without an answer becomes `uncertain` and waits for a person, because trying again could
    repeat it; one to staff is simply tried again.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", _("inbox")
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain, ask the recipient")

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="messages",
        verbose_name=_("recipient"),
    )
    address = EncryptedTextField(_("address"), blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = EncryptedTextField(_("text"))
    about = models.CharField(_("about"), max_length=40, blank=True, db_index=True)
    area_code = models.CharField(_("area"), max_length=9, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-id"]
        indexes = [
            # The sweep reads only what is still to be done, however long the history.
            models.Index(
                fields=["next_attempt_at"],
                name="message_due",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["recipient", "-created_at"], name="message_recipient"),
        ]

    def __str__(self):
        return self.subject

    @property
    def opinion_number(self) -> str:
        """Empty for what is about something else, which names its kind before a stroke."""
        return "" if "/" in self.about else self.about

    @property
    def to_citizen(self) -> bool:
        return self.recipient_id is None
