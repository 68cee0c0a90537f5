"""The serial numbers of opinions, county by county."""

from django.db import models


class NumberSeries(models.Model):
    """The last serial number given in a county and year; its row lock makes numbers follow each other."""

    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="series_once_per_year")]

    def __str__(self) -> str:
        return f"{self.county_id}-{self.year}-{self.last:06d}"
