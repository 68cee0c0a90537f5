"""Worklists: what waits for a person now. Each kind of work is one named condition, the same for lists, counts and
pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from opinions.lifecycle.statuses import OPEN, WITH_AGENCY, Status
from opinions.models import Event, JointPart, Opinion
from opinions.models.conditions import OpinionQuerySet, condition_q
from studios.models import Role
from studios.permissions.scope import scope_of

from .progress import with_standing

FIRST = 8


@dataclass(frozen=True)
class Worklist:
    """Opinions over which one of `roles` counts and that fulfil `q(today)`, in `order`. `desk` is a page of its own,
    `opens` the page on which one of them is worked on."""

    code: str
    title: str | Promise
    roles: tuple[str, ...]
    q: Callable[[date], Q]
    order: tuple[str, ...] = ("due_on", "id")
    icon: str = "inbox"
    desk: str = ""
    query: str = ""
    note: str = ""
    rare: bool = False  # a section of its own only while there is some
    opens: str = "opinions:detail"

    def rows(self, user: User, today: date) -> OpinionQuerySet:
        """Return all of them within the person's scope, in `order`."""
        rows = Opinion.objects.visible_to(user, *self.roles).filter(self.q(today)).order_by(*self.order)
        return rows.select_related("county", "township", "lead_agency").defer("body", "answer")

    @property
    def url(self) -> str:
        """Address of the desk, or of the page that lists all of them."""
        return reverse(self.desk) + self.query if self.desk else reverse("opinions:waiting", args=[self.code])


def _sent_back(today: date) -> Q:
    """Return the condition for what came back to the studio lately, so that the clerk can explain it to the citizen."""
    declined = Q(status=Status.DECLINED, changed_at__gte=timezone.now() - timedelta(days=14))
    return declined | Q(status=Status.REGISTERED, routed_at__isnull=False)


class JointKind(Worklist):
    """The parts that the person's agency owes as a joint agency, the nearest day first."""

    def rows(self, user: User, today: date) -> OpinionQuerySet:
        """Return the opinions with such a part, each with its `part_due_on`."""
        own = JointPart.objects.visible_to(user, "joint_handler").waiting()
        first = own.filter(opinion=OuterRef("pk")).order_by("due_on").values("due_on")[:1]
        rows = Opinion.objects.filter(pk__in=own.values("opinion")).annotate(part_due_on=Subquery(first))
        rows = rows.select_related("county", "township", "lead_agency").defer("body", "answer")
        return rows.order_by("part_due_on", "id")


class CallKind(Worklist):
    """Citizens to be phoned, with the `tries` of this round that reached nobody; those come after the others, the
    longest ago first."""

    def rows(self, user: User, today: date) -> OpinionQuerySet:
        """Return the opinions to phone about, each with `tries` and `tried_at` (None: not tried in this round)."""
        calls = Event.objects.filter(opinion=OuterRef("pk"), round=OuterRef("round"), action="call_back")
        calls = calls.order_by("-sequence")
        counted = calls.order_by().values("opinion").annotate(count=Count("pk")).values("count")
        rows = (
            super()
            .rows(user, today)
            .annotate(tries=Subquery(counted), tried_at=Subquery(calls.values("at")[:1]))
        )
        return rows.order_by(F("tried_at").asc(nulls_first=True), *self.order)


def can_be_called(opinion: Opinion) -> bool:
    """Tell if there is a number, and an answer to be told or an evaluation to be asked for."""
    return bool(opinion.citizen_phone) and opinion.status in (Status.ANSWERED, Status.REPORTED_BACK)


TO_CALL_BACK = Q(status=Status.REPORTED_BACK, called_back_at=None, satisfaction="")
OLDEST = ("registered_at", "id")
LATEST = ("-registered_at", "-id")
SUPERVISION = "supervision:overdue"

