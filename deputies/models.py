"""Deputy (代表): who meets citizens, in which studio."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.scope import ScopedQuerySet, area_q


class Deputy(models.Model):
    name = models.CharField(_("name"), max_length=50)
    name_pinyin = models.CharField(max_length=150, blank=True, editable=False)
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="deputies", verbose_name=_("township")
    )
    studio = models.ForeignKey(
        "studios.Studio",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deputies",
        verbose_name=_("liaison studio"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deputy",
        verbose_name=_("account"),
    )
    active = models.BooleanField(_("in office"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["township", "name_pinyin", "id"]
        indexes = [models.Index(fields=["township", "name_pinyin"], name="deputy_township_pinyin")]

    def __str__(self):
        return self.name

    @classmethod
    def scope_q(cls, membership):
        if membership.studio_id:
            return {membership.role: models.Q(studio=membership.studio_id)}
        return {membership.role: area_q(membership.prefix, county="township__county", township="township")}
