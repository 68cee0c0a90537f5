"""JointPart (协办): what a joint agency owes to an opinion by a day of its own. Only opinions/workflow writes it.

A part exists while the opinion has a lead agency that it joins; what earlier ones held stands in the ledger (ADR 0011).
"""

from datetime import date
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.security.encrypted_spans import PartlyEncryptedTextField
from opinions.lifecycle.statuses import WITH_PARTS
from studios.models import Agency, Membership
from studios.permissions.scope import ScopedQuerySet

from .time_limits import LimitFrom


class JointPartQuerySet(ScopedQuerySet):
    """Joint parts by what is still owed."""

    def waiting(self) -> Self:
        """Return parts that are not answered while the citizen has not been told a result without them."""
        return self.filter(answered_at=None, opinion__status__in=WITH_PARTS)

    def stranded(self) -> Self:
        """Return waiting parts of agencies where nobody can act."""
        return self.waiting().exclude(agency__in=Agency.objects.able_to_act())

    def late(self, today: date) -> Self:
        """Return waiting parts past their day. While the opinion is suspended no part is late."""
        return self.waiting().filter(due_on__lt=today, opinion__suspended_on=None)


class JointPart(models.Model):
    """The part of one joint agency in one opinion."""

    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="parts")
    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+")
    agency = models.ForeignKey(
        "studios.Agency", models.PROTECT, related_name="+", verbose_name=_("joint agency")
    )
    sent_on = models.DateField(_("sent on"))
    days = models.PositiveSmallIntegerField(_("limit (working days)"))
    limit_from = models.CharField(max_length=10, choices=LimitFrom.choices, blank=True)
    added_days = models.PositiveSmallIntegerField(_("added by suspension (working days)"), default=0)
    due_on = models.DateField(_("due on"))
    signed_at = models.DateTimeField(_("signed for at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_late = models.BooleanField(_("answered late"), default=False)
    answer = PartlyEncryptedTextField(_("answer"), blank=True, of="opinion")

    objects = JointPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint part")
        verbose_name_plural = _("joint parts")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "agency"], name="joint_part_once"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=250), name="joint_days_plausible"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, signed_at__isnull=False),
                name="joint_answer_is_signed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_on"], name="joint_agency_waits", condition=Q(answered_at=None)
            ),
            models.Index(
                fields=["county", "due_on"], name="joint_county_waits", condition=Q(answered_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.agency}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, Q]:
        """Return which parts a membership covers: those who see the opinion see its parts; `joint_handler` counts
        over the agency's own alone."""
        opinions = apps.get_model("opinions", "Opinion")
        roles = {
            role: Q(opinion__in=opinions.objects.filter(q))
            for role, q in opinions.scope_q(membership).items()
        }
        return roles | ({"joint_handler": Q(agency=membership.agency_id)} if membership.agency_id else {})

    def light(self, today: date) -> str:
        """Return red once its day has passed without an answer, green before; empty while nothing is owed or the
        clock is suspended."""
        owed = self.answered_at is None and self.opinion.status in WITH_PARTS
        if not owed or self.opinion.suspended_on:
            return ""
        return "red" if today > self.due_on else "green"
