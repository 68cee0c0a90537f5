"""BulkNotice: notices that a supervisor sends in one go, and the outcome of each
(opinions/supervision/bulk_notices.py)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.security.encrypted_spans import PartlyEncryptedTextField

from .escalation import EscalationLevel


class BulkNoticeQuerySet(models.QuerySet):
    """Bulk notices by who sent them."""

    def visible_to(self, user: User) -> Self:
        """Return only the person's own rows."""
        return self.filter(by=user)


class BulkNotice(models.Model):
    """One bulk of notices. `key` comes with the form: the same form sent twice is one bulk. First it is only a list
    of what will be sent, to whom, and what is skipped; once confirmed, nothing is sent before `starts_at`. Cancelled:
    finished without a start."""

    key = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=EscalationLevel.Kind.choices)
    note = PartlyEncryptedTextField(blank=True)
    letter = models.BooleanField(_("as an official letter"), default=False)
    total = models.PositiveIntegerField()
    created_at = models.DateTimeField(_("listed at"))
    starts_at = models.DateTimeField(_("sent from"), null=True)  # None: nobody has confirmed the list yet
    finished_at = models.DateTimeField(null=True)

    objects = BulkNoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], name="bulk_at_work", condition=models.Q(finished_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} × {self.total}"


class BulkTarget(models.Model):
    """One opinion of a bulk, in the version that the supervisor saw, and the outcome of its notice."""

    class Outcome(models.TextChoices):
        SKIPPED = "skipped", _("skipped")
        UNDONE = "undone", _("undone, not sent")
        WAITING = "waiting", _("waits for its turn")
        SENT = "sent", _("notice sent")
        CHANGED = "changed", _("changed meanwhile, not sent")
        REFUSED = "refused", _("not possible, not sent")

    bulk = models.ForeignKey(BulkNotice, models.PROTECT, related_name="targets", db_index=False)
    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "opinion"], name="bulk_target_once"),
        ]
        indexes = [models.Index(fields=["bulk", "outcome", "id"], name="bulk_target_outcome")]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.outcome}"
