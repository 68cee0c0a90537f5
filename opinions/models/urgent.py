"""Urgent signals: words at which a person must read the opinion immediately, and the flags they raise."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text.single_line import LineField
from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet

from .time_limits import county_q


class UrgentSignal(models.Model):
    """A set of `words` that raise a flag where one of them occurs. Without a county it applies everywhere."""

    county = models.ForeignKey(
        County, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    name = LineField(_("name"), max_length=40)
    words = models.TextField(
        _("words"),
        help_text=_("Separated by spaces. Words joined by + must occur together: 拖欠+工资"),
    )
    unless = models.TextField(
        _("not if it says"), blank=True, help_text=_("Separated by spaces: 跳楼价 is no call for help.")
    )
    months = models.CharField(
        _("only in the months"),
        max_length=30,
        blank=True,
        help_text=_("For example 11 12 1 2; empty: all the year."),
    )
    active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("urgent signal")
        verbose_name_plural = _("urgent signals")
        ordering = ["county", "name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which rows a membership covers: those of its counties, and the general ones (`county_q`)."""
        return county_q(membership)

    def found(self, text: str, month: int) -> list[str]:
        """Return the words of the signal that occur in `text`; empty out of season."""
        if self.months and str(month) not in self.months.split():
            return []
        for word in self.unless.split():
            text = text.replace(word, "")
        groups = (group.split("+") for group in self.words.split())
        return list(dict.fromkeys(w for group in groups if all(w in text for w in group) for w in group if w))


class UrgentFlag(models.Model):
    """An opinion that a person must read immediately: why, and who has."""

    opinion = models.OneToOneField("opinions.Opinion", models.PROTECT, primary_key=True, related_name="flag")
    signals = models.JSONField(default=list)  # [[name, [word, …]], …]
    raised_at = models.DateTimeField(_("raised at"))
    seen_at = models.DateTimeField(_("seen at"), null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("seen by")
    )

    class Meta:
        verbose_name = _("urgent flag")
        verbose_name_plural = _("urgent flags")

    def __str__(self) -> str:
        return self.names

    @property
    def names(self) -> str:
        """The names of the signals that were found."""
        return "、".join(name for name, _words in self.signals)

    @property
    def words(self) -> list[str]:
        """The words that were found, of all signals."""
        return [word for _name, words in self.signals for word in words]
