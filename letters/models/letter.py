"""Letter: one official letter as it was issued, and what became of it. Only letters/services.py writes it."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.crypto import EncryptedTextField
from common.text.single_line import LineField
from studios.models import County, Membership, Role
from studios.permissions.scope import ScopedQuerySet, area_q

from .office import Kind, Template

# What the database itself refuses to change once a letter is issued. Its facts may be erased after the retention time.
FROZEN = (
    "county_id",
    "kind",
    "series",
    "year",
    "serial",
    "agency_id",
    "about",
    "occasion",
    "template_id",
    "issued_at",
    "issued_by_id",
)


class State(models.TextChoices):
    """What has become of a letter; computed, never stored. A letter to the citizen is handed over, not signed for."""

    UNSIGNED = "unsigned", _("waits to be signed for")
    SIGNED = "signed", _("signed for")
    ISSUED = "issued", _("issued")
    FILED = "filed", _("filed")
    CANCELLED = "cancelled", _("void")

    @property
    def icon(self) -> str:
        """The name of its icon (common/templatetags/liaison.py)."""
        return {
            "unsigned": "hourglass-split",
            "signed": "check2-square",
            "filed": "archive",
            "cancelled": "x-octagon",
        }.get(self, "envelope-paper")

    @property
    def q(self) -> models.Q:
        """The letters in this state; the same words as `Letter.state`."""
        valid = models.Q(cancelled_at=None)
        out = valid & models.Q(filed_at=None)
        return {
            "unsigned": valid & models.Q(agency__isnull=False, signed_at=None),
            "signed": out & models.Q(signed_at__isnull=False),
            "issued": out & models.Q(agency=None),
            "filed": valid & models.Q(filed_at__isnull=False),
            "cancelled": models.Q(cancelled_at__isnull=False),
        }[self.value]


class Letter(models.Model):
    """One issued letter. `about` is the opinion's number; `occasion` what it was issued for, so that nothing is issued
    twice. `facts` hold all that its template may say, frozen: what happens to the opinion later changes no letter."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("county"))
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="+", verbose_name=_("township")
    )
    studio = models.ForeignKey("studios.Studio", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    series = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    agency = models.ForeignKey(
        "studios.Agency", models.PROTECT, null=True, related_name="+", verbose_name=_("addressed to")
    )
    about = models.CharField(_("about"), max_length=20, db_index=True)
    occasion = models.CharField(max_length=40)
    template = models.ForeignKey(Template, models.PROTECT, related_name="+", verbose_name=_("template"))
    facts_text = EncryptedTextField(_("facts"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    signed_at = models.DateTimeField(_("signed for at"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed for by")
    )
    stamped_at = models.DateTimeField(_("stamped at"), null=True)
    stamped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("stamped by")
    )
    filed_at = models.DateTimeField(_("filed at"), null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("filed by")
    )
    file_number = LineField(_("archive number"), max_length=40, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("cancelled by")
    )
    cancel_reason = EncryptedTextField(_("reason of the cancellation"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("official letter")
        verbose_name_plural = _("official letters")
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(fields=["county", "-issued_at", "-id"], name="letter_county_recent"),
            models.Index(fields=["-issued_at", "-id"], name="letter_recent"),
            models.Index(fields=["agency", "-issued_at", "-id"], name="letter_agency_recent"),
            models.Index(
                fields=["agency"],
                name="letter_unsigned",
                condition=models.Q(agency__isnull=False, signed_at=None, cancelled_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "series", "year", "serial"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["about", "kind", "occasion"],
                name="letter_issued_once",
                condition=models.Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reply", agency=None)
                | (~models.Q(kind="reply") & models.Q(agency__isnull=False)),
                name="letter_to_an_agency_or_the_citizen",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by=None)
                | models.Q(signed_at__isnull=False, signed_by__isnull=False, agency__isnull=False),
                name="letter_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | (models.Q(cancelled_at__isnull=False) & ~models.Q(cancel_reason="")),
                name="letter_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(filed_at=None, filed_by=None)
                | (
                    models.Q(filed_at__isnull=False, filed_by__isnull=False)
                    & (models.Q(agency=None) | models.Q(signed_at__isnull=False))
                ),
                name="letter_filed_when_received",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the letters that a membership opens: an agency sees what is addressed to it, the office what it
        issued; only those who deal with the citizen see letters of reply, which bear the name. Deputies,
        administrators and auditors: none."""
        role = membership.role
        if role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.DEPUTY):
            return {}
        if membership.agency_id:
            return {role: models.Q(agency=membership.agency_id)}
        if membership.studio_id:
            return {role: models.Q(studio=membership.studio_id)}
        rows = area_q(membership.prefix, county="county", township="township")
        return {role: rows & ~models.Q(kind=Kind.REPLY) if role == Role.COUNTY_OFFICIAL else rows}

    # --- what a page asks
    @property
    def number(self) -> str:
        """`吉人大办交〔2026〕12号`. Source: GB/T 9704-2012, 7.2.5: full year, no leading zeros, no 第."""
        return f"{self.series}〔{self.year}〕{self.serial}号"

    @property
    def facts(self) -> dict[str, Any]:
        """All that its template may say (letters/facts.py); empty after the retention time."""
        return json.loads(self.facts_text) if self.facts_text else {}

    @property
    def to_citizen(self) -> bool:
        """Whether it is a letter of reply, which goes to the citizen."""
        return self.kind == Kind.REPLY

    @property
    def state(self) -> State:
        """What has become of it."""
        if self.cancelled_at:
            return State.CANCELLED
        if self.filed_at:
            return State.FILED
        if self.to_citizen:
            return State.ISSUED
        return State.SIGNED if self.signed_at else State.UNSIGNED
