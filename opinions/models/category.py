"""Category tree and responsibilities: the rules by which triage explains itself."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text.single_line import LineField
from studios.models import Agency, County, Membership
from studios.permissions.scope import ScopedQuerySet


class Category(models.Model):
    """A topic. Codes nest by prefix, two digits a level: 03, 0302, 030201; so a branch is a prefix."""

    code = models.CharField(
        _("code"),
        max_length=6,
        primary_key=True,
        validators=[RegexValidator(r"^(\d{2}){1,3}$", _("Two digits a level, at most three levels."))],
    )
    name = LineField(_("name"), max_length=50)
    keywords = models.TextField(
        _("words that point to it"),
        blank=True,
        help_text=_("Separated by spaces. Found in a title they count three, in the text one."),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> int:
        """Its depth in the tree: 1 to 3."""
        return len(self.code) // 2

    @property
    def lineage(self) -> list[str]:
        """Its own code and those above it, nearest first."""
        return [self.code[:n] for n in range(len(self.code), 0, -2)]


def own_county_q(membership: Membership) -> dict[str, models.Q]:
    """Return which rows of a county a membership covers: those of its county, or of all counties of its prefecture."""
    prefix = membership.prefix
    lookup = {"county": prefix[:6]} if len(prefix) >= 6 else {"county__code__startswith": prefix}
    return {membership.role: models.Q(**lookup)}


class Responsibility(models.Model):
    """In `county`, matters of `category` and everything below it go to `agency`, unless a nearer row says other."""

    county = models.ForeignKey(County, models.CASCADE, related_name="+", verbose_name=_("county"))
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", verbose_name=_("category"))
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name=_("agency"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["county", "category"]
        constraints = [
            models.UniqueConstraint(fields=["county", "category"], name="responsibility_once_per_category")
        ]

    def __str__(self) -> str:
        return f"{self.county} · {self.category} → {self.agency}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which rows a membership covers: those of its county, or of its prefecture's counties
        (`own_county_q`)."""
        return own_county_q(membership)
