"""Organ, Template, Series: what an office sets and counts for its letters. Only letters' services write them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text.single_line import LineField
from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet


class Kind(models.TextChoices):
    """The kinds of letters."""

    HANDOVER = "handover", _("hand-over letter")
    SUPERVISION = "supervision", _("supervision letter")
    REPLY = "reply", _("letter of reply")


# The system drafts and never signs; an office may let a kind be issued by rule (ADR 0045).
NEEDS_NO_SIGNING = _(
    "It is issued with its number as soon as a rule or a person asks for it. Otherwise it is drafted, and takes its "
    "number when somebody signs it off."
)


def county_rows(membership: Membership) -> models.Q:
    """Return the condition that a row's county is in the area of `membership`."""
    prefix = membership.prefix
    lookup: dict[str, str] = (
        {"county": prefix[:6]} if len(prefix) >= 6 else {"county__code__startswith": prefix}
    )
    return models.Q(**lookup)


class Organ(models.Model):
    """Who signs a county's letters (发文机关), and how they are numbered: short name and a character for each kind."""

    county = models.OneToOneField(
        County, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("county")
    )
    name = LineField(_("organ"), max_length=60, help_text=_("As it stands above and below the letter."))
    short_name = LineField(
        _("short name"), max_length=10, unique=True, help_text=_("The number begins with it.")
    )
    handover_mark = models.CharField(_("character of hand-over letters"), max_length=2, default="交")
    supervision_mark = models.CharField(_("character of supervision letters"), max_length=2, default="督")
    reply_mark = models.CharField(_("character of letters of reply"), max_length=2, default="复")
    rule_name = models.CharField(
        _("rule that letters cite"),
        max_length=80,
        blank=True,
        help_text=_(
            "With its brackets, as it stands in the letters: 《…办理办法》. Empty: the time limits' general name."
        ),
    )
    contact = models.CharField(
        _("contact"),
        max_length=60,
        blank=True,
        help_text=_("Name and phone, below the date of every letter."),
    )
    copies_to = LineField(
        _("also sent to"),
        max_length=80,
        blank=True,
        help_text=_("Named at the foot of hand-over and supervision letters, after the joint agencies."),
    )
    issues_on_route = models.BooleanField(
        _("issue a hand-over letter with every routing"),
        default=False,
        help_text=_("Otherwise the triage officer issues it on the opinion's page."),
    )
    handover_by_rule = models.BooleanField(
        _("hand-over letters need no signing off"), default=False, help_text=NEEDS_NO_SIGNING
    )
    supervision_by_rule = models.BooleanField(
        _("supervision letters need no signing off"), default=False, help_text=NEEDS_NO_SIGNING
    )
    reply_by_rule = models.BooleanField(
        _("letters of reply need no signing off"), default=False, help_text=NEEDS_NO_SIGNING
    )
    needs_check = models.BooleanField(
        _("a letter is checked before it is signed off"),
        default=False,
        help_text=_("A triage officer or supervisor checks the draft; before that nobody can sign it off."),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organ of the letters")
        verbose_name_plural = _("organs of the letters")
        ordering = ["county"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(handover_mark=models.F("supervision_mark"))
                & ~models.Q(handover_mark=models.F("reply_mark"))
                & ~models.Q(supervision_mark=models.F("reply_mark")),
                name="organ_marks_differ",
                violation_error_message=_("Each kind of letter needs a character of its own."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the rows of the counties in the area of a membership, whatever its role."""
        return {membership.role: county_rows(membership)}

    @classmethod
    def of(cls, county: County) -> "Organ":
        """Return the county's row; while nobody has entered one, an unsaved one with defaults."""
        default = cls(
            county=county,
            name=f"{county.name}人民代表大会常务委员会办公室",
            short_name=f"{county.name[:1]}人大办",
        )
        return cls.objects.filter(county=county).first() or default

    @property
    def cited_rule(self) -> str:
        """The rule as letters cite it."""
        return self.rule_name or "群众意见办理的有关规定"

    def by_rule(self, kind: str) -> bool:
        """Tell if letters of `kind` are issued as soon as they are asked for, without being signed off."""
        return getattr(self, f"{kind}_by_rule")

    def series(self, kind: str) -> str:
        """Return the series of letters of `kind`: 吉人大办交."""
        return self.short_name + getattr(self, f"{kind}_mark")


class Template(models.Model):
    """One version of a kind's .docx. Without a county: shipped with the product. Versions are never changed, because
    letters that were issued with them can be printed again."""

    county = models.ForeignKey(County, models.PROTECT, null=True, related_name="+", verbose_name=_("county"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.BinaryField()
    in_use = models.BooleanField(_("in use"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["county", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["county", "kind", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["kind", "version"], name="template_shipped_once", condition=models.Q(county=None)
            ),
            models.UniqueConstraint(
                fields=["county", "kind"], name="template_one_in_use", condition=models.Q(in_use=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return the rows of the counties in the area of a membership, whatever its role."""
        return {membership.role: county_rows(membership)}


class Series(models.Model):
    """The last serial of an organ's kind of letter in a year; its row lock keeps the numbers without a gap."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+")
    name = LineField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "name", "year"], name="letter_series_once_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year} {self.last}"
