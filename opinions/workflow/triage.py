"""Triage/route (梳理分流): classify, route, decline, reconsider; the agency signs for it or returns it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from letters.models import Kind
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, WEB
from opinions.lifecycle.reasons import TEXTS, DeclineReason
from opinions.models import Category, Opinion
from opinions.workflow import letters
from studios.models import Agency

from . import citizen_sms, deadlines, joint
from .recipients import handlers_of, officers_of
from .sending import send
from .transition import Transition, lock, transition
from .unit_of_work import reuse_locked_rows


def classify(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    category: Category,
    matter_type: str,
    urgency: str = "normal",
    is_complex: bool = False,
    at: datetime | None = None,
    via: str = WEB,
    why: dict | None = None,
) -> Opinion:
    """Set category, matter type, urgency and complexity. `why` explains an automatic action: the rule, its words and
    its confidence."""
    with transition("classify", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        opinion.category, opinion.matter_type = category, matter_type
        opinion.urgency, opinion.is_complex = urgency, is_complex
        t.data = {
            "category": category.code,
            "matter_type": matter_type,
            "urgency": urgency,
            "complex": is_complex,
        }
        _explain(t, why)
    return opinion


def route(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    lead_agency: Agency,
    joint_agencies: Sequence[Agency] = (),
    joint_days: int | None = None,
    handling_days: int | None = None,
    designated: bool = False,
    instructions: str = "",
    at: datetime | None = None,
    via: str = WEB,
    why: dict | None = None,
) -> Opinion:
    """Send the opinion to its lead agency and fix its deadline, and to each joint agency its part. `handling_days`
    and `joint_days` are working days; None takes the limits in force."""
    with transition("route", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        for agency in [lead_agency, *joint_agencies]:
            if agency.county_id != opinion.county_id or not (agency.active or via == IMPORT):
                raise Refused(_("This agency does not serve the opinion's county."), "lead_agency")
        if lead_agency in joint_agencies:
            raise Refused(_("The lead agency cannot also join."), "joint_agencies")
        opinion.lead_agency = lead_agency
        send(t, designated=designated, days=handling_days)
        t.data |= {"agency": lead_agency.pk, "agency_name": lead_agency.name, "designated": designated}
        if joint_agencies:
            joint.send(t, joint_agencies, joint_days)
        t.text = instructions
        _explain(t, why)
        letters.with_routing(t)
    return opinion


def triage_and_route(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    classification: dict[str, Any] | None = None,
    at: datetime | None = None,
    via: str = WEB,
    **routing: Any,
) -> Opinion:
    """Take an officer's one decision, both or neither: classify where `classification` (the keywords of `classify`)
    differs from the opinion, then route by `routing` (the keywords of `route`)."""
    with transaction.atomic(), reuse_locked_rows():
        opinion = lock(number, by)
        changes = classification or {}
        if any(getattr(opinion, name) != value for name, value in changes.items()):
            opinion = classify(number, by=by, version=version, at=at, via=via, **changes)
            version = opinion.version
        return route(number, by=by, version=version, at=at, via=via, **routing)


def recall(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Take a routing back (收回交办) before the agency has signed for it; the agency is notified, and the hand-over
    letter of the routing is void."""
    with transition("recall", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        t.data = {"agency": opinion.lead_agency_id, "agency_name": opinion.lead_agency.name}
        t.text = reason
        t.notify_staff(
            handlers_of(opinion.lead_agency_id),
            _("Taken back: %(number)s"),
            _("“%(title)s” was taken back from your agency; there is nothing left for you to do. %(reason)s"),
            reason=reason,
        )
        letters.take_back(t)
        opinion.lead_agency, opinion.designated = None, False
        joint.call_off(t)
    return opinion


def decline(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    right_door: str,
    note: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Decline the opinion, because somebody else is responsible or nothing can be checked: `reason` is a
    DeclineReason, `right_door` where to turn, if anywhere. The citizen is told both, and so are those whose opinions
    follow this one."""
    with transition("decline", number, by=by, version=version, at=at, via=via) as t:
        t.data = {"reason": reason, "right_door": right_door}
        letters.take_back(t, _("The opinion was declined."))
        t.opinion.lead_agency = None
        joint.call_off(t)
        t.text = note
        for affected in [t.opinion, *t.opinion.merged.all()]:
            t.notify_citizen(
                _("Your opinion %(number)s"),
                TEXTS[DeclineReason(reason)],
                of=affected,
                door=right_door,
                note=note,
                **citizen_sms.facts(affected),
            )
    return t.opinion


def reconsider(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Bring a declined or withdrawn opinion back to triage."""
    with transition("reconsider", number, by=by, version=version, at=at, via=via) as t:
        t.text = reason
        t.opinion.lead_agency = None
        joint.call_off(t)
        t.notify_staff(
            officers_of(t.opinion.county_id),
            _("To be reconsidered: %(number)s"),
            _("%(number)s “%(title)s” came back to triage."),
        )
    return t.opinion


def issue_handover(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Issue the official letter (交办函) of the present routing; `words` are added to it."""
    with transition("issue_handover", number, by=by, version=version, at=at, via=via) as t:
        letters.hand_over(t, words)
        t.text = words
    return t.opinion


def sign(
    number: str, *, by: User | Actor, version: int | None = None, at: datetime | None = None, via: str = WEB
) -> Opinion:
    """Sign for the opinion as its agency; from now on the handling clock runs."""
    with transition("sign", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.signed_at = t.at
        t.data = {"agency": t.opinion.lead_agency_id, "due_on": str(t.opinion.handling_due_on)}
        letters.mark_received(t)
        letters.drop_drafts(t, Kind.SUPERVISION, reason=_("The agency has signed for it meanwhile."))
    return t.opinion


def return_it(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    suggested_agency: Agency | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Return the opinion to triage as not this agency's matter, with a reason and the agency it suggests (首接负责)."""
    with transition("return_it", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        t.text = reason
        t.data = {"agency": opinion.lead_agency_id, "agency_name": opinion.lead_agency.name}
        if suggested_agency:
            t.data |= {"suggested": suggested_agency.pk, "suggested_name": suggested_agency.name}
        letters.take_back(t, _("The agency returned the opinion."))
        back_to_triage(t)
        t.notify_staff(
            officers_of(opinion.county_id),
            _("Returned by the agency: %(number)s"),
            _("%(number)s “%(title)s” was returned by %(agency)s: %(reason)s"),
            agency=t.data["agency_name"],
            reason=reason,
        )
    return opinion


def back_to_triage(t: Transition) -> None:
    """Take the opinion from its agency inside a transition: nobody joins, and no suspension or extension remains."""
    opinion = t.opinion
    opinion.lead_agency = None
    joint.call_off(t)
    deadlines.clear_suspension(opinion)
    opinion.extension_state = ""


def _explain(t: Transition, why: dict | None) -> None:
    if why:
        t.data["why"] = why
