"""Triage/route (梳理分流): classify, route, decline, merge, reconsider; the agency signs for it or returns it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions import classify as rules
from opinions import letters, routing, urgent
from opinions.models import Opinion
from opinions.models.words import Urgency

from . import clocks, joint, sms
from .people import handlers_of, officers_of
from .reasons import TEXTS
from .reopen import reopen
from .report_back import share_answer
from .sending import send
from .step import WEB, Refused, lock, row_held, step
from .table import OPEN, TOLD, WITH_AGENCY, Status

# What becomes of the citizen whose opinion is merged into one that is answered already.
COPY, REOPEN = "copy", "reopen"


def classify(
    number,
    *,
    by,
    version=None,
    category,
    matter_type,
    urgency="normal",
    is_complex=False,
    at=None,
    via=WEB,
    why=None,
) -> Opinion:
    """Say what the matter is. `why` explains an automatic step: the rule, its words and its confidence."""
    with step("classify", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        opinion.category, opinion.matter_type = category, matter_type
        opinion.urgency, opinion.is_complex = urgency, is_complex
        taken.data = {
            "category": category.code,
            "matter_type": matter_type,
            "urgency": urgency,
            "complex": is_complex,
        }
        _explain(taken, why)
    return opinion


def route(
    number,
    *,
    by,
    version=None,
    lead_agency,
    joint_agencies=(),
    joint_days=None,
    handling_days=None,
    designated=False,
    instructions="",
    at=None,
    via=WEB,
    why=None,
) -> Opinion:
    """Send the opinion to its lead agency and fix its deadline, and to each joint agency its part. `handling_days`
    and `joint_days` None take the limits in force."""
    with step("route", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        for agency in [lead_agency, *joint_agencies]:
            if agency.county_id != opinion.county_id or not agency.active:
                raise Refused(_("This agency does not serve the opinion's county."), "lead_agency")
        if lead_agency in joint_agencies:
            raise Refused(_("The lead agency cannot also join."), "joint_agencies")
        opinion.lead_agency = lead_agency
        send(taken, designated=designated, days=handling_days)
        taken.data |= {"agency": lead_agency.pk, "agency_name": lead_agency.name, "designated": designated}
        if joint_agencies:
            joint.send(taken, joint_agencies, joint_days)
        taken.text = instructions
        _explain(taken, why)
        letters.with_routing(taken)
    return opinion


def triage_and_route(
    number, *, by, version=None, classification=None, at=None, via=WEB, **routing
) -> Opinion:
    """An officer's one decision, both or neither: classify where `classification` (the keywords of `classify`)
    says other than the opinion, then route by `routing` (the keywords of `route`)."""
    with transaction.atomic(), row_held():
        opinion = lock(number, by)
        said = classification or {}
        if any(getattr(opinion, name) != value for name, value in said.items()):
            opinion = classify(number, by=by, version=version, at=at, via=via, **said)
            version = opinion.version
        return route(number, by=by, version=version, at=at, via=via, **routing)


def recall(number, *, by, version=None, reason="", at=None, via=WEB) -> Opinion:
    """Take a routing back (收回交办) before the agency has signed for it; the agency is told, and the hand-over letter
    of the routing is void."""
    with step("recall", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        taken.data = {"agency": opinion.lead_agency_id, "agency_name": opinion.lead_agency.name}
        taken.text = reason
        taken.tell(
            handlers_of(opinion.lead_agency_id),
            _("Taken back: %(number)s"),
            _("“%(title)s” was taken back from your agency; there is nothing left for you to do. %(reason)s"),
            reason=reason,
        )
        letters.take_back(taken)
        opinion.lead_agency, opinion.designated = None, False
        joint.call_off(taken)
    return opinion


def decline(number, *, by, version=None, reason, right_door, note="", at=None, via=WEB) -> Opinion:
    """Somebody else is responsible, or nothing can be checked: `reason` is a DeclineReason, `right_door` where to turn,
    if anywhere. The citizen is told both, and so are those whose opinions follow this one."""
    with step("decline", number, by=by, version=version, at=at, via=via) as taken:
        taken.data = {"reason": reason, "right_door": right_door}
        letters.take_back(taken, _("The opinion was declined."))
        taken.opinion.lead_agency = None
        joint.call_off(taken)
        taken.text = note
        for told in [taken.opinion, *taken.opinion.merged.all()]:
            taken.tell_citizen(
                _("Your opinion %(number)s"),
                TEXTS[reason],
                of=told,
                door=right_door,
                note=note,
                **sms.facts(told),
            )
    return taken.opinion


def merge(number, *, by, version=None, into, answered="", urgent_seen=False, at=None, via=WEB) -> Opinion:
    """`number` is the same matter as the opinion numbered `into` and follows it from now on; its citizen is told.

    Where that one has been answered already, `answered` says what happens: COPY passes its answer on, REOPEN takes it
    up again. An urgent opinion is merged only by who says to have read it (`urgent_seen`)."""
    with transaction.atomic(), row_held():
        with step("merge", number, by=by, version=version, at=at, via=via) as taken:
            opinion, target = taken.opinion, _target(taken, into)
            if opinion.urgency == Urgency.URGENT and not urgent_seen:
                raise Refused(
                    _("It is urgent. Say that you have read both and that they are one."), "urgent_seen"
                )
            told = target.status in TOLD
            if told and answered not in (COPY, REOPEN):
                raise Refused(_("That opinion has been answered already. Say what is to happen."), "answered")
            taken.data = {"into": target.number} | ({"answered": answered} if told else {})
            if opinion.status in WITH_AGENCY:
                _leave_agency(taken)
            opinion.merged_into = target
            taken.tell_citizen(
                _("Your opinion %(number)s"),
                _(
                    "[%(office)s People's Congress] What you told us is the same matter as somebody else told us. It "
                    "is dealt with together, and you get the same answer. %(ask)s"
                ),
                **sms.facts(opinion),
            )
        if told and answered == COPY:
            share_answer(number, by=SYSTEM, at=at, via=via)
        elif told:
            reason = taken.worded(_("The same matter was told again."), {})
            why = {"rule": "told_again", "number": number}
            _take_up(target.number, reason=reason, why=why, at=at, via=via)
    return opinion


def _target(taken, into: str) -> Opinion:
    """The opinion to be followed, within the actor's sight."""
    by = taken.by
    rows = Opinion.objects.visible_to(by.user) if by.is_person else Opinion.objects.all()
    target = rows.filter(number=into, county=taken.opinion.county_id).first()
    if target is None or target.pk == taken.opinion.pk:
        raise Refused(_("There is no other opinion with this number in the county."), "into")
    if target.status == Status.MERGED or target.status not in (*OPEN, Status.CLOSED):
        raise Refused(_("Opinions can only be merged into one that is being dealt with or closed."), "into")
    if taken.opinion.merged.exists():
        raise Refused(_("Others were merged into this one; merge those first."), "into")
    return target


