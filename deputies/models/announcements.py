"""What was announced to the public and then moved to another day: citizens read both days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .activities import Activity, Half


class MovedAnnouncement(models.Model):
    """A day on which an activity was announced to take place, and from which it was moved. Where it is now is said by
    the activity."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="moved_from")
    was_on = models.DateField(db_index=True)
    was_half = models.CharField(max_length=10, choices=Half.choices)
    moved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("moved announcement")
        verbose_name_plural = _("moved announcements")
        ordering = ["was_on", "pk"]

    def __str__(self) -> str:
        return f"{self.was_on} → {self.activity_id}"

    @property
    def is_undone(self) -> bool:
        """Whether the activity was moved back to this day."""
        return (self.was_on, self.was_half) == (self.activity.on, self.activity.half)
