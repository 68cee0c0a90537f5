"""PlannedErasure: an opinion that will be erased after some days in which a person can see it and stop it."""

from django.db import models


class PlannedErasure(models.Model):
    """Planned at night when the retention time is over, done some nights later (jobs/retention.py, ADR 0049)."""

    opinion = models.OneToOneField(
        "opinions.Opinion", models.CASCADE, primary_key=True, related_name="planned_erasure"
    )
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.opinion_id}: {self.due_at}"
