"""Studio: where deputies meet citizens. `studio` and `home` are two concepts and never mixed in counts."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.encrypted_spans import PartlyEncryptedTextField
from common.text.single_line import LineField
from studios.models.opening_hours import describe_week
from studios.permissions.scope import ScopedQuerySet, area_q

from .memberships import Membership


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
    name = LineField(_("name"), max_length=80)
    name_pinyin = models.CharField(max_length=250, blank=True, editable=False)
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="studios", verbose_name=_("township")
    )
    village = models.ForeignKey(
        "studios.Village", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("village")
    )
    belongs_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="homes",
        verbose_name=_("linked studio"),
        help_text=_("A deputies' home is linked to the studio of its township."),
    )
    address = LineField(_("address"), max_length=200, blank=True)
    phone = LineField(_("phone"), max_length=20, blank=True)
    opening_hours = LineField(
        _("market days and other opening times"),
        max_length=100,
        blank=True,
        help_text=_("For example: every market day, 8:30 to 12:00."),
    )
    in_charge = LineField(_("person in charge"), max_length=50, blank=True)
    plaque = LineField(_("words on the plaque"), max_length=80, blank=True)
    established_on = models.DateField(_("established on"), null=True, blank=True)
    # 三室一体: the studio, the deputies' activity room and the office of the people's congress under one roof.
    has_activity_room = models.BooleanField(_("the activity room shares the premises"), default=False)
    has_office = models.BooleanField(_("the office shares the premises"), default=False)
    active = models.BooleanField(_("in use"), default=True)
    # The first day on which it was no longer in use; empty while it is, and where nobody knows.
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    # Set by profile.views.studio_for: whether the person of the request edits it.
    may_edit: bool

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("liaison studio")
        verbose_name_plural = _("liaison studios")
        ordering = ["township", "name_pinyin", "id"]
        indexes = [models.Index(fields=["township", "name_pinyin"], name="studio_township_pinyin")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(belongs_to=None) | models.Q(kind="home"),
                name="studio_only_homes_are_linked",
                violation_error_message=_("Only a deputies' home is linked to a studio."),
            ),
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(closed_on=None),
                name="studio_in_use_is_not_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        if membership.studio_id:
            return {membership.role: models.Q(pk=membership.studio_id)}
        return {membership.role: area_q(membership.prefix, county="township__county", township="township")}

    @property
    def is_home(self) -> bool:
        return self.kind == self.Kind.HOME

    @property
    def rooms(self) -> str:
        """Which of the three rooms share the premises."""
        shared = [_("liaison studio")]
        shared += [_("activity room")] if self.has_activity_room else []
        shared += [_("office of the people's congress")] if self.has_office else []
        if len(shared) == 1:
            return str(_("the studio alone"))
        joined = "、".join(str(room) for room in shared)
        return str(_("three rooms in one: %s")) % joined if len(shared) == 3 else joined

    @property
    def hours_in_words(self) -> str:
        """The week's opening times and the market days; reads `times`, so a list prefetches them."""
        return "；".join(part for part in (describe_week(self.times.all()), self.opening_hours) if part)


class OpeningTime(models.Model):
    """One stretch of a weekday on which the doors are open; Monday is 0."""

    studio = models.ForeignKey(Studio, models.CASCADE, related_name="times")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_weekday_is_one"),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")), name="opening_before_closing"
            ),
            models.UniqueConstraint(fields=["studio", "weekday", "opens"], name="opening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Funding(models.Model):
    """What a studio or home was given in a year, from one source; or a township for the work of its deputies where it
    has none (`township`). The article's 300万 is the sum of such rows."""

    class Source(models.TextChoices):
        PREFECTURE = "prefecture", _("prefecture's budget")
        COUNTY = "county", _("county's budget")
        TOWNSHIP = "township", _("township's own means")
        OTHER = "other", _("other means")

    studio = models.ForeignKey(
        Studio,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="funding",
        verbose_name=_("liaison studio"),
    )
    township = models.ForeignKey(
        "studios.Township",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="funding",
        verbose_name=_("township"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2)
    note = PartlyEncryptedTextField(_("note"), max_length=200, blank=True, one_line=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("funding")
        ordering = ["-year", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "year", "source"], name="funding_once_a_year_and_source"
            ),
            models.UniqueConstraint(
                fields=["township", "year", "source"], name="funding_of_township_once_a_year_and_source"
            ),
            models.CheckConstraint(
                condition=models.Q(studio=None, township__isnull=False)
                | models.Q(studio__isnull=False, township=None),
                name="funding_has_one_receiver",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="funding_is_positive"),
            models.CheckConstraint(
                condition=models.Q(year__gte=1990, year__lte=2100), name="funding_year_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_source_display()} {self.amount}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        if membership.studio_id:
            return {membership.role: models.Q(studio=membership.studio_id)}
        given = [
            area_q(membership.prefix, county=f"{place}__county", township=place)
            for place in ("studio__township", "township")
        ]
        return {membership.role: given[0] | given[1]}

    @property
    def receiver(self) -> Any:
        """The studio, or the township itself."""
        return self.studio or self.township


class Photo(models.Model):
    """A picture of a studio, encoded again by us (common/security/uploads.py); read through a view that knows
    the scope."""

    studio = models.ForeignKey(
        Studio, models.PROTECT, related_name="photos", verbose_name=_("liaison studio")
    )
    file = models.ImageField(_("photo"), upload_to="studios/%Y/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    caption = PartlyEncryptedTextField(_("caption"), max_length=80, one_line=True)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return self.caption
