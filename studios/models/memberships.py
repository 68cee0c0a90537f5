"""Membership: a role over an area, a studio or an agency. From it alone follows what a person may see and do."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.permissions.roles import Role


class Membership(models.Model):
    """`area_code` is a prefix of area codes: 4 digits a prefecture, 6 a county, 9 a township."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    area_code = models.CharField(
        _("area code"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^(\d{4}|\d{6}|\d{9})$", _("The code has 4, 6 or 9 digits."))],
    )
    studio = models.ForeignKey(
        "studios.Studio",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("liaison studio"),
    )
    agency = models.ForeignKey(
        "studios.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("agency"),
    )
    is_head = models.BooleanField(_("head of the agency"), default=False)
    may_export = models.BooleanField(_("may export unmasked personal data"), default=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "role"]
        constraints = [
            # An empty area code would be a prefix of everything: exactly one of the three must be given.
            models.CheckConstraint(
                condition=(
                    models.Q(area_code="", studio=None, agency__isnull=False)
                    | models.Q(area_code="", studio__isnull=False, agency=None)
                    | (~models.Q(area_code="") & models.Q(studio=None, agency=None))
                ),
                name="membership_over_exactly_one",
                violation_error_message=_("Give exactly one: an area code, a studio or an agency."),
            ),
            models.CheckConstraint(
                condition=(models.Q(role="handler") & models.Q(agency__isnull=False))
                | (~models.Q(role="handler") & models.Q(agency=None)),
                name="membership_handler_has_agency",
                violation_error_message=_("A handler belongs to an agency, and nobody else does."),
            ),
            models.CheckConstraint(
                condition=models.Q(may_export=False)
                | models.Q(role__in=["triage_officer", "supervisor", "county_official"]),
                name="membership_exports_what_it_oversees",
                violation_error_message=_(
                    "Only who oversees a county may export personal data: a triage officer, supervisor or official."
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area_code"],
                name="membership_area_once",
                condition=~models.Q(area_code=""),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "studio"],
                name="membership_studio_once",
                condition=models.Q(studio__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "agency"],
                name="membership_agency_once",
                condition=models.Q(agency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def prefix(self) -> str:
        """The area code under which this membership's choices (townships, counties, deputies) lie."""
        if self.studio is not None:
            return self.studio.township_id
        if self.agency is not None:
            return self.agency.county_id
        return self.area_code
