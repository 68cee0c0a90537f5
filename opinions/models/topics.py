"""The same matter reported by many: shingles that find similar opinions quickly, hot topics, and the proposals made
of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.security.encrypted_spans import Finder, PartlyEncryptedTextField
from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet

from .category import own_county_q
from .choices import Outcome
from .opinion import Opinion
from .redaction import person_of


class SimilarityKey(models.Model):
    """One feature of an opinion's title or text as a number: opinions that share rare ones are very similar."""

    county = models.CharField(max_length=6)
    key = models.BigIntegerField()
    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="+")

    class Meta:
        db_table = "opinions_alikekey"
        indexes = [models.Index(fields=["county", "key", "-opinion"], name="alike_by_key")]

    def __str__(self) -> str:
        return f"{self.county}/{self.key}"


class Topic(models.Model):
    """Opinions of one county and period about the same matter, as the nightly run found them."""

    county = models.ForeignKey(County, models.CASCADE, related_name="+", verbose_name=_("county"))
    title = PartlyEncryptedTextField(_("title"), max_length=100, one_line=True)
    words = models.JSONField(_("words in common"), default=list)
    opinions = models.ManyToManyField(Opinion, related_name="topics")
    # Opinions that a person took out as another matter; the nightly run does not bring it back.
    excluded = models.ManyToManyField(Opinion, related_name="+")
    messages = models.PositiveIntegerField(_("opinions"))
    people = models.PositiveIntegerField(_("people"))
    weeks = models.JSONField(_("by week"), default=list)  # [[Monday, count], …], the oldest first
    first_on = models.DateField(_("first told on"))
    last_on = models.DateField(_("last told on"))
    found_at = models.DateTimeField(pgettext_lazy("hot topic", "found at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hot topic")
        verbose_name_plural = _("hot topics")
        ordering = ["-people", "-messages", "id"]
        indexes = [models.Index(fields=["county", "-people"], name="topic_county_people")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, Q]:
        """Return which rows a membership covers: those of its county, or of its prefecture's counties
        (`own_county_q`)."""
        return own_county_q(membership)

    @property
    def trend(self) -> str:
        """up, down or even: the last four weeks against the four before."""
        late, before = sum(n for _week, n in self.weeks[-4:]), sum(n for _week, n in self.weeks[-8:-4])
        return "up" if late > before else "down" if late < before else "even"


class Proposal(models.Model):
    """A hot topic taken up as a deputies' proposal (转代表建议), with a clock and an outcome of its own.

    Three months to answer, six for what is involved: 全国人大代表议案建议办理办法; the opinions keep their own clocks.
    """

    class Months(models.IntegerChoices):
        THREE = 3, _("3 months")
        SIX = 6, _("6 months (involved)")

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("county"))
    topic = models.OneToOneField(
        Topic, models.SET_NULL, null=True, related_name="proposal", verbose_name=_("hot topic")
    )
    title = PartlyEncryptedTextField(_("title"), max_length=100, one_line=True)
    reason = PartlyEncryptedTextField(_("reason"), max_length=2_000)
    opinions = models.ManyToManyField(Opinion, related_name="proposals")
    months = models.PositiveSmallIntegerField(_("time to answer"), choices=Months.choices)
    taken_up_on = models.DateField(_("taken up on"))
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken up by")
    )
    due_on = models.DateField(_("due on"))
    outcome = models.CharField(_("outcome"), max_length=1, choices=Outcome.choices, blank=True)
    answer = PartlyEncryptedTextField(_("answer"), max_length=10_000, blank=True)
    answered_on = models.DateField(_("answered on"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputies' proposal")
        verbose_name_plural = _("deputies' proposals")
        ordering = ["-taken_up_on", "-id"]
        indexes = [models.Index(fields=["county", "-taken_up_on"], name="proposal_county_recent")]
        constraints = [
            models.CheckConstraint(condition=Q(months__in=[3, 6]), name="proposal_three_or_six_months"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_on=None)
                | (Q(outcome__in=["A", "B", "C", "D"]) & Q(answered_on__isnull=False)),
                name="proposal_answered_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def secret_spans(self) -> Finder | None:
        """Finds what to encrypt in its texts wherever they are stored (common/security/encrypted_spans.py)."""
        secret = list(self.opinions.filter(keep_secret=True)) if self.pk else []
        if not secret:
            return None
        return lambda text: [span for opinion in secret for span in person_of(opinion).spans(text)]

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, Q]:
        """Return which rows a membership covers: those of its county, or of its prefecture's counties
        (`own_county_q`)."""
        return own_county_q(membership)

    @property
    def is_overdue(self) -> bool:
        """True when it was answered, or is still unanswered, after its last day."""
        return (self.answered_on or timezone.localdate()) > self.due_on
