"""Activity (代表活动) and who takes part. Only deputies/activities writes them.

That nobody and no room is in two places at the same time is kept by the database, on either engine: a deputy or room
that holds a half-day has its date in `morning_on` or `afternoon_on`, and each of these is unique per deputy and per
room (ADR 0019).
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.encrypted_spans import PartlyEncryptedTextField
from common.templatetags.liaison import localdate_long
from studios.models import Membership
from studios.permissions.scope import ScopedQuerySet, area_q


class Kind(models.TextChoices):
    RECEPTION = "reception", _("reception shift")
    VISIT = "visit", _("household visit")
    SYMPOSIUM = "symposium", _("symposium")
    INSPECTION = "inspection", _("inspection")
    TRAINING = "training", _("training")
    EXCHANGE = "exchange", _("exchange")

    @property
    def icon(self) -> str:
        return ICONS[self.value]


ICONS = {
    "reception": "chat-square-text",
    "visit": "house-heart",
    "symposium": "people",
    "inspection": "binoculars",
    "training": "mortarboard",
    "exchange": "arrow-left-right",
}


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    ANNOUNCED = "announced", _("announced")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def icon(self) -> str:
        return {
            "planned": "calendar",
            "announced": "megaphone",
            "held": "check-circle",
            "cancelled": "x-circle",
        }[self.value]


COMING = (State.PLANNED, State.ANNOUNCED)


class Half(models.TextChoices):
    """What an activity takes of a day."""

    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    DAY = "day", _("whole day")


class Room(models.TextChoices):
    """三室一体: the rooms that a studio may have."""

    RECEPTION = "reception", _("reception room")
    ACTIVITY = "activity", _("activity room")
    OFFICE = "office", _("office")


NOTICE_DAYS = 3  # an announcement comes at least so many days ahead
NO_TIME = {"morning_on": None, "afternoon_on": None}
HOLDS_NOTHING = models.Q(**NO_TIME)


def held_days(on: date, half: str) -> dict[str, date | None]:
    """Return the columns by which `half` of the day `on` is held."""
    return {
        "morning_on": None if half == Half.AFTERNOON else on,
        "afternoon_on": None if half == Half.MORNING else on,
    }


class Activity(models.Model):
    county = models.ForeignKey("studios.County", models.PROTECT, related_name="+", verbose_name=_("county"))
    township = models.ForeignKey(
        "studios.Township", models.PROTECT, related_name="+", verbose_name=_("township")
    )
    studio = models.ForeignKey(
        "studios.Studio",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("liaison studio"),
    )
    room = models.CharField(
        _("room"), max_length=10, choices=Room.choices, blank=True, help_text=_("Empty: somewhere else.")
    )
    place = PartlyEncryptedTextField(_("place"), max_length=100, blank=True, one_line=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.RECEPTION)
    title = PartlyEncryptedTextField(_("title"), max_length=100, blank=True, one_line=True)
    on = models.DateField(_("day"))
    half = models.CharField(_("time of day"), max_length=10, choices=Half.choices, default=Half.MORNING)
    hours = PartlyEncryptedTextField(_("hours"), max_length=30, blank=True, one_line=True)
    morning_on = models.DateField(null=True, editable=False)
    afternoon_on = models.DateField(null=True, editable=False)
    planned_on = models.DateField(_("first planned for"), null=True, editable=False)
    announce_by_on = models.DateField(_("to be announced by"), editable=False)
    announced_on = models.DateField(_("announced on"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False
    )
    people_met = models.PositiveIntegerField(_("people met"), null=True, blank=True)
    summary = PartlyEncryptedTextField(_("what was done"), blank=True, max_length=5000)
    cancel_reason = PartlyEncryptedTextField(
        _("why it was cancelled"), max_length=200, blank=True, one_line=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("planned by")
    )
    made_at = models.DateTimeField(_("planned at"))
    deputies = models.ManyToManyField("deputies.Deputy", through="Participation", related_name="activities")

    # Set by views.pages.activity_of: the roles of the person of the request over it.
    roles: set[str]

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["on", "half", "id"]
        indexes = [
            models.Index(fields=["county", "on", "id"], name="activity_county_day"),
            models.Index(fields=["township", "on", "id"], name="activity_township_day"),
            models.Index(fields=["studio", "on", "id"], name="activity_studio_day"),
            models.Index(fields=["on", "id"], name="activity_day"),
        ]
        constraints = [
            *[
                models.UniqueConstraint(
                    fields=["studio", "room", column],
                    name=f"room_free_{column}",
                    condition=~models.Q(room=""),
                )
                for column in ("morning_on", "afternoon_on")
            ],
            models.CheckConstraint(
                condition=models.Q(room="") | models.Q(studio__isnull=False), name="activity_room_of_a_studio"
            ),
            models.CheckConstraint(
                condition=(models.Q(state="cancelled") & HOLDS_NOTHING)
                | (~models.Q(state="cancelled") & ~HOLDS_NOTHING),
                name="activity_holds_its_time",
            ),
            models.CheckConstraint(
                condition=(models.Q(morning_on=None) | models.Q(morning_on=models.F("on")))
                & (models.Q(afternoon_on=None) | models.Q(afternoon_on=models.F("on"))),
                name="activity_holds_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(announced_on=None)
                | models.Q(announced_on__lte=models.F("announce_by_on")),
                name="activity_announced_in_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="announced") | models.Q(announced_on__isnull=False),
                name="activity_announced_has_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state="held", people_met__isnull=False)
                | (~models.Q(state="held") & models.Q(people_met=None)),
                name="activity_held_counts_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{localdate_long(self.on)} {self.name}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        """Return what staff see: their area's activities, a studio's people its own; a deputy also those they take
        part in."""
        role = membership.role
        if membership.studio_id:
            rows = models.Q(studio=membership.studio_id)
        else:
            rows = area_q(membership.prefix, county="county", township="township")
        if role == "deputy":
            own = Participation.objects.filter(deputy__user=membership.user_id)
            rows |= models.Q(pk__in=own.values("activity"))
        return {role: rows}

    @property
    def name(self) -> str:
        return self.title or str(Kind(self.kind).label)

    @property
    def kind_icon(self) -> str:
        return Kind(self.kind).icon

    @property
    def state_icon(self) -> str:
        return State(self.state).icon

    @property
    def is_coming(self) -> bool:
        return self.state in COMING

    @property
    def is_postponed(self) -> bool:
        return bool(self.planned_on) and self.planned_on != self.on

    @property
    def where(self) -> str:
        """The room of the studio, or the place elsewhere."""
        parts = [self.studio and self.studio.name, self.get_room_display() if self.room else "", self.place]
        return " ".join(str(part) for part in parts if part) or self.township.name

    def takes(self, on: date, half: str) -> None:
        """Put it on a day, without saving: what it holds and when it must be announced follow."""
        self.on, self.half = on, half
        self.announce_by_on = on - timedelta(days=NOTICE_DAYS)
        for column, value in held_days(on, half).items():
            setattr(self, column, value)


class Participation(models.Model):
    class Attendance(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        PRESENT = "present", _("present")
        ABSENT = "absent", _("absent")
        LEAVE = "leave", _("on leave")
        RELEASED = "released", _("released")

    # Who is excused holds no time: the half-day is free again.
    FREE = ("leave", "released")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="participations")
    deputy = models.ForeignKey(
        "deputies.Deputy", models.PROTECT, related_name="participations", verbose_name=_("deputy")
    )
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=Attendance.choices, default=Attendance.ASSIGNED
    )
    reason = PartlyEncryptedTextField(_("reason"), max_length=200, blank=True, one_line=True)
    stands_in_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name=_("stands in for"),
    )
    morning_on = models.DateField(null=True, editable=False)
    afternoon_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "deputy"], name="participation_once"),
            models.UniqueConstraint(fields=["deputy", "morning_on"], name="deputy_free_morning_on"),
            models.UniqueConstraint(fields=["deputy", "afternoon_on"], name="deputy_free_afternoon_on"),
            models.CheckConstraint(
                condition=(models.Q(attendance__in=["leave", "released"]) & HOLDS_NOTHING)
                | (~models.Q(attendance__in=["leave", "released"]) & ~HOLDS_NOTHING),
                name="participation_holds_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} · {self.activity}"

    @property
    def is_excused(self) -> bool:
        return self.attendance in self.FREE
