"""Message: the outbox of everything that is sent to staff or citizens. Preference: what comes by e-mail too. Received:
what citizens send by text message or e-mail. Muted: the numbers that want no more text messages."""

import re

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.crypto import EncryptedTextField, mask_phone
from common.security.encrypted_spans import PartlyEncryptedTextField
from studios.models import Membership, Role
from studios.permissions.scope import ScopedQuerySet, area_q


class Topic(models.TextChoices):
    """What a message to staff is about; a person chooses by it what also comes by e-mail."""

    WORK = "work", _("New work for me")
    NOTICE = "notice", _("Reminders and supervision notices")
    DECISION = "decision", _("Extensions asked for and decided")
    NEWS = "news", _("Other news of an opinion")


class Message(models.Model):
    """One message to one recipient, worded when the event happened, sent once.

    `key` is unique: the same event cannot queue the same message twice. A message to a citizen whose
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

        @property
        def icon(self) -> str:
            """The name of its icon (common/templatetags/liaison.py)."""
            return {"sent": "check2", "failed": "x-octagon", "uncertain": "question-circle"}.get(
                self, "hourglass-split"
            )

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    topic = models.CharField(_("about what"), max_length=10, choices=Topic.choices, default=Topic.NEWS)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="messages",
        verbose_name=_("recipient"),
    )
    address = EncryptedTextField(_("address"), blank=True)
    subject = PartlyEncryptedTextField(_("subject"), max_length=200, one_line=True)
    body = EncryptedTextField(_("text"))
    about = models.CharField(_("about"), max_length=40, blank=True, db_index=True)
    # The area whose people look after it if it does not arrive.
    county = models.ForeignKey("studios.County", models.PROTECT, null=True, related_name="+", db_index=False)
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, null=True, related_name="+", db_index=False
    )
    studio = models.ForeignKey("studios.Studio", models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    resent = models.PositiveSmallIntegerField(_("sent again by a person"), default=0)
    # Somebody tells its recipient another way: it is never sent again.
    given_back = models.BooleanField(_("told another way"), default=False)
    last_error = PartlyEncryptedTextField(_("last error"), max_length=300, blank=True, one_line=True)
    created_at = models.DateTimeField(_("created at"))
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = ScopedQuerySet.as_manager()

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
            # The outbox screen: what leaves the house, and of that what a person must look at.
            *(
                models.Index(
                    fields=[*area, "-created_at", "-id"],
                    name=f"message_outbox_{name}",
                    condition=~models.Q(channel="inbox"),
                )
                for name, area in {
                    "all": [],
                    "county": ["county"],
                    "township": ["township"],
                    "studio": ["studio"],
                }.items()
            ),
            models.Index(
                fields=["county", "state"],
                name="message_not_arrived",
                condition=models.Q(state__in=["failed", "uncertain"]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def error_said(self) -> str:
        """Why it did not arrive, without the technical detail."""
        return re.split("[：:]", self.last_error, maxsplit=1)[0]

    @property
    def error_detail(self) -> str:
        """The technical detail of the last error: the gateway's or the system's own text."""
        return self.last_error[len(self.error_said) + 1 :].strip()

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the rows of the outbox that a membership opens: those who deal with the citizens see what was sent to
        them and to staff, over their own area. One's own inbox follows from the recipient alone (inbox.py)."""
        role = membership.role
        if role not in (Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR):
            return {}
        outside = ~models.Q(channel="inbox")
        if membership.studio_id:
            return {role: outside & models.Q(studio=membership.studio_id)}
        return {role: outside & area_q(membership.prefix, county="county", township="township")}

    @property
    def opinion_number(self) -> str:
        """The number of its opinion; empty for a message about something else, which has its kind before a slash."""
        return "" if "/" in self.about else self.about

    @property
    def to_citizen(self) -> bool:
        """Whether it goes to a citizen, not to an account."""
        return self.recipient_id is None

    @property
    def masked_address(self) -> str:
        """The number without its middle; of an e-mail address the person and the domain."""
        name, at, domain = self.address.partition("@")
        return f"{name[:1]}***@{domain}" if at else mask_phone(self.address)

    @property
    def shown_state(self) -> State:
        """Its state, with label and icon."""
        return self.State(self.state)


class Preference(models.Model):
    """The topics that a person also wants by e-mail; the inbox gets everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preference"
    )
    by_email = models.JSONField(_("also by e-mail"), default=list)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return str(self.user)


class Received(models.Model):
    """One message from a citizen, kept as it came until it stands on an opinion.

    `key` is unique and made from the id that the sender's side gave it: a message that is delivered twice is one row.
    It is worked on in one transaction with what it leads to (incoming/services.py).
    """

    class State(models.TextChoices):
        NEW = "new", _("just received")
        DONE = "done", _("on its opinion")
        ASKED = "asked", _("asked for the reason")
        WAITING = "waiting", _("waits for a clerk")
        ASIDE = "aside", _("set aside")

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Message.Channel.choices)
    sender = EncryptedTextField(_("sender"))
    sender_index = models.CharField(max_length=64)
    subject = EncryptedTextField(_("subject"), blank=True)
    body = EncryptedTextField(_("text"), blank=True)
    about = models.CharField(_("about"), max_length=40, blank=True, db_index=True)
    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+", db_index=False)
    township = models.ForeignKey("studios.Township", models.PROTECT, related_name="+", db_index=False)
    studio = models.ForeignKey("studios.Studio", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    received_at = models.DateTimeField(_("received at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["received_at"], name="received_new", condition=models.Q(state="new")),
            models.Index(fields=["settled_at"], name="received_aside", condition=models.Q(state="aside")),
            models.Index(fields=["settled_at"], name="received_limit", condition=models.Q(state="waiting")),
            models.Index(fields=["sender_index", "-received_at"], name="received_sender"),
            # The page of those that wait: by the clerk's area or studio.
            models.Index(
                fields=["township", "-received_at", "-id"],
                name="received_waiting",
                condition=models.Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the rows that a membership opens: a clerk those that came for their area or their studio."""
        role = membership.role
        if role != Role.CLERK:
            return {}
        if membership.studio_id:
            return {role: models.Q(studio=membership.studio_id)}
        return {role: area_q(membership.prefix, county="county", township="township")}

    @property
    def masked_sender(self) -> str:
        """The sender's number without its middle."""
        return mask_phone(self.sender)


class Muted(models.Model):
    """A number whose owner asked for no more text messages; only its keyed hash is kept."""

    phone_index = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("number that wants no text messages")
        verbose_name_plural = _("numbers that want no text messages")

    def __str__(self) -> str:
        return self.phone_index
