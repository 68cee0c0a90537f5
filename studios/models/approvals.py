"""Approval: what nobody does alone, asked for by one person and decided by another (studios/approvals.py)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Approval(models.Model):
    """`about` says exactly what was asked for: the approval is good for nothing else, for the asker alone, and once."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("give a right")
        RESET = "reset", _("give a new password")
        UNMASKED = "unmasked", _("export personal data")
        ERASE = "erase", _("erase words and personal data")
        IMPORT = "import", _("take in recent answers and evaluations")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=200)
    words = models.CharField(_("what"), max_length=200)
    area_code = models.CharField(max_length=9, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-asked_at"], name="approval_waiting", condition=models.Q(decided_at__isnull=True)
            ),
            models.Index(fields=["asked_by", "kind", "about"], name="approval_of"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
