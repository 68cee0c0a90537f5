"""Notice: what was sent by escalation or by a supervisor, who owes a reply until when, and what was promised.

Each belongs to the one ledger row that issued it and shares its key: it exists exactly once (ADR 0013).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from studios.models import Membership
from studios.permissions.scope import ScopedQuerySet, area_q

from .escalation import EscalationLevel
from .ledger import Event


class Notice(models.Model):
    """One notice, its addressee and the reply to it."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="notice")
    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="notices")
    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+", db_index=False)
    # None: to the studio that has yet to report back, which no agency is counted for.
    agency = models.ForeignKey(
        "studios.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("lead agency"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=EscalationLevel.Kind.choices)
    level = models.PositiveSmallIntegerField(_("level"))  # 0: by a supervisor, not by escalation
    round = models.PositiveSmallIntegerField(_("round"))
    issued_at = models.DateTimeField(_("issued at"))
    due_on = models.DateField(_("due on"))
    letter = models.ForeignKey(
        "letters.Letter",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("of a notice", "letter"),
    )
    acknowledge_by_on = models.DateField(_("reply until"), null=True)
    acknowledged_at = models.DateTimeField(_("replied at"), null=True)
    promised_on = models.DateField(_("promised for"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-issued_at", "-event_id"]
        indexes = [
            models.Index(fields=["county", "kind", "issued_at"], name="notice_county_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None, promised_on=None)
                | models.Q(
                    acknowledged_at__isnull=False,
                    promised_on__isnull=False,
                    acknowledge_by_on__isnull=False,
                ),
                name="notice_reply_was_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.kind}"

    @property
    def addressee(self) -> str:
        """The agency that owes the next step, or the studio (the township, where there is none) that reports back."""
        opinion = self.opinion
        return str(self.agency or opinion.studio or opinion.township)

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which notices a membership covers: those of its area, an agency those that it was sent; for the
        pages of supervision."""
        role = membership.role
        if role in ("administrator", "auditor", "deputy") or membership.studio_id:
            return {}
        if membership.agency_id:
            return {role: models.Q(agency=membership.agency_id)}
        return {role: area_q(membership.prefix, county="county", township="opinion__township")}
