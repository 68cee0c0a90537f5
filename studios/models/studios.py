"""Studio: where deputies meet citizens. `studio` and `home` are two concepts and never mixed in counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.scope import ScopedQuerySet, area_q


class Studio(models.Model):
    class Kind(models.TextChoices):
        STUDIO = "studio", _("liaison studio")
        HOME = "home", _("deputies' home")

    code = models.SlugField(
        _("code"),
        max_length=20,
        unique=True,
        help_text=_("Stands in the QR code at the door; never changes."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.STUDIO)
    name = models.CharField(_("name"), max_length=80)
    name_pinyin = models.CharField(max_length=250, blank=True, editable=False)
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="studios", verbose_name=_("township")
    )
    village = models.ForeignKey(
        "studios.Village", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("village")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=100, blank=True)
    in_charge = models.CharField(_("person in charge"), max_length=50, blank=True)
    established_on = models.DateField(_("established on"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("liaison studio")
        verbose_name_plural = _("liaison studios")
        ordering = ["township", "name_pinyin", "id"]
        indexes = [models.Index(fields=["township", "name_pinyin"], name="studio_township_pinyin")]

    def __str__(self):
        return self.name

    @classmethod
    def scope_q(cls, membership):
        if membership.studio_id:
            return {membership.role: models.Q(pk=membership.studio_id)}
        return {membership.role: area_q(membership.prefix, county="township__county", township="township")}