def _leave_agency(taken) -> None:
    """The agency had it and need not go on: it is told, its letter is void, nobody joins it."""
    opinion = taken.opinion
    taken.tell(
        handlers_of(opinion.lead_agency_id),
        _("Merged: %(number)s"),
        _(
            "“%(title)s” is the same matter as another opinion and follows it; there is nothing left for you to do."
        ),
    )
    letters.take_back(taken, _("The opinion was merged into another."))
    opinion.lead_agency, opinion.designated = None, False
    joint.call_off(taken)


def _take_up(number, **words) -> None:
    """Reopen the opinion that another is merged into; what forbids it is said beside the choice."""
    try:
        reopen(number, by=SYSTEM, **words)
    except Refused as refused:
        raise Refused(refused.message, "answered") from None


def unmerge(number, *, by, version=None, reason="", at=None, via=WEB, why=None) -> Opinion:
    """It was not the same matter after all, or there is nothing left to follow: back to triage."""
    with step("unmerge", number, by=by, version=version, at=at, via=via) as taken:
        taken.data = {"from": taken.opinion.merged_into.number}
        taken.text = reason
        taken.opinion.merged_into = None
        _explain(taken, why)
        if not taken.by.is_person:
            taken.tell(
                officers_of(taken.opinion.county_id),
                _("On its own again: %(number)s"),
                _("“%(title)s” has nothing left to follow and came back to triage."),
            )
    return taken.opinion


