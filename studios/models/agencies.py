"""Agency (承办单位): the bodies that handle opinions. Deputies never do (代表法 2025, art. 31)."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text.single_line import LineField
from studios.permissions.scope import ScopedQuerySet

from .memberships import Membership


class AgencyQuerySet(ScopedQuerySet):
    def able_to_act(self) -> Self:
        """Return those in use that have somebody who can act for them: a handler whose account is active."""
        handlers = Membership.objects.filter(agency=models.OuterRef("pk"), user__is_active=True)
        return self.filter(models.Exists(handlers), active=True)


class Agency(models.Model):
    county = models.ForeignKey(
        "studios.County", models.PROTECT, related_name="agencies", verbose_name=_("county")
    )
    name = LineField(_("name"), max_length=80)
    name_pinyin = models.CharField(max_length=200, blank=True, editable=False)
    active = models.BooleanField(_("in use"), default=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["county", "name_pinyin", "id"]
        indexes = [models.Index(fields=["county", "name_pinyin"], name="agency_county_pinyin")]
        constraints = [models.UniqueConstraint(fields=["county", "name"], name="agency_name_once_per_county")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        if membership.agency_id:
            return {membership.role: models.Q(pk=membership.agency_id)}
        prefix = membership.prefix
        lookup = {"county": prefix[:6]} if len(prefix) >= 6 else {"county__code__startswith": prefix}
        return {membership.role: models.Q(**lookup)}
