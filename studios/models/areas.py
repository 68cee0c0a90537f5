"""County, Township, Village: natural keys are the codes of GB/T 2260 and the national statistical area codes."""

from datetime import date
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text.single_line import LineField
from studios.permissions.scope import ScopedQuerySet, area_q

from .memberships import Membership


def code_validator(length: int) -> RegexValidator:
    """Return the validator of a code of `length` digits."""
    return RegexValidator(rf"^\d{{{length}}}$", _("The code does not have the right number of digits."))


class CurrentQuerySet(ScopedQuerySet):
    def on(self, day: date) -> Self:
        """Return the areas in force on `day`: names and units of their day stay with the records."""
        return self.filter(models.Q(valid_from__lte=day) | models.Q(valid_from=None)).filter(
            models.Q(valid_to__gt=day) | models.Q(valid_to=None)
        )

    def current(self) -> Self:
        """Return the areas in force."""
        return self.filter(valid_to=None)


class County(models.Model):
    """A county or county-level city. Its prefecture is the first four digits of its code."""

    code = models.CharField(_("code"), max_length=6, primary_key=True, validators=[code_validator(6)])
    name = LineField(_("name"), max_length=50)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("county")
        verbose_name_plural = _("counties")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        # A township's clerk belongs to the county too, so its row is theirs to name in a heading or a choice.
        prefix = membership.prefix
        lookup = {"code": prefix[:6]} if len(prefix) >= 6 else {"code__startswith": prefix}
        return {membership.role: models.Q(**lookup)}


class Township(models.Model):
    """A township-level unit (镇 / 乡 / 街道), or another unit with a code of that length (`counted` False)."""

    class Kind(models.TextChoices):
        TOWN = "town", _("town")
        TOWNSHIP = "township", _("township")
        SUBDISTRICT = "subdistrict", _("subdistrict")
        OTHER = "other", _("other unit")

    code = models.CharField(_("code"), max_length=9, primary_key=True, validators=[code_validator(9)])
    county = models.ForeignKey(County, models.PROTECT, related_name="townships", verbose_name=_("county"))
    name = LineField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    counted = models.BooleanField(_("counted as a township"), default=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("The unit in force that took over: never one that has ended itself."),
    )
    # [{"name": …, "until": "2015-12-31"}], oldest first: what it was called before, and until which day.
    former_names = models.JSONField(_("former names"), default=list, blank=True, editable=False)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("township")
        verbose_name_plural = _("townships")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__startswith=models.F("county")), name="township_code_within_county"
            ),
            models.CheckConstraint(
                condition=models.Q(successor=None) | models.Q(valid_to__isnull=False),
                name="township_with_successor_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        return {membership.role: area_q(membership.prefix, county="county", township="code")}

    def name_on(self, day: date) -> str:
        """Return what it was called on `day`: records of that day keep the name of the day."""
        return name_on(self.name, self.former_names, day)


def name_on(name: str, former_names: list[dict[str, str]], day: date) -> str:
    """Return the name on `day` of what is called `name` now; `former_names` as in Township."""
    return next((one["name"] for one in former_names if day.isoformat() < one["until"]), name)


class Village(models.Model):
    """A village or community (12-digit code)."""

    code = models.CharField(_("code"), max_length=12, primary_key=True, validators=[code_validator(12)])
    township = models.ForeignKey(
        Township, models.PROTECT, related_name="villages", verbose_name=_("township")
    )
    name = LineField(_("name"), max_length=50)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("village")
        verbose_name_plural = _("villages")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        # By the township and not by the code, which stays with a village whose township was merged.
        return {membership.role: area_q(membership.prefix, county="township__county", township="township")}
