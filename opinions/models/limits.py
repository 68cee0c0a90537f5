"""The limits and the ladder, as rows a county edits; what is in force is frozen when a clock starts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from opinions.workflow.table import Status
from studios.models import County
from studios.scope import ScopedQuerySet

from .words import MatterType


class Clock(models.TextChoices):
    TRIAGE = "triage", _("triage")
    SIGNING = "signing", _("signing for")
    RETURN = "return", _("returning")
    HANDLING = "handling", _("handling")
    REPORT_BACK = "report_back", _("reporting back")
    WINDOW = "window", _("evaluation window")


CLOCK_OF_STATUS = {
    Status.REGISTERED: Clock.TRIAGE,
    Status.ROUTED: Clock.SIGNING,
    Status.HANDLING: Clock.HANDLING,
    Status.ANSWERED: Clock.REPORT_BACK,
    Status.REPORTED_BACK: Clock.WINDOW,
}

# Working days. Source: the office's rules in docs/workflow.md; a ClockLimit row overrides one of them.
DEFAULT_DAYS = {
    Clock.TRIAGE: 2,
    Clock.SIGNING: 1,
    Clock.RETURN: 2,
    Clock.REPORT_BACK: 2,
    Clock.WINDOW: 10,
}
DEFAULT_HANDLING_DAYS = {
    MatterType.ENQUIRY: 3,
    MatterType.HELP: 5,
    MatterType.COMPLAINT: 15,
    MatterType.PROPOSAL: 15,
}
COMPLEX_HANDLING_DAYS = 30
COMPLEX = "complex"


def county_q(membership):
    prefix = membership.prefix
    lookup = {"county": prefix[:6]} if len(prefix) >= 6 else {"county__code__startswith": prefix}
    return {membership.role: models.Q(**lookup) | models.Q(county=None)}


class ClockLimit(models.Model):
    """`days` working days for `clock` in `county` (empty: everywhere), for `matter` (empty: any)."""

    MATTERS = [*MatterType.choices, (COMPLEX, _("complex matter"))]

    county = models.ForeignKey(
        County, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    clock = models.CharField(_("clock"), max_length=20, choices=Clock.choices)
    matter = models.CharField(_("matter type"), max_length=20, choices=MATTERS, blank=True)
    days = models.PositiveSmallIntegerField(_("working days"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["county", "clock", "matter"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "matter"], name="limit_default_once", condition=models.Q(county=None)
            ),
            models.UniqueConstraint(
                fields=["county", "clock", "matter"],
                name="limit_county_once",
                condition=models.Q(county__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(days__gte=1, days__lte=250), name="limit_days_plausible"
            ),
        ]

    def __str__(self):
        return f"{self.get_clock_display()} {self.days}"

    @classmethod
    def scope_q(cls, membership):
        return county_q(membership)


class LadderStep(models.Model):
    """One rung of the supervision ladder: at `anchor` plus `days` working days, `kind` goes to `recipients`."""

    class Kind(models.TextChoices):
        REMIND = "remind", _("reminder")
        URGE = "urge", _("urging notice")
        SUPERVISE = "supervise", _("supervision notice")
        CIRCULATE = "circulate", _("circulated notice")

    class Anchor(models.TextChoices):
        WARNING = "warning", _("when the light turns yellow")
        OVERDUE = "overdue", _("when the deadline has passed")

    county = models.ForeignKey(
        County, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    anchor = models.CharField(_("counted from"), max_length=10, choices=Anchor.choices)
    days = models.PositiveSmallIntegerField(_("working days after"), default=0)
    recipients = models.JSONField(_("recipients"), default=list)
    acknowledge_within = models.PositiveSmallIntegerField(
        _("reply within (working days)"), null=True, blank=True
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ladder step")
        verbose_name_plural = _("ladder steps")
        ordering = ["county", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["level"], name="ladder_default_once", condition=models.Q(county=None)
            ),
            models.UniqueConstraint(
                fields=["county", "level"],
                name="ladder_county_once",
                condition=models.Q(county__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.level} · {self.get_kind_display()}"

    @classmethod
    def scope_q(cls, membership):
        return county_q(membership)
