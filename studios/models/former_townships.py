"""The townships to which something belonged before: what past figures are grouped by (ADR 0044)."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone


class FormerTownship(models.Model):
    """A township that a row belonged to until the day before `until`, the day on which its move was entered. Each model
    names its row in `of`."""

    of: Any
    township = models.ForeignKey("studios.Township", models.PROTECT, related_name="+")
    until = models.DateField()

    class Meta:
        abstract = True

    @classmethod
    def keep(cls, rows: models.QuerySet, at: Any = None) -> None:
        """Keep the township of each of `rows`, which move now; of several moves in one day the first is kept."""
        until = timezone.localdate(at)
        places = rows.values_list("pk", "township")
        kept = [cls(of_id=pk, township_id=code, until=until) for pk, code in places]  # type: ignore[misc]
        cls.objects.bulk_create(kept, ignore_conflicts=True)  # type: ignore[attr-defined]

    @classmethod
    def on(cls, day: date, *, of: str = "pk", now: str = "township") -> Coalesce:
        """Return the expression for the code of the township in which a row was on `day`; `of` leads to the row, `now`
        to its township of today."""
        moved = cls.objects.filter(of=models.OuterRef(of), until__gt=day).order_by("until")  # type: ignore[attr-defined]
        first = models.Subquery(moved.values("township")[:1])
        return Coalesce(first, models.F(now), output_field=models.CharField(max_length=9))


class StudioFormerTownship(FormerTownship):
    of = models.ForeignKey("studios.Studio", models.CASCADE, related_name="former_townships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "until"], name="studio_former_township_once")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.township_id}"
