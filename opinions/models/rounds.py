"""PastRound: the result of a round when the opinion was reopened. The columns of the opinion are those of its present
round; a new round clears them, and their former values stay here (ADR 0038)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.reasons import Satisfaction
from studios.models import Membership
from studios.permissions.scope import ScopedQuerySet

from .choices import Outcome
from .ledger import Event


class PastRound(models.Model):
    """One row for every reopening, under the key of its ledger row; opinions/workflow/rounds.py writes it, the database
    refuses every change, and `verify_ledger` compares it with the ledger."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="past_round")
    opinion = models.ForeignKey(
        "opinions.Opinion", models.PROTECT, related_name="past_rounds", db_index=False
    )
    round = models.PositiveSmallIntegerField(_("round"))
    due_on = models.DateField(_("answer due on"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_late = models.BooleanField(_("answered late"), default=False)
    outcome = models.CharField(_("outcome"), max_length=1, choices=Outcome.choices, blank=True)
    reported_back_at = models.DateTimeField(_("reported back at"), null=True)
    called_back_at = models.DateTimeField(_("called back at"), null=True)
    satisfaction = models.CharField(
        _("citizen's evaluation"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    deputy_rating = models.CharField(
        _("deputy's evaluation"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("past round")
        verbose_name_plural = _("past rounds")
        ordering = ["opinion", "round"]
        constraints = [models.UniqueConstraint(fields=["opinion", "round"], name="past_round_once")]
        indexes = [
            models.Index(fields=["due_on"], name="past_round_due"),
            models.Index(fields=["closed_at"], name="past_round_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id}/{self.round}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return nothing: past rounds are read through their opinion alone."""
        return {}
