"""A plan by pattern: what would be planned, seen first; then made, wholly or not at all."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from deputies.models import Activity, Deputy, Participation
from deputies.models.activities import held_days
from studios.models import Studio

from . import events
from .access import Refused, Stale, check_plans_here
from .availability import BookedSlots
from .events import EventKind
from .pattern import Pattern, days_of
from .services import booking


@dataclass(frozen=True)
class PlanRequest:
    """What the planner asks for. `each` deputies to a session, taken in turn out of `deputies`; `at_least` is how
    often everybody should have taken part in the year of the plan."""

    studio: Studio
    kind: str
    pattern: Pattern
    half: str
    deputies: list[Deputy]
    each: int = 1
    at_least: int = 0
    room: str = ""
    place: str = ""
    hours: str = ""


@dataclass
class Session:
    """One day of a plan. With a `problem` it will not be made."""

    planned_on: date
    on: date
    deputies: list[Deputy] = field(default_factory=list)
    problem: str = ""

    @property
    def is_postponed(self) -> bool:
        return self.planned_on != self.on


@dataclass
class Proposal:
    """`turns` is how often each deputy will have taken part in the year, the fewest first."""

    sessions: list[Session]
    turns: list[tuple[Deputy, int]]
    at_least: int

    @property
    def good(self) -> list[Session]:
        return [session for session in self.sessions if not session.problem]

    @property
    def short(self) -> list[tuple[Deputy, int]]:
        return [(deputy, count) for deputy, count in self.turns if count < self.at_least]

    @property
    def digest(self) -> str:
        """Differs when anything that would be made differs."""
        facts = [
            (str(s.planned_on), str(s.on), [d.pk for d in s.deputies], bool(s.problem)) for s in self.sessions
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def propose(plan_request: PlanRequest, *, today: date) -> Proposal:
    """Propose days by the pattern and deputies in turn: first comes who has had the fewest turns this year and is
    free. Three queries."""
    turns = _turns_so_far(plan_request)
    days = days_of(plan_request.pattern, count=_needed(plan_request, turns))
    taken = BookedSlots(
        plan_request.pattern.first, plan_request.pattern.last, plan_request.deputies, plan_request.studio
    )
    order = {deputy.pk: place for place, deputy in enumerate(plan_request.deputies)}
    sessions, year = [], plan_request.pattern.first.year
    for place, (planned_on, on) in enumerate(days):
        session = Session(planned_on, on)
        sessions.append(session)
        free = [deputy for deputy in plan_request.deputies if taken.is_free(deputy.pk, on, plan_request.half)]
        session.problem = _problem(plan_request, taken, on, free, today)
        if session.problem:
            continue
        # The deputy who had the last turn comes after those with as many turns.
        free.sort(key=lambda deputy: (turns[deputy.pk, on.year], order[deputy.pk]))
        session.deputies = free[: plan_request.each]
        for deputy in session.deputies:
            taken.note(deputy.pk, on, plan_request.half)
            turns[deputy.pk, on.year] += 1
            order[deputy.pk] = len(order) + place
        if plan_request.room:
            taken.note(plan_request.room, on, plan_request.half)
    counted = sorted(
        ((deputy, turns[deputy.pk, year]) for deputy in plan_request.deputies), key=lambda pair: pair[1]
    )
    return Proposal(sessions, counted, plan_request.at_least)


def _turns_so_far(plan_request: PlanRequest) -> Counter[tuple[int, int]]:
    """Return (deputy, year) → turns, in the years that the plan touches: with a year everybody's turns begin again."""
    first, last = plan_request.pattern.first.year, plan_request.pattern.last.year
    rows = Participation.objects.filter(
        deputy__in=plan_request.deputies,
        activity__kind=plan_request.kind,
        activity__on__range=(date(first, 1, 1), date(last, 12, 31)),
    ).exclude(attendance__in=[*Participation.FREE, Participation.Attendance.ABSENT])
    counted = rows.values_list("deputy", "activity__on__year").annotate(n=Count("pk")).order_by()
    return Counter({(deputy, year): turns for deputy, year, turns in counted})


def _needed(plan_request: PlanRequest, turns: Counter[tuple[int, int]]) -> int:
    """Return how many sessions give everybody their turns in the year in which the plan begins."""
    year = plan_request.pattern.first.year
    missing = sum(max(0, plan_request.at_least - turns[deputy.pk, year]) for deputy in plan_request.deputies)
    return -(-missing // plan_request.each)


def _problem(plan_request: PlanRequest, taken: BookedSlots, on: date, free: list[Deputy], today: date) -> str:
    if on < today:
        return _("This day has passed.")
    if plan_request.room and not taken.is_free(plan_request.room, on, plan_request.half):
        return _("The room is taken at that time already.")
    return "" if free else _("Nobody of those chosen is free.")


def make(
    plan_request: PlanRequest, *, by: User | None, seen: str, at: datetime | None = None
) -> list[Activity]:
    """Make what `propose` showed. Raises Stale when it would be something else by now; then nothing is made."""
    at = at or timezone.now()
    check_plans_here(by, plan_request.studio.township, plan_request.studio)
    with booking(plan_request.deputies, plan_request.studio):
        proposal = propose(plan_request, today=timezone.localdate(at))
        if proposal.digest != seen:
            raise Stale(_("Meanwhile some of these times were taken. Look at the new proposal."))
        if not proposal.good:
            raise Refused(_("There is nothing to plan."))
        activities = Activity.objects.bulk_create(
            _activity(plan_request, session, by, at) for session in proposal.good
        )
        Participation.objects.bulk_create(
            Participation(activity=activity, deputy=deputy, **held_days(activity.on, activity.half))
            for activity, session in zip(activities, proposal.good, strict=True)
            for deputy in session.deputies
        )
        for deputy in plan_request.deputies:
            theirs = [
                activity
                for activity, session in zip(activities, proposal.good, strict=True)
                if deputy in session.deputies
            ]
            events.publish_to_deputies(EventKind.PLANNED, [deputy], theirs, by=by)
    return activities


def _activity(plan_request: PlanRequest, session: Session, by: User | None, at: datetime) -> Activity:
    activity = Activity(
        county_id=plan_request.studio.township.county_id,
        township=plan_request.studio.township,
        studio=plan_request.studio,
        kind=plan_request.kind,
        room=plan_request.room,
        place=plan_request.place,
        hours=plan_request.hours,
        planned_on=session.planned_on if session.is_postponed else None,
        made_by=by,
        made_at=at,
    )
    activity.takes(session.on, plan_request.half)
    return activity
