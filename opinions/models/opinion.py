"""Opinion (群众意见): the present state of one matter. Only opinions/workflow writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.security.crypto import EncryptedLineField, EncryptedTextField, mask_name, mask_phone, phone_index
from common.security.crypto import tail_index as phone_tail
from common.security.encrypted_spans import PartlyEncryptedTextField
from common.text.single_line import LineField
from opinions.lifecycle.reasons import Satisfaction
from opinions.lifecycle.statuses import OPEN, LetterOwed, Status
from opinions.models.conditions import OpinionQuerySet
from studios.models import Membership
from studios.permissions.scope import area_q

from .choices import Channel, MatterType, Outcome, Urgency
from .indexes import INDEXES
from .joint import JointPart
from .redaction import HiddenWords
from .time_limits import LimitFrom

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .ledger import Event


def _label(model: str, name: StrOrPromise, related: str = "+", **kwargs: Any) -> Any:
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name=related, verbose_name=name, **kwargs
    )


def _joined(membership: Membership) -> QuerySet:
    """Return the keys of the opinions in which the membership's agency has a part."""
    return JointPart.objects.filter(agency=membership.agency_id).order_by().values("opinion")


class Opinion(HiddenWords, models.Model):
    """One matter a citizen told, in its present state; its history is the ledger (`Event`)."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+", verbose_name=_("county"))
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="+", verbose_name=_("township")
    )
    studio = _label("studios.Studio", _("liaison studio"), db_index=False)
    deputy = _label("deputies.Deputy", _("deputy"), related="opinions")
    activity = _label("deputies.Activity", _("activity"), related="opinions")
    channel = models.CharField(pgettext_lazy("opinion", "channel"), max_length=20, choices=Channel.choices)
    matter_type = models.CharField(
        _("matter type"), max_length=20, choices=MatterType.choices, default=MatterType.COMPLAINT
    )
    category = _label("opinions.Category", _("category"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    is_complex = models.BooleanField(_("complex matter"), default=False)
    title = PartlyEncryptedTextField(_("title"), max_length=100, one_line=True)
    body = PartlyEncryptedTextField(_("the citizen's own words"), max_length=10_000)
    place = PartlyEncryptedTextField(_("place"), max_length=200, blank=True, one_line=True)
    outside_number = LineField(_("outside number"), max_length=60, blank=True)
    recorded_for = PartlyEncryptedTextField(
        _("interpreter or recorded for"),
        max_length=100,
        blank=True,
        one_line=True,
        help_text=_("For example: told in Tujia, interpreted by a neighbour."),
    )
    # --- whose it is
    citizen_name = EncryptedLineField(_("citizen's name"), blank=True)
    citizen_phone = EncryptedLineField(_("phone"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    phone_tail = models.CharField(max_length=16, blank=True)  # see common.security.crypto.tail_index
    keep_secret = models.BooleanField(_("keep the citizen's identity secret"), default=False)
    # What an officer has marked for the agency (redaction.py), and when, with the words as they are now.
    redaction = EncryptedTextField(_("marked words"), blank=True)
    redacted_at = models.DateTimeField(_("looked through for the agency at"), null=True)
    # --- where it stands
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    version = models.PositiveIntegerField()
    ledger_head = models.CharField(max_length=64)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    merged_into = _label("self", _("merged into"), related="merged")
    lead_agency = _label("studios.Agency", _("lead agency"), db_index=False)
    designated = models.BooleanField(_("designated"), default=False)
    return_by_on = models.DateField(_("may be returned until"), null=True)
    answer = PartlyEncryptedTextField(_("answer"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=1, choices=Outcome.choices, blank=True)
    answered_late = models.BooleanField(_("answered late"), default=False)
    satisfaction = models.CharField(
        _("citizen's evaluation"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    deputy_rating = models.CharField(
        _("deputy's evaluation"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    # Facts of all its rounds, which no new round clears; all other columns are of the present one.
    first_satisfaction = models.CharField(
        _("citizen's first evaluation"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    last_satisfaction = models.CharField(
        _("citizen's latest evaluation"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    first_called_back_at = models.DateTimeField(_("first called back at"), null=True)
    # What a former ledger says the citizen thought: nobody here asked, so no rate counts it.
    imported_satisfaction = models.CharField(
        _("evaluation in the former ledger"), max_length=10, choices=Satisfaction.choices, blank=True
    )
    # --- its clocks: dates are whole days in the office's time zone, the last day included
    clock_on = models.DateField(_("clock started on"), null=True)
    clock_days = models.PositiveSmallIntegerField(_("limit (working days)"), null=True)
    clock_from = models.CharField(max_length=10, choices=LimitFrom.choices, blank=True)
    due_on = models.DateField(_("due on"), null=True)
    warn_on = models.DateField(_("yellow from"), null=True)
    due_provisional = models.BooleanField(_("provisional deadline"), default=False)
    handling_days = models.PositiveSmallIntegerField(_("handling limit (working days)"), null=True)
    handling_from = models.CharField(max_length=10, choices=LimitFrom.choices, blank=True)
    added_days = models.PositiveSmallIntegerField(
        _("added by extension or suspension (working days)"), default=0
    )
    handling_due_on = models.DateField(_("answer due on"), null=True)
    extension_state = models.CharField(
        _("extension"),
        max_length=10,
        blank=True,
        choices=[
            ("asked", _("asked for")),
            ("granted", _("granted")),
            ("refused", pgettext_lazy("extension", "refused")),
        ],
    )
    extension_days = models.PositiveSmallIntegerField(_("extension (working days)"), null=True)
    suspended_on = models.DateField(_("suspended since"), null=True)
    suspended_until_on = models.DateField(_("suspended until"), null=True)
    # What the agency wants to know of the citizen, while it waits for that.
    question = PartlyEncryptedTextField(_("question to the citizen"), blank=True)
    supervision_level = models.PositiveSmallIntegerField(_("supervision level"), default=0)
    level_on = models.DateField(_("level reached on"), null=True)
    letter_owed = models.CharField(
        _("letter not yet issued"), max_length=12, choices=LetterOwed.choices, blank=True
    )
    acknowledge_by_on = models.DateField(_("reply to the notice due on"), null=True)
    promised_on = models.DateField(_("promised for"), null=True)
    # The level reached while the promise could still be kept: broken, it brings the next one early, and no further.
    promised_level = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    # --- when
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = _label(settings.AUTH_USER_MODEL, _("registered by"))
    routed_at = models.DateTimeField(_("routed at"), null=True)
    signed_at = models.DateTimeField(_("signed for at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    reported_back_at = models.DateTimeField(_("reported back at"), null=True)
    called_back_at = models.DateTimeField(_("called back at"), null=True)
    evaluated_at = models.DateTimeField(_("evaluated at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    escalated_at = models.DateTimeField(_("taken up as a proposal at"), null=True)
    changed_at = models.DateTimeField(_("last change"))
    erased_at = models.DateTimeField(_("words and personal data erased at"), null=True)
    submission_key = models.UUIDField(null=True, unique=True)
    # Under which the ledger keeps the digest of its words and the citizen's data; goes when they are erased.
    words_salt = models.CharField(max_length=32, blank=True, default="")
    # Of one taken over from an office's former ledger: nothing is escalated for the time before that day, and no
    # deadline counts it (null: deadlines count as the ledger is dated).
    imported_on = models.DateField(_("imported on"), null=True)
    counts_from_on = models.DateField(_("deadlines count from"), null=True)
    imported_with = models.ForeignKey(
        "opinions.Import", models.SET_NULL, null=True, related_name="opinions", db_index=False
    )

    # Set on a row in memory by workflow/transition.py: whether it has joint parts, and the ledger row written last.
    has_parts: bool
    last_event: Event

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["-registered_at", "-id"]
        indexes = INDEXES
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="opinion_status_known"),
            models.CheckConstraint(
                condition=~models.Q(status__in=["routed", "handling", "answered", "reported_back"])
                | models.Q(lead_agency__isnull=False),
                name="opinion_with_agency_has_one",
            ),
            models.CheckConstraint(
                condition=models.Q(status="merged", merged_into__isnull=False)
                | (~models.Q(status="merged") & models.Q(merged_into=None)),
                name="opinion_merged_follows_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=OPEN) | models.Q(due_on__isnull=False),
                name="opinion_open_has_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def index_phone(self) -> None:
        """Set the keyed hashes by which the phone number can be found again."""
        self.phone_index, self.phone_tail = phone_index(self.citizen_phone), phone_tail(self.citizen_phone)

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return which opinions a membership covers: staff those of their area, an agency those it leads or joins, a
        deputy their own.

        Administrators and auditors have no rows here: they run or check the system and read no citizen's words.
        """
        role = membership.role
        if role in ("administrator", "auditor"):
            return {}
        if membership.agency_id:
            joined = _joined(membership)
            return {
                role: models.Q(lead_agency=membership.agency_id),
                "joint_handler": models.Q(pk__in=joined),
            }
        if role == "deputy":
            return {role: models.Q(deputy__user=membership.user_id)}
        if membership.studio_id:
            return {role: models.Q(studio=membership.studio_id)}
        return {role: area_q(membership.prefix, county="county", township="township")}

    @classmethod
    def seen_q(cls, membership: Membership) -> models.Q | None:
        """Return all of `scope_q` together as one set of keys for an agency, because no index serves an "or" of two
        tables; None for other memberships, whose `scope_q` is served as it is."""
        if not membership.agency_id:
            return None
        led = cls._base_manager.filter(lead_agency=membership.agency_id).order_by().values("pk")
        return models.Q(pk__in=led.union(_joined(membership), all=True))

    # --- what a page asks; none of it is stored
    @property
    def is_open(self) -> bool:
        """True until it is closed, declined, merged or withdrawn."""
        return self.status in OPEN

    @property
    def is_overdue(self) -> bool:
        """True when the running clock is past its last day."""
        return self.light == "red"

    @property
    def light(self) -> str:
        """green, yellow or red of an open opinion; empty when no clock runs. Same rule as `conditions.light_q`."""
        if not self.is_open or self.due_on is None or self.suspended_on:
            return ""
        today = timezone.localdate()
        if today > self.due_on:
            return "red"
        return "yellow" if self.warn_on and today >= self.warn_on else "green"

    @property
    def township_then(self) -> str:
        """The name of its township on the day it was registered, when that is not its name today; else empty."""
        then = self.township.name_on(timezone.localdate(self.registered_at))
        return "" if then == self.township.name else then

    @property
    def status_icon(self) -> str:
        """The icon of its status."""
        return Status(self.status).row.icon

    @property
    def status_tone(self) -> str:
        """The colour of its status badge."""
        return Status(self.status).row.tone

    @property
    def shown_name(self) -> str:
        """The citizen's name, masked; empty for an anonymous one."""
        return mask_name(self.citizen_name) if self.citizen_name else ""

    @property
    def shown_phone(self) -> str:
        """The citizen's phone number, masked; empty where there is none."""
        return mask_phone(self.citizen_phone)
