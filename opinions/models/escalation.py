"""The escalation policy as rows that a county edits, and the history of who changed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet

from .time_limits import SettingChange, county_q


class Recipient(models.TextChoices):
    """To whom a level speaks. Once the agency has answered, the clerk stands in for the handler."""

    HANDLER = "handler", _("agency handler")
    HEAD = "head", _("head of the agency")
    SUPERVISOR = "supervisor", _("supervisor")
    COUNTY_OFFICIAL = "county_official", _("county official")


class EscalationLevel(models.Model):
    """One level of the escalation policy: at `anchor` plus `days` working days, `kind` goes to `recipients`.

    Rows of a county replace the general ones (without a county) as a whole. Written by
    opinions/supervision/escalation.py alone.
    """

    class Kind(models.TextChoices):
        """The four notices, in the order in which they grow sharper."""

        REMIND = "remind", _("reminder")
        URGE = "urge", _("urging notice")
        SUPERVISE = "supervise", _("supervision notice")
        CIRCULATE = "circulate", _("circulated notice")

    class Anchor(models.TextChoices):
        """The day from which a level's working days count."""

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
    letter = models.BooleanField(_("as an official letter"), default=False)
    acknowledge_within = models.PositiveSmallIntegerField(
        _("reply within (working days)"), null=True, blank=True
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "opinions_ladderstep"
        verbose_name = _("escalation level")
        verbose_name_plural = _("escalation levels")
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
            models.CheckConstraint(
                condition=models.Q(level__gte=1, days__lte=250)
                & (
                    models.Q(acknowledge_within=None)
                    | models.Q(acknowledge_within__gte=1, acknowledge_within__lte=30)
                ),
                name="ladder_step_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} · {self.get_kind_display()}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which rows a membership covers: those of its counties, and the general ones (`county_q`)."""
        return county_q(membership)


class EscalationChange(SettingChange):
    """One change of a county's policy. `rungs` empty: the county went back to the general policy."""

    before = models.JSONField(default=list)
    rungs = models.JSONField(default=list)

    class Meta:
        db_table = "opinions_ladderchange"
        verbose_name = _("change of the escalation policy")
        verbose_name_plural = _("changes of the escalation policy")
        ordering = ["-id"]
        indexes = [models.Index(fields=["county", "-id"], name="ladder_change_county")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.county_id or ''}"
