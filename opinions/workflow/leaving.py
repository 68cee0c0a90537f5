"""Agencies that can no longer act: their open opinions are handed on, by the administration, an officer or
escalation.

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


def _open(agency: Agency) -> list[str]:
    rows = Opinion.objects.filter(lead_agency=agency, status__in=WITH_AGENCY)
    return list(rows.order_by("number").values_list("number", flat=True))


def _hand_on(agency: Agency, successor: Agency | None, by: Any) -> None:
    why = {"rule": "agency_left", "agency": agency.name, "by": str(by)}
    for number in _open(agency):
        hand_on(number, by=SYSTEM, successor=successor, why=why)


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
