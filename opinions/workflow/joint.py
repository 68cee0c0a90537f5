"""Joint handling (协办): each joint agency signs for and answers its own part, by a day of its own, or returns it
unsigned (ADR 0011)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import Clock
from opinions.models import JointPart, Opinion
from opinions.models.time_limits import LimitFrom
from studios.models import Agency
from studios.permissions.scope import scope_of
from workdays.calendar import add_workdays

from . import deadlines
from .recipients import able_to_act, handlers_of, officers_of
from .transition import Transition, transition


def joint_sign(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    agency: Agency,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Sign for the joint agency's part. Raises as `transition` does, and PermissionDenied for another agency's
    part."""
    with transition("joint_sign", number, by=by, version=version, at=at, via=via) as t:
        part = _own(t, agency)
        if part.signed_at:
            raise Refused(_("Your agency has already signed for its part."))
        part.signed_at = t.at
        part.save(update_fields=["signed_at"])
        t.data = {"agency": agency.pk, "agency_name": agency.name, "due_on": str(part.due_on)}
    return t.opinion


def joint_answer(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    agency: Agency,
    answer: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Answer the joint agency's part; the lead agency is notified, and answers the citizen for all."""
    with transition("joint_answer", number, by=by, version=version, at=at, via=via) as t:
        part = _own(t, agency)
        if part.answered_at or not part.signed_at:
            raise Refused(_("Your agency has no part to answer."))
        part.answer, part.answered_at = answer, t.at
        part.answered_late = t.today > part.due_on
        part.save(update_fields=["answer", "answered_at", "answered_late"])
        facts = {"agency": agency.pk, "agency_name": agency.name}
        t.data = {**facts, "late": part.answered_late, "due_on": str(part.due_on)}
        t.text = answer
        t.notify_staff(
            handlers_of(t.opinion.lead_agency_id),
            _("A joint part is in: %(number)s"),
            _("%(agency)s has answered its part of “%(title)s”."),
            agency=agency.name,
        )
    return t.opinion


def joint_return(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    agency: Agency,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Return the joint agency's part as another's matter: nobody owes it any more, and the lead agency and triage are
    told why. A part that was signed for must be answered."""
    with transition("joint_return", number, by=by, version=version, at=at, via=via) as t:
        part = _own(t, agency)
        if part.signed_at:
            raise Refused(_("Your agency has already signed for its part."))
        part.delete()
        t.data = {"agency": agency.pk, "agency_name": agency.name}
        t.text = reason
        t.notify_staff(
            [*handlers_of(t.opinion.lead_agency_id), *officers_of(t.opinion.county_id)],
            _("A joint part was returned: %(number)s"),
            _("%(agency)s does not join in “%(title)s”: %(reason)s"),
            agency=agency.name,
            reason=reason,
        )
    return t.opinion


def _own(t: Transition, agency: Agency) -> JointPart:
    if t.by.user is None or agency.pk not in {m.agency_id for m in scope_of(t.by.user).memberships}:
        raise PermissionDenied(_("This is another agency's part."))
    part = t.opinion.parts.filter(agency=agency).first()
    if part is None:
        raise Refused(_("Your agency has no part in this opinion."), "agency")
    return part


def _parts(opinion: Opinion) -> list[JointPart]:
    """Return the parts of the opinion. One locked for a transition knows whether it has any (`lock`), and most have
    none."""
    return list(opinion.parts.select_related("agency")) if getattr(opinion, "has_parts", True) else []


# --- changes by the transitions of the lead agency; called inside them
def send(t: Transition, agencies: Sequence[Agency], days: int | None = None) -> None:
    """Create a part for each of `agencies`, to be answered within `days`, else within the limit in force, and never
    after the lead agency's own day. Call inside a transition."""
    opinion = t.opinion
    source: str = LimitFrom.OFFICER
    assert opinion.handling_days is not None  # noqa: S101  the routing fixes it before
    if days and days > opinion.handling_days:
        raise Refused(_("Joint agencies must answer within the lead agency's limit."), "joint_days")
    if not days:
        days, source = deadlines.limit(Clock.JOINT, opinion)
        days = min(days, opinion.handling_days)
    due_on = add_workdays(t.today, days).date
    limit: dict[str, Any] = {"sent_on": t.today, "days": days, "limit_from": source, "due_on": due_on}
    opinion.has_parts = True
    for agency in agencies:
        JointPart.objects.create(opinion=opinion, county_id=opinion.county_id, agency=agency, **limit)
        t.notify_staff(
            handlers_of(agency.pk),
            _("Joint handling: %(number)s"),
            _("You join %(agency)s in “%(title)s”. Sign for your part and answer it by %(part_due)s."),
            part_due=due_on,
        )
    t.data |= {"joint": [agency.name for agency in agencies], "joint_due_on": str(due_on)}


def send_again(t: Transition) -> None:
    """Begin the joint parts of a new round: the same agencies owe them again, except those where nobody can act;
    triage is told of these."""
    agencies = [part.agency for part in _parts(t.opinion)]
    if not agencies:
        return
    t.opinion.parts.all().delete()
    able = [agency for agency in agencies if able_to_act(agency)]
    if able:
        send(t, able)
    if dropped := [agency.name for agency in agencies if agency not in able]:
        t.data["joint_left"] = dropped
        t.notify_staff(
            officers_of(t.opinion.county_id),
            _("Nobody at a joint agency can act: %(number)s"),
            _("“%(title)s” was reopened without %(names)s, because nobody there can act."),
            names="、".join(dropped),
        )


def call_off(t: Transition) -> None:
    """Delete the parts, because the opinion has no lead agency any more; agencies that still owed something are
    notified."""
    parts = _parts(t.opinion)
    for part in parts:
        if part.answered_at is None:
            t.notify_staff(
                handlers_of(part.agency_id),
                _("Joint handling is off: %(number)s"),
                _("“%(title)s” was taken from its lead agency; your part is no longer asked for."),
            )
    if parts:
        t.opinion.parts.all().delete()


def outstanding(opinion: Opinion) -> list[str]:
    """Return the names of the joint agencies whose part is not answered."""
    return [part.agency.name for part in _owed(opinion)]


def owing(opinion: Opinion) -> list[int]:
    """Return the keys of the joint agencies whose part is not answered."""
    return [part.agency_id for part in _owed(opinion)]


def _owed(opinion: Opinion) -> list[JointPart]:
    return [part for part in _parts(opinion) if part.answered_at is None]


def add_days(opinion: Opinion, days: int) -> None:
    """Move the days of the open parts by the `days` working days of a suspension."""
    for part in _owed(opinion):
        part.added_days += days
        part.due_on = add_workdays(part.sent_on, part.days + part.added_days).date
        part.save(update_fields=["added_days", "due_on"])


def follow_calendar(opinion: Opinion, suspended: int) -> list[JointPart]:
    """Return the open parts whose day moves, recalculated with `suspended` working days of suspension; not saved."""
    moved = []
    for part in _parts(opinion):
        due_on = add_workdays(part.sent_on, part.days + suspended).date
        if part.answered_at is None and due_on != part.due_on:
            part.added_days, part.due_on = suspended, due_on
            moved.append(part)
    return moved