WORKLISTS = [
    Worklist(
        "to_triage",
        _("To be triaged"),
        (Role.TRIAGE_OFFICER,),
        lambda today: Q(status=Status.REGISTERED, round__lte=2),
        OLDEST,
        "signpost-split",
        "opinions:triage_desk",
    ),
    Worklist(
        "nobody_acts",
        _("At an agency where nobody can act"),
        (Role.TRIAGE_OFFICER,),
        lambda today: condition_q("nobody_acts", today),
        icon="person-x",
        rare=True,
    ),
    Worklist(
        "to_sign",
        _("To be signed for"),
        (Role.HANDLER,),
        lambda today: Q(status=Status.ROUTED),
        icon="check2-square",
        desk="opinions:handling_desk",
        query="?show=to_sign",
    ),
    Worklist(
        "to_answer",
        _("To be answered"),
        (Role.HANDLER,),
        lambda today: Q(status=Status.HANDLING),
        icon="chat-left-text",
        desk="opinions:handling_desk",
        query="?show=to_answer",
    ),
    Worklist(
        "to_acknowledge",
        _("Notices to reply to"),
        (Role.HANDLER,),
        lambda today: condition_q("to_acknowledge", today) & Q(status__in=WITH_AGENCY),
        ("acknowledge_by_on", "id"),
        "bell",
        "opinions:handling_desk",
        "?show=to_acknowledge",
    ),
    JointKind(
        "joint_parts",
        _("Joint parts to answer"),
        (Role.HANDLER,),
        lambda today: Q(),
        icon="people",
        desk="opinions:handling_desk",
        query="?show=joint",
    ),
    CallKind(
        "calls",
        _("Calls to make"),
        (Role.CLERK,),
        lambda today: ~Q(phone_index="") & (Q(status=Status.ANSWERED) | TO_CALL_BACK),
        icon="telephone-outbound",
        desk="opinions:calls",
        opens="opinions:call",
    ),
    Worklist(
        "notices_to_studio",
        _("Notices to reply to"),
        (Role.CLERK,),
        lambda today: condition_q("to_acknowledge", today) & Q(status=Status.ANSWERED),
        ("acknowledge_by_on", "id"),
        "bell",
        rare=True,
    ),
    Worklist(
        "to_report_back",
        _("No phone: to be told or asked in person"),
        (Role.CLERK,),
        lambda today: Q(phone_index="") & (Q(status=Status.ANSWERED) | TO_CALL_BACK),
        icon="envelope",
    ),
    Worklist(
        "sent_back",
        _("Declined lately, or returned by the agency"),
        (Role.CLERK,),
        _sent_back,
        ("changed_at", "id"),
        "reply",
    ),
    Worklist(
        "overdue",
        _("Past the deadline"),
        (Role.SUPERVISOR,),
        lambda today: condition_q("overdue", today),
        icon="alarm",
        desk=SUPERVISION,
    ),
    Worklist(
        "extensions",
        _("Extensions to decide on"),
        (Role.SUPERVISOR,),
        lambda today: condition_q("extension_asked", today),
        icon="hourglass-split",
        desk="opinions:extensions",
    ),
    Worklist(
        "letters_to_issue",
        _("Supervision letters to issue"),
        (Role.SUPERVISOR,),
        lambda today: condition_q("letter_waits", today),
        icon="envelope-exclamation",
        desk=SUPERVISION,
        query="?show=letter_waits",
        rare=True,
    ),
    Worklist(
        "suspended_long",
        _("Suspended for more than a week"),
        (Role.SUPERVISOR,),
        lambda today: condition_q("suspended_long", today),
        ("suspended_on", "id"),
        "pause-circle",
        SUPERVISION,
        "?show=suspended_long",
    ),
    Worklist(
        "third_rounds",
        _("Reopened twice, to be routed by you"),
        (Role.SUPERVISOR,),
        lambda today: Q(status=Status.REGISTERED, round__gt=2),
        OLDEST,
        "arrow-clockwise",
        "opinions:triage_desk",
    ),
    Worklist(
        "reopened_twice",
        _("Open in the third round or later"),
        (Role.COUNTY_OFFICIAL,),
        lambda today: Q(status__in=OPEN, round__gt=2),
        icon="arrow-clockwise",
        desk=SUPERVISION,
        query="?show=reopened_twice",
    ),
    Worklist(
        "escalated",
        _("Taken up as deputies' proposals"),
        (Role.COUNTY_OFFICIAL,),
        lambda today: Q(status__in=OPEN, escalated_at__isnull=False),
        ("escalated_at", "id"),
        "megaphone",
    ),
    Worklist(
        "to_rate",
        _("To be evaluated by you"),
        (Role.DEPUTY,),
        lambda today: Q(status__in=[Status.REPORTED_BACK, Status.CLOSED], deputy_rating=""),
        ("reported_back_at", "id"),
        "star-half",
    ),
    Worklist(
        "own",
        _("Opinions you brought in"),
        (Role.DEPUTY,),
        lambda today: Q(),
        LATEST,
        "chat-left-text",
        "opinions:list",
    ),
]
BY_CODE = {kind.code: kind for kind in WORKLISTS}


@dataclass(frozen=True)
class Section:
    """A worklist of a person, with the number of its opinions and the first of them."""

    kind: Worklist
    count: int
    rows: list[Any]


def waiting_for(user: User, today: date) -> list[Section]:
    """Return every worklist that the person's roles bring, with its count and its first rows; two queries each."""
    sections = []
    for kind in WORKLISTS:
        if scope_of(user).has(*kind.roles):
            rows = kind.rows(user, today)
            if (count := rows.count()) or not kind.rare:
                sections.append(Section(kind, count, with_standing(rows[:FIRST], today)))
    return sections
