"""AreaChange: a merger, renaming or split of townships (撤乡并镇), as it was decreed and what it moved. Append-only."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text.single_line import LineField
from studios.permissions.scope import ScopedQuerySet, whole_county_q

from .memberships import Membership


class AreaChangeQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """Return the changes that hold: neither undone nor themselves the undoing of one."""
        return self.filter(undone=None).exclude(kind=AreaChange.Kind.UNDO)


class AreaChange(models.Model):
    """`before` and `after` are [{"code", "name"}] with the names of the day; `moved` is {what: how many}. `kept`
    says of a merger what each township had, {its code: {what: keys}}: it goes back when the merger is undone."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("merger")
        RENAME = "rename", _("renaming")
        SPLIT = "split", _("split")
        UNDO = "undo", _("merger undone")

    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+", verbose_name=_("county"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("in force from"))
    decree = LineField(_("decree number"), max_length=60)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    moved = models.JSONField(_("moved"), default=dict)
    kept = models.JSONField(default=dict, editable=False)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone", verbose_name=_("undoes"), editable=False
    )
    at = models.DateTimeField(_("entered at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )

    objects = AreaChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of townships")
        verbose_name_plural = _("changes of townships")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["county", "-at", "-id"], name="areachange_county_recent")]

    def __str__(self) -> str:
        names = ["、".join(unit["name"] for unit in units) for units in (self.before, self.after)]
        return f"{self.on} {names[0]} → {names[1]}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        return {membership.role: whole_county_q(membership.prefix)}
