"""Receipt: the means by which a citizen finds the opinion again, without an account."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

# How long the person who issued a code can print its slip; after that only another code can be issued.
PRINTABLE_FOR = timedelta(hours=24)


class Receipt(models.Model):
    """Neither the query code nor the digits of the phone are stored, only one keyed hash of both (ADR 0024).

    `key` is what the code is made from, kept for PRINTABLE_FOR where staff issued the code, so that they can print the
    slip. Of a code that the citizen saw on the public pages it is never kept.
    """

    opinion = models.OneToOneField("opinions.Opinion", models.PROTECT, related_name="receipt")
    lookup = models.CharField(max_length=64, unique=True)
    # Which wording of the notice on personal data the citizen agreed to; empty where the notice was given orally.
    consent = models.CharField(max_length=10, blank=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["issued_at"], name="receipt_with_key", condition=Q(key__isnull=False))
        ]

    def __str__(self) -> str:
        return self.opinion.number
