"""Draft: a letter that waits to be checked and signed off. Only letters/drafts.py writes it. Source: ADR 0045."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.crypto import EncryptedTextField
from studios.models import Membership, Role
from studios.permissions.scope import ScopedQuerySet, area_q

from .letter import Letter
from .office import Kind


class DraftQuerySet(ScopedQuerySet):
    """Drafts, narrowed to what still waits."""

    def waiting(self) -> "DraftQuerySet":
        """Return the drafts that are neither signed off nor dropped."""
        return self.filter(WAITING)


WAITING = models.Q(letter=None, dropped_at=None)


class Draft(models.Model):
    """A letter before it has a number. `about` and `occasion` are those of the letter; `facts` are what it will say,
    brought up to date until it is signed off. Then `letter` is the letter; or it is dropped, because what it was for
    no longer holds or nobody wants it."""

    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+", verbose_name=_("county"))
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="+", verbose_name=_("township")
    )
    studio = models.ForeignKey("studios.Studio", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    agency = models.ForeignKey(
        "studios.Agency", models.PROTECT, null=True, related_name="+", verbose_name=_("addressed to")
    )
    about = models.CharField(_("about"), max_length=20, db_index=True)
    occasion = models.CharField(max_length=40)
    facts_text = EncryptedTextField(_("facts"))
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, related_name="draft")
    dropped_at = models.DateTimeField(_("dropped at"), null=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("dropped by")
    )
    drop_reason = EncryptedTextField(_("why it was dropped"), max_length=300, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a letter")
        verbose_name_plural = _("drafts of letters")
        ordering = ["drafted_at", "id"]
        indexes = [
            models.Index(fields=["county", "drafted_at", "id"], name="draft_waiting", condition=WAITING)
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "kind", "occasion"], name="draft_waits_once", condition=WAITING
            ),
            models.CheckConstraint(
                condition=models.Q(letter=None) | models.Q(dropped_at=None), name="draft_signed_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the drafts that a membership opens: of the office that writes them, never of an agency, to which
        nothing was sent yet; an official sees no letters of reply, which bear the citizen's name."""
        role = membership.role
        if role not in (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.COUNTY_OFFICIAL):
            return {}
        rows = area_q(membership.prefix, county="county", township="township")
        return {role: rows & ~models.Q(kind=Kind.REPLY) if role == Role.COUNTY_OFFICIAL else rows}

    @property
    def facts(self) -> dict[str, Any]:
        """All that its template may say (letters/facts.py); empty after the retention time."""
        return json.loads(self.facts_text) if self.facts_text else {}
