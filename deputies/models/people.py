"""Deputy (代表), the congress term (届次) and the mandate that binds one to the other."""

from datetime import date

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.crypto import EncryptedLineField, mask_phone
from common.templatetags.liaison import numeral
from common.text.single_line import LineField
from studios.models import FormerTownship, Membership
from studios.permissions.scope import ScopedQuerySet, area_q


class Level(models.TextChoices):
    """The congresses, from the ground up. A person can sit in several of them."""

    TOWNSHIP = "township", _("township congress")
    COUNTY = "county", _("county congress")
    PREFECTURE = "prefecture", _("prefecture congress")
    PROVINCE = "province", _("province congress")
    NATIONAL = "national", _("National People's Congress")


# How many digits the area code of a congress has. The nation has no code in GB/T 2260: 00 stands for it.
CODE_LENGTH = {
    Level.TOWNSHIP: 9,
    Level.COUNTY: 6,
    Level.PREFECTURE: 4,
    Level.PROVINCE: 2,
    Level.NATIONAL: 2,
}
NATION = "00"
# What a seat makes its holder, as official titles say it: 吉首市第十八届人大代表.
TITLES = {
    Level.TOWNSHIP: _("deputy of the people's congress of %(area)s, term %(number)s"),
    Level.COUNTY: _("deputy of the people's congress of %(area)s, term %(number)s"),
    Level.PREFECTURE: _("deputy of the prefecture's people's congress, term %(number)s"),
    Level.PROVINCE: _("deputy of the province's people's congress, term %(number)s"),
    Level.NATIONAL: _("deputy of the National People's Congress, term %(number)s"),
}


def congress_of(level: str, township: str) -> str:
    """Return the area code of the congress of `level` over the township with this code."""
    return NATION if level == Level.NATIONAL else township[: CODE_LENGTH[Level(level)]]


class Sex(models.TextChoices):
    MALE = "male", _("male")
    FEMALE = "female", _("female")


class Term(models.Model):
    """One term of one congress. `ends_on` is the first day of the next term, empty while it runs. `start_is_known` is
    False where the register was imported in the middle of a term: then `starts_on` is the day of the import, and who
    sits in it counts as having sat before, until somebody enters the day."""

    level = models.CharField(_("congress"), max_length=12, choices=Level.choices)
    area_code = models.CharField(
        _("area code"), max_length=9, validators=[RegexValidator(r"^(\d{2}|\d{4}|\d{6}|\d{9})$")]
    )
    number = models.PositiveSmallIntegerField(_("number of the term"))
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ended on"), null=True, blank=True)
    start_is_known = models.BooleanField(default=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["area_code", "level", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["area_code", "level", "number"], name="term_once"),
            models.UniqueConstraint(
                fields=["area_code", "level"],
                name="term_one_runs",
                condition=models.Q(ends_on=None, starts_on__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gt=models.F("starts_on")),
                name="term_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return _("%(congress)s, term %(number)s") % {
            "congress": self.get_level_display(),
            "number": numeral(self.number),
        }

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the condition for the congresses of the person's area, of what lies in it, and those above it."""
        prefix = membership.prefix
        above = [prefix[:length] for length in (2, 4, 6, 9) if length <= len(prefix)]
        return {
            membership.role: models.Q(area_code__startswith=prefix) | models.Q(area_code__in=[NATION, *above])
        }


class PlannedTransition(models.Model):
    """A term transition (换届) that is decided for a day to come: who goes, and to whom studio and shifts go. Nothing
    has changed while it stands; the sweep of its day does it and deletes it."""

    term = models.OneToOneField(
        Term, models.PROTECT, related_name="planned", verbose_name=_("term that ends")
    )
    number = models.PositiveSmallIntegerField(_("number of the new term"))
    starts_on = models.DateField(_("starts on"), db_index=True)
    going = models.JSONField(default=list)  # pairs: a deputy who leaves, the successor or null
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)  # why it could not be done on its day

    class Meta:
        verbose_name = _("planned term transition")
        verbose_name_plural = _("planned term transitions")
        ordering = ["starts_on", "pk"]

    def __str__(self) -> str:
        return f"{self.term} {self.starts_on}"

    @property
    def leaving(self) -> dict[int, int | None]:
        """Who leaves, each with the successor or None."""
        return dict(self.going)


class Deputy(models.Model):
    name = LineField(_("name"), max_length=50)
    name_pinyin = models.CharField(max_length=150, blank=True, editable=False)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices, blank=True)
    ethnic_group = LineField(_("ethnic group"), max_length=20, blank=True)
    occupation = LineField(_("occupation"), max_length=100, blank=True)
    phone = EncryptedLineField(_("phone"), blank=True)
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
    photo = models.FileField(_("photo"), upload_to="deputies/%Y/", blank=True, editable=False)
    active = models.BooleanField(_("in office"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["township", "name_pinyin", "id"]
        indexes = [models.Index(fields=["township", "name_pinyin"], name="deputy_township_pinyin")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        if membership.studio_id:
            return {membership.role: models.Q(studio=membership.studio_id)}
        return {membership.role: area_q(membership.prefix, county="township__county", township="township")}

    @property
    def shown_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""


class DeputyFormerTownship(FormerTownship):
    of = models.ForeignKey(Deputy, models.CASCADE, related_name="former_townships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "until"], name="deputy_former_township_once")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.township_id}"


class Mandate(models.Model):
    """A deputy's seat in one term. It stays when the term is over: that is the history. `began_on` is empty for those
    who sit from the first day of the term; a by-election has its own."""

    class EndReason(models.TextChoices):
        RESIGNED = "resigned", _("resigned")
        RECALLED = "recalled", _("recalled")
        DIED = "died", _("died")
        TRANSFERRED = "transferred", _("transferred away")
        TERMINATED = "terminated", _("qualification terminated")

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="mandates", verbose_name=_("deputy"))
    term = models.ForeignKey(Term, models.PROTECT, related_name="mandates", verbose_name=_("term"))
    constituency = LineField(_("constituency"), max_length=100, blank=True)
    began_on = models.DateField(_("sits since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # Why it ended before the term did; empty at a term transition and where nobody entered it.
    end_reason = models.CharField(_("why it ended"), max_length=12, choices=EndReason.choices, blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-term__starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["deputy", "term"], name="mandate_once"),
            models.CheckConstraint(
                condition=models.Q(end_reason="") | models.Q(ended_on__isnull=False),
                name="mandate_with_end_reason_has_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(began_on=None)
                | models.Q(ended_on=None)
                | models.Q(ended_on__gt=models.F("began_on")),
                name="mandate_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} · {self.term}"

    @property
    def title(self) -> str:
        """吉首市第十八届人大代表（第4选区）. Reads the deputy's township and county."""
        township = self.deputy.township
        area = township if self.term.level == Level.TOWNSHIP else township.county
        title = TITLES[Level(self.term.level)] % {"area": area, "number": numeral(self.term.number)}
        return (
            _("%(title)s (%(constituency)s)")
            % {
                "title": title,
                "constituency": self.constituency,
            }
            if self.constituency
            else title
        )

    @property
    def since(self) -> date | None:
        """The first day of the seat; None while the term has not begun."""
        return self.began_on or self.term.starts_on
