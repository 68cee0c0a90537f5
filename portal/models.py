"""What the public side remembers: the receipt by which a citizen finds their opinion again, and who was how quick."""

from django.db import models

from opinions.models import Opinion


class Receipt(models.Model):
    """Neither the query code nor the digits of the phone are stored, only one keyed hash of both (ADR 0024)."""

    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="receipt")
    lookup = models.CharField(max_length=64, unique=True)
    # Which wording of the notice on personal data the citizen agreed to.
    consent = models.CharField(max_length=10)

    def __str__(self):
        return self.opinion.number


class Pace(models.Model):
    """Up to which moment an address or a code has used up its turns; see portal/pace.py. Holds hashes only."""

    key = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.key
