"""Leaves of the tree in the order in which they were anchored, roots of whole blocks, and the signed anchors."""

from django.db import models

BLOCK = 1024  # leaves whose common root is kept: a proof reads two blocks, not all leaves


class Leaf(models.Model):
    """What a record was when it was anchored: how many rows it had, and the hash of the last. Append-only."""

    class Kind(models.TextChoices):
        OPINION = "opinion"  # key: its number
        AUDIT = "audit"  # key: a person's chain
        SERIES = "series"  # key: county and year; count: the last number given
        LETTERS = "letters"  # key: county, series and year; count: the last serial given
        TOTAL = "total"  # key: a table; count: its rows
        MONTH = "month"  # key: county and month; head: the digest of the published commitments

    place = models.BigIntegerField(primary_key=True)  # from 0, without a gap
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=64)
    count = models.BigIntegerField()
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "count"], name="leaf_of")]

    def __str__(self) -> str:
        return spelled(self.kind, self.key, self.count, self.head)


def spelled(kind: str, key: str, count: int, head: str) -> str:
    """Return the text of a leaf as it is hashed."""
    return f"{kind} {key} {count} {head}"


class Block(models.Model):
    """The root over BLOCK leaves, from `number` * BLOCK on. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.root}"


class Anchor(models.Model):
    """The root over the first `size` leaves at one moment; `line`: the signed text that left the house. Append-only."""

    size = models.BigIntegerField(db_index=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    line = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.size} {self.root}"
