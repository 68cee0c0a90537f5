"""The limits, as rows a county edits; what is in force is frozen when a clock starts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import Clock
from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet

from .choices import MatterType

COMPLEX = "complex"
# Working days, one number for every matter or one for each. Source: the office's rules in docs/workflow.md; a
# TimeLimit row overrides one of them. A joint agency has two thirds of the lead agency's time.
RULE_DAYS: dict[str, int | dict[str, int]] = {
    Clock.TRIAGE: 2,
    Clock.SIGNING: 1,
    Clock.RETURN: 2,
    Clock.HANDLING: {
        MatterType.ENQUIRY: 3,
        MatterType.HELP: 5,
        MatterType.COMPLAINT: 15,
        MatterType.PROPOSAL: 15,
        COMPLEX: 30,
    },
    Clock.JOINT: {
        MatterType.ENQUIRY: 2,
        MatterType.HELP: 3,
        MatterType.COMPLAINT: 10,
        MatterType.PROPOSAL: 10,
        COMPLEX: 20,
    },
    Clock.REPORT_BACK: 2,
    Clock.WINDOW: 10,
    # All that one round may stand still, whatever it waits for.
    Clock.SUSPENSION: {
        MatterType.ENQUIRY: 5,
        MatterType.HELP: 10,
        MatterType.COMPLAINT: 15,
        MatterType.PROPOSAL: 15,
        COMPLEX: 30,
    },
}


class LimitFrom(models.TextChoices):
    """The origin of a limit; frozen together with it."""

    RULE = "rule", _("the office's rule")
    GENERAL = "general", _("set for all counties")
    COUNTY = "county", _("set by the county")
    OFFICER = "officer", _("set when it was routed")


def rule_days(clock: str, matter: str) -> int:
    """Return the working days that apply where nobody has set anything."""
    days = RULE_DAYS[clock]
    return days[matter] if isinstance(days, dict) else days


def county_q(membership: Membership) -> dict[str, models.Q]:
    """Return which settings a membership covers: those of its counties, and the general ones (without a county)."""
    prefix = membership.prefix
    lookup = {"county": prefix[:6]} if len(prefix) >= 6 else {"county__code__startswith": prefix}
    return {membership.role: models.Q(**lookup) | models.Q(county=None)}


class TimeLimit(models.Model):
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
        db_table = "opinions_clocklimit"
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

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.days}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which rows a membership covers: those of its counties, and the general ones (`county_q`)."""
        return county_q(membership)


class SettingChange(models.Model):
    """One change of a setting that a county works by: who, when and why. The database refuses to change or delete a
    row."""

    county = models.ForeignKey(County, models.PROTECT, null=True, related_name="+", verbose_name=_("county"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("who"), max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which rows a membership covers: those of its counties, and the general ones (`county_q`)."""
        return county_q(membership)


class TimeLimitChange(SettingChange):
    """`days` None: the row was removed, and the next wider one (the general row, the office's rule) applies again."""

    clock = models.CharField(_("clock"), max_length=20, choices=Clock.choices)
    matter = models.CharField(_("matter type"), max_length=20, choices=TimeLimit.MATTERS, blank=True)
    days_before = models.PositiveSmallIntegerField(_("before (working days)"), null=True)
    days = models.PositiveSmallIntegerField(_("working days"), null=True)

    class Meta:
        db_table = "opinions_limitchange"
        verbose_name = _("change of a time limit")
        verbose_name_plural = _("changes of time limits")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["county", "-at", "-id"], name="limit_change_county"),
            models.Index(fields=["-at", "-id"], name="limit_change_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.clock} {self.days_before} → {self.days}"
