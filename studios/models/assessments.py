"""Assessment criteria (五有): what an office asks for, and a studio's assessment against it, with findings and steps.

Only studios/assessments/services.py writes assessments. Numbers that come from records of apps above are measured
there, handed down, and kept here (studios/assessments/measures.py).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.security.encrypted_spans import PartlyEncryptedTextField
from common.text.single_line import LineField
from studios.models.assessment_states import TOWNSHIP, State
from studios.models.criteria import COMPUTED, HAVES, Criterion, Measure
from studios.permissions.scope import ScopedQuerySet, area_q

from .memberships import Membership, Role


class AssessmentItem(models.Model):
    """One thing that is asked for: ticked off in the first three criteria, computed from records in the other two.

    Rows without a county hold everywhere; a county adds its own. A bound of its own for a measure goes before the
    general one.
    """

    county = models.ForeignKey(
        "studios.County", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county"),
        help_text=_("Empty: for all counties."),
    )  # fmt: skip
    have = models.CharField(_("have"), max_length=12, choices=Criterion.choices)
    text = LineField(_("what is asked for"), max_length=120)
    measure = models.CharField(
        _("computed from"), max_length=20, choices=Measure.choices, blank=True,
        help_text=_("Only for schedule and results, which nobody ticks off."),
    )  # fmt: skip
    bound = models.PositiveSmallIntegerField(
        _("at least (for reopened: at most); per cent, or a number"), null=True, blank=True
    )
    place = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "studios_haveitem"
        verbose_name = _("item of the assessment criteria")
        verbose_name_plural = _("items of the assessment criteria")
        ordering = ["have", "place", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(have__in=COMPUTED, bound__isnull=False) & ~models.Q(measure=""))
                | (~models.Q(have__in=COMPUTED) & models.Q(measure="", bound=None)),
                name="haveitem_computed_or_ticked",
                violation_error_message=_(
                    "Schedule and results have a measure and a bound, and no other have."
                ),
            ),
            models.UniqueConstraint(
                fields=["county", "measure"],
                name="haveitem_measure_once_a_county",
                condition=~models.Q(measure=""),
            ),
            models.UniqueConstraint(
                fields=["measure"],
                name="haveitem_general_measure_once",
                condition=models.Q(county=None) & ~models.Q(measure=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        prefix = membership.prefix
        lookup = {"county": prefix[:6]} if len(prefix) > 4 else {"county__code__startswith": prefix}
        return {membership.role: models.Q(county=None) | models.Q(**lookup)}


class CountyChoice(models.Model):
    """What a county's office has switched on. Points and rankings are off unless somebody wants them."""

    county = models.OneToOneField(
        "studios.County", models.PROTECT, primary_key=True, related_name="+", verbose_name=_("county")
    )
    ranks_studios = models.BooleanField(_("show points and rank the studios"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("county's choice")
        verbose_name_plural = _("counties' choices")

    def __str__(self) -> str:
        return str(self.county)

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        prefix = membership.prefix
        lookup = {"county": prefix[:6]} if len(prefix) > 4 else {"county__code__startswith": prefix}
        return {membership.role: models.Q(**lookup)}


class Assessment(models.Model):
    """One round of self-check, confirmation, inspection and publication. A studio has one unfinished at most."""

    studio = models.ForeignKey(
        "studios.Studio", models.PROTECT, related_name="assessments", verbose_name=_("liaison studio")
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.CHECKING)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(_("opened at"))
    # The Measurement of measures.py as numbers, and the bounds of its day, so that the arithmetic can be shown.
    measured = models.JSONField(_("measured"), null=True)
    bounds = models.JSONField(_("bounds"), default=dict)
    has_premises = models.BooleanField(null=True)
    has_facilities = models.BooleanField(null=True)
    has_rules = models.BooleanField(null=True)
    has_schedule = models.BooleanField(null=True)
    has_results = models.BooleanField(null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    in_force = models.BooleanField(_("the latest published"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-opened_at", "-id"]
        indexes = [models.Index(fields=["studio", "-opened_at"], name="assessment_studio_recent")]
        constraints = [
            models.UniqueConstraint(
                fields=["studio"], name="assessment_one_unfinished", condition=~models.Q(state="published")
            ),
            models.UniqueConstraint(
                fields=["studio"], name="assessment_one_in_force", condition=models.Q(in_force=True)
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | models.Q(published_at__isnull=False, measured__isnull=False),
                name="assessment_published_is_measured",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force=False) | models.Q(state="published"),
                name="assessment_in_force_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.opened_at:%Y-%m-%d}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        return of_studio(membership, "studio")

    @property
    def verdicts(self) -> list[tuple[str, str, bool | None]]:
        """(code, label, met or None while not judged) of each have."""
        return [(have, str(Criterion(have).label), getattr(self, f"has_{have}")) for have in HAVES]

    @property
    def met(self) -> int:
        return sum(bool(met) for _have, _label, met in self.verdicts)

    @property
    def measured_by_former_rule(self) -> bool:
        """Whether it was measured when sessions held were divided by sessions announced, whether or not one was the
        other: its schedule may have been judged wrongly."""
        numbers = self.measured or {}
        return "sessions_published" in numbers and numbers.get("sessions_kept") is None

    @property
    def judged(self) -> bool:
        return self.has_premises is not None

    @property
    def meets_all(self) -> bool:
        return self.met == len(HAVES)

    @property
    def state_icon(self) -> str:
        return State(self.state).icon


def of_studio(membership: Membership, studio: str) -> dict[str, models.Q]:
    """Return the condition of rows by their studio, for each role. `studio` is the lookup that leads to it.

    A clerk over an area also speaks for the township, which a studio's own clerk does not.
    """
    if membership.studio_id:
        return {membership.role: models.Q(**{studio: membership.studio_id})}
    q = area_q(membership.prefix, county=f"{studio}__township__county", township=f"{studio}__township")
    return {membership.role: q} | ({TOWNSHIP: q} if membership.role == Role.CLERK else {})


class Check(models.Model):
    """One item ticked off or not. `text` is what was asked for on that day."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="checks")
    item = models.ForeignKey(AssessmentItem, models.PROTECT, related_name="+")
    have = models.CharField(max_length=12, choices=Criterion.choices)
    text = LineField(max_length=120)
    place = models.PositiveSmallIntegerField(default=0)
    met = models.BooleanField(_("there"), default=False)
    evidence = PartlyEncryptedTextField(_("evidence"), max_length=200, blank=True, one_line=True)
    photo = models.ForeignKey(
        "studios.Photo", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    # That day while nobody has been reminded of it.
    remind_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="check_item_once")]
        indexes = [
            models.Index(
                fields=["remind_on"], name="check_to_remind", condition=models.Q(remind_on__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.text


class Finding(models.Model):
    """What an inspection found wanting, until when it is to be corrected, and what came of it."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="findings")
    have = models.CharField(_("have"), max_length=12, choices=Criterion.choices)
    text = PartlyEncryptedTextField(_("what was found"), max_length=300, one_line=True)
    found_at = models.DateTimeField(_("found at"))
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    mend_by_on = models.DateField(_("to be corrected by"))
    mended_at = models.DateTimeField(_("reported as corrected at"), null=True)
    mended_note = PartlyEncryptedTextField(
        pgettext_lazy("finding", "what was done"), max_length=300, blank=True, one_line=True
    )
    settled_at = models.DateTimeField(_("accepted at"), null=True)
    remind_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["mend_by_on", "id"]
        indexes = [
            # The sweep reads only what is still to be reminded of, however long the history.
            models.Index(
                fields=["remind_at"], name="finding_to_remind", condition=models.Q(remind_at__isnull=False)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None) | models.Q(mended_at__isnull=False, remind_at=None),
                name="finding_settled_was_mended",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        return of_studio(membership, "assessment__studio")


class AssessmentStep(models.Model):
    """Who took an assessment from where to where. The database refuses to change or delete it."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="steps")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("who"), max_length=120)
    action = models.CharField(_("action"), max_length=12)
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    words = models.CharField(_("note"), max_length=300, blank=True)
    # How the assessment stood after the step; empty in steps taken before this was kept.
    kept = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["assessment", "id"], name="assessmentstep_in_order")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.action}"