def reconsider(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """A declined or withdrawn opinion is looked at again."""
    with step("reconsider", number, by=by, version=version, at=at, via=via) as taken:
        taken.text = reason
        taken.opinion.lead_agency = None
        joint.call_off(taken)
        taken.tell(
            officers_of(taken.opinion.county_id),
            _("To be reconsidered: %(number)s"),
            _("%(number)s “%(title)s” came back to triage."),
        )
    return taken.opinion


def issue_handover(number, *, by, version=None, words="", at=None, via=WEB) -> Opinion:
    """Issue the official letter (交办函) of the present routing; `words` stand in it."""
    with step("issue_handover", number, by=by, version=version, at=at, via=via) as taken:
        letters.hand_over(taken, words)
        taken.text = words
    return taken.opinion


def sign(number, *, by, version=None, at=None, via=WEB) -> Opinion:
    """The agency signs for the opinion; from now on the handling clock runs."""
    with step("sign", number, by=by, version=version, at=at, via=via) as taken:
        taken.opinion.signed_at = taken.at
        taken.data = {"agency": taken.opinion.lead_agency_id, "due_on": str(taken.opinion.handling_due_on)}
        letters.mark_received(taken)
    return taken.opinion


def return_it(number, *, by, version=None, reason, suggested_agency=None, at=None, via=WEB) -> Opinion:
    """Not this agency's matter: back to triage, with a reason and the agency it suggests (首接负责)."""
    with step("return_it", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        taken.text = reason
        taken.data = {"agency": opinion.lead_agency_id, "agency_name": opinion.lead_agency.name}
        if suggested_agency:
            taken.data |= {"suggested": suggested_agency.pk, "suggested_name": suggested_agency.name}
        letters.take_back(taken, _("The agency returned the opinion."))
        back_to_triage(taken)
        taken.tell(
            officers_of(opinion.county_id),
            _("Returned by the agency: %(number)s"),
            _("%(number)s “%(title)s” was returned by %(agency)s: %(reason)s"),
            agency=taken.data["agency_name"],
            reason=reason,
        )
    return opinion


def back_to_triage(taken) -> None:
    """No agency has the opinion any more; nobody joins, and no clock of theirs stands still."""
    opinion = taken.opinion
    opinion.lead_agency = None
    joint.call_off(taken)
    clocks.run_on(opinion)
    opinion.extension_state = ""


def auto_triage(opinion, *, at=None) -> Opinion:
    """Classify and route when model and rules are sure; otherwise leave it to a person. Each step says why.

    Only before anybody has routed it: an agency's return or a supervisor's turn is never overruled by a rule. What
    raises an urgent flag is a person's from the start.
    """
    if opinion.routed_at or opinion.round > 1:
        return opinion
    if urgent.raise_flag(opinion, at=at):
        return opinion
    county = opinion.county_id
    verdict = clocks.once(("judge", county), lambda: rules.Judge([county])).verdict(opinion)
    category = verdict.category if verdict.sure else None
    way = clocks.once(("routing", county), lambda: routing.Routing([county])).way(opinion, category)
    urgency = way.rule.urgency if way.rule and not way.broken else ""
    if category and (opinion.category is None or urgency not in ("", opinion.urgency)):
        opinion = classify(
            opinion.number,
            by=SYSTEM,
            category=category,
            matter_type=opinion.matter_type,
            urgency=urgency or opinion.urgency,
            is_complex=opinion.is_complex,
            at=at,
            why=verdict.why,
        )
    if way.agency is None:
        return opinion
    days = way.rule.handling_days if way.rule else None
    why = way.why or verdict.why
    return route(opinion.number, by=SYSTEM, lead_agency=way.agency, handling_days=days, at=at, why=why)


def _explain(taken, why):
    if why:
        taken.data["why"] = why
