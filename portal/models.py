"""What the public side stores about its visitors: how often an address or a code was used lately."""

from django.db import models


class TokenBucket(models.Model):
    """Up to which moment an address or a code has used up its turns; see portal/rate_limit.py. Holds hashes only."""

    key = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "portal_pace"

    def __str__(self) -> str:
        return self.key
