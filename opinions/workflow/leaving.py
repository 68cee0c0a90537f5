"""Agencies that can no longer act: their open opinions and joint parts are handed on, by the administration, an
officer or escalation.

An administrator of accounts may count these opinions but not read them: they move by rule, with the name of who
decided it.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY
from opinions.models import JointPart, Opinion
from opinions.models.conditions import condition_q
from opinions.workflow import letters
from opinions.workflow.gaps import OF_ROLE
from studios.leaving import Work
from studios.models import Agency, Membership, Role

from . import deadlines
from .recipients import able_to_act, handlers_of, officers_of
from .transition import Transition, transition
from .triage import back_to_triage


def hand_on(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str = "",
    successor: Agency | None = None,
    why: dict | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Hand the opinion on from an agency where nobody can act: `successor` takes it over as it is, its deadline
    included; without one it goes back to triage. Letters to the agency become void. Refused while somebody there can
    act."""
    with transition("hand_on", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        if t.by.is_person and able_to_act(opinion.lead_agency):
            raise Refused(_("Somebody at the agency can act."))
        t.text = reason
        t.data = {"agency": opinion.lead_agency_id, "agency_name": opinion.lead_agency.name}
        letters.take_back(t, _("The agency can no longer act."))
        if successor:
            _take_over(t, successor)
        else:
            back_to_triage(t)
            t.notify_staff(
                officers_of(opinion.county_id),
                _("Nobody at the agency can act: %(number)s"),
                _("“%(title)s” came back to triage, because nobody at %(agency)s can act."),
                agency=t.data["agency_name"],
            )
        if why:
            t.data["why"] = why
    return opinion


def _take_over(t: Transition, successor: Agency) -> None:
    opinion, t.to = t.opinion, None
    if successor.county_id != opinion.county_id or not able_to_act(successor):
        raise Refused(_("Nobody at this agency can act."), "successor")
    opinion.lead_agency = successor
    opinion.parts.filter(agency=successor).delete()
    deadlines.reset_escalation(opinion)
    t.data |= {"successor": successor.pk, "successor_name": successor.name}
    t.notify_staff(
        handlers_of(successor.pk),
        _("Taken over: %(number)s"),
        _("You take over “%(title)s” from %(before)s; to be answered by %(due)s."),
        before=t.data["agency_name"],
    )
    letters.with_routing(t)


def hand_on_part(
    number: str,
    *,
    by: User | Actor,
    agency: Agency,
    version: int | None = None,
    reason: str = "",
    successor: Agency | None = None,
    why: dict | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Hand on what `agency`, where nobody can act, owes as a joint agency: `successor` owes it by the same day and
    signs for it; without one nobody owes it any more, and the lead agency and triage are told. Refused while
    somebody there can act."""
    with transition("hand_on_part", number, by=by, version=version, at=at, via=via) as t:
        part = t.opinion.parts.filter(agency=agency, answered_at=None).first()
        if part is None:
            raise Refused(_("This agency owes no joint part."), "agency")
        if t.by.is_person and able_to_act(agency):
            raise Refused(_("Somebody at the agency can act."), "agency")
        t.text = reason
        t.data = {"agency": agency.pk, "agency_name": agency.name}
        if successor:
            _join_instead(t, part, successor)
        else:
            part.delete()
            t.notify_staff(
                [*handlers_of(t.opinion.lead_agency_id), *officers_of(t.opinion.county_id)],
                _("Nobody at a joint agency can act: %(number)s"),
                _("“%(title)s” goes on without %(agency)s, because nobody there can act."),
                agency=agency.name,
            )
        if why:
            t.data["why"] = why
    return t.opinion


def _join_instead(t: Transition, part: JointPart, successor: Agency) -> None:
    opinion = t.opinion
    if successor.county_id != opinion.county_id or not able_to_act(successor):
        raise Refused(_("Nobody at this agency can act."), "successor")
    t.data |= {"successor": successor.pk, "successor_name": successor.name, "due_on": str(part.due_on)}
    if successor.pk == opinion.lead_agency_id or opinion.parts.filter(agency=successor).exists():
        part.delete()  # it answers for the opinion already
        return
    part.agency, part.signed_at = successor, None
    part.save(update_fields=["agency", "signed_at"])
    t.notify_staff(
        handlers_of(successor.pk),
        _("Joint handling: %(number)s"),
        _("You take over the part of %(before)s in “%(title)s”. Sign for it and answer it by %(part_due)s."),
        before=t.data["agency_name"],
        part_due=part.due_on,
    )


def _open(agency: Agency) -> list[str]:
    rows = Opinion.objects.filter(lead_agency=agency, status__in=WITH_AGENCY)
    return list(rows.order_by("number").values_list("number", flat=True))


def _hand_on(agency: Agency, successor: Agency | None, by: Any) -> None:
    why = {"rule": "agency_left", "agency": agency.name, "by": str(by)}
    for number in _open(agency):
        hand_on(number, by=SYSTEM, successor=successor, why=why)
    for number in _parts(agency):
        hand_on_part(number, by=SYSTEM, agency=agency, successor=successor, why=why)


def _parts(agency: Agency) -> list[str]:
    rows = JointPart.objects.waiting().filter(agency=agency).order_by("opinion__number")
    return list(rows.values_list("opinion__number", flat=True))


def _at(membership: Membership) -> dict[str, list[str]]:
    under = Opinion.scope_q(membership)[membership.role]
    rows = (
        Opinion.objects.filter(under).filter(condition_q(OF_ROLE[Role(membership.role)])).order_by("number")
    )
    found: dict[str, list[str]] = {}
    for number, county, township, studio in rows.values_list(
        "number", "county__name", "township__name", "studio__name"
    ):
        place = (studio or township) if membership.role == Role.CLERK else county
        found.setdefault(place, []).append(number)
    return found


WORK = Work(_open, _parts, _at, _hand_on)
