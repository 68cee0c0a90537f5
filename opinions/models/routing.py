"""Routing rules: an office's ordered exceptions to who is responsible for a category. A dry run comes before they
take effect."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.security.crypto import EncryptedTextField
from common.security.numbers import numbers_in
from common.text.single_line import LineField
from opinions.models import Opinion
from studios.models import Agency, County, Membership, Township
from studios.permissions.scope import ScopedQuerySet

from .category import Category, own_county_q
from .choices import Channel, MatterType, Urgency

CONDITIONS = ("category", "township", "words", "channel", "matter_type")


class RoutingRule(models.Model):
    """A rule that routes a matter to `agency` if it meets every condition that is filled in. The first that fits
    decides."""

    county = models.ForeignKey(County, models.CASCADE, related_name="+", verbose_name=_("county"))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("The lowest is asked first."))
    name = LineField(
        _("name"), max_length=60, help_text=_("Stands in the ledger of every opinion it routes.")
    )
    # --- conditions; what is empty is not asked
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category"),
        help_text=_("With everything below it."),
    )  # fmt: skip
    township = models.ForeignKey(
        Township, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("township")
    )
    words = EncryptedTextField(
        _("words"),
        blank=True,
        help_text=_("Separated by spaces; one of them in the title or text is enough."),
    )
    channel = models.CharField(
        pgettext_lazy("opinion", "channel"), max_length=20, choices=Channel.choices, blank=True
    )
    matter_type = models.CharField(_("matter type"), max_length=20, choices=MatterType.choices, blank=True)
    # --- what follows
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    handling_days = models.PositiveSmallIntegerField(
        _("Days to answer (working days)"), null=True, blank=True,
        help_text=_("Empty: the limit of the matter type."),
    )  # fmt: skip
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency.choices, blank=True, help_text=_("Only with a category.")
    )
    # --- where it stands
    live = models.BooleanField(_("live"), default=False, editable=False)
    tried_at = models.DateTimeField(_("dry run at"), null=True, editable=False)
    tried = models.JSONField(default=dict, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["county", "position", "id"]
        indexes = [models.Index(fields=["county", "position"], name="routing_rule_order")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(category=None, township=None, words="", channel="", matter_type=""),
                name="routing_rule_asks_something",
                violation_error_message=_("Give at least one condition: a rule without any would take everything."),
            ),
            models.CheckConstraint(
                condition=Q(urgency="") | Q(category__isnull=False),
                name="routing_rule_urgency_with_category",
                violation_error_message=_("A rule sets the urgency only together with a category."),
            ),
            models.CheckConstraint(
                condition=Q(live=False) | Q(tried_at__isnull=False), name="routing_rule_live_was_tried"
            ),
            models.CheckConstraint(
                condition=Q(handling_days=None) | Q(handling_days__range=(1, 250)),
                name="routing_rule_days_in_range",
                violation_error_message=_("Between 1 and 250 working days."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.position} · {self.name}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, Q]:
        """Return which rows a membership covers: those of its county, or of its prefecture's counties
        (`own_county_q`)."""
        return own_county_q(membership)

    def clean(self) -> None:
        """Check that agency and township belong to the rule's county; raises ValidationError by field."""
        wrong = {}
        if self.agency_id and self.agency.county_id != self.county_id:
            wrong["agency"] = _("The agency belongs to another county.")
        if self.township and self.township.county_id != self.county_id:
            wrong["township"] = _("The township belongs to another county.")
        for name in ("name", "words"):
            if any(numbers_in(getattr(self, name))):
                wrong[name] = _("Name no person's number here.")
        if wrong:
            raise ValidationError(wrong)

    def fits(self, opinion: Opinion, category: str) -> bool:
        """Return True if every condition holds; `category` is the code the opinion is taken to have, or empty."""
        if self.category_id and not category.startswith(self.category_id):
            return False
        if self.township_id and self.township_id != opinion.township_id:
            return False
        if self.channel and self.channel != opinion.channel:
            return False
        if self.matter_type and self.matter_type != opinion.matter_type:
            return False
        return not self.words or bool(self.found(opinion))

    def found(self, opinion: Opinion) -> list[str]:
        """Return the rule's words that occur in the opinion; empty when none does."""
        title, body = opinion.words_for_rules
        return [word for word in self.words.split() if word in title or word in body]

    @property
    def audit_subject(self) -> str:
        """What the audit trail calls it: by its key, because a name or a word in it can never be erased there."""
        return f"routing rule {self.pk}"

    @property
    def broken(self) -> str:
        """The reason why the rule no longer works, such as a unit that is gone; empty while it works."""
        if not self.agency.active:
            return _("%s is no longer in use.") % self.agency
        if not getattr(self, "able", True):  # annotated by opinions.triage.routing.with_able
            return _("Nobody at %s can act.") % self.agency
        if self.category and not self.category.active:
            return _("The category “%s” is no longer in use.") % self.category
        if self.township and self.township.valid_to:
            return _("%s no longer exists.") % self.township
        return ""
