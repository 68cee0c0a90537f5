"""Supervise (跟踪督办): extension, suspension, notices up the ladder, the reply to them, a deputies' proposal."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from opinions import letters
from opinions.models import LadderStep, Opinion
from workdays.calendar import add_workdays, workdays_between

from . import clocks, joint
from .people import clerks_of, handlers_of, officials_of, supervisors_of
from .step import WEB, Refused, step
from .table import WITH_AGENCY, Status


def ask_extension(number, *, by, version=None, days, reason, at=None, via=WEB) -> Opinion:
    """Ask for `days` more working days: once a round, before the deadline, at most half of the original limit."""
    with step("ask_extension", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        most = opinion.handling_days // 2
        if not 1 <= days <= most:
            raise Refused(_("At most half of the original limit: %d working days.") % most, "days")
        opinion.extension_state, opinion.extension_days = "asked", days
        taken.data, taken.text = {"days": days}, reason
        taken.tell(
            supervisors_of(opinion.county_id),
            _("Extension asked for: %(number)s"),
            _("%(agency)s asks for %(days)d more working days: %(reason)s"),
            days=days,
            reason=reason,
        )
    return opinion


def grant_extension(number, *, by, version=None, note="", at=None, via=WEB) -> Opinion:
    """The deadline moves by the days asked for."""
    with step("grant_extension", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        former = opinion.handling_due_on
        opinion.extension_state = "granted"
        clocks.add_days(opinion, opinion.extension_days)
        clocks.climb_down(opinion)  # a new deadline is reminded of anew
        taken.data = {
            "days": opinion.extension_days,
            "from": str(former),
            "due_on": str(opinion.handling_due_on),
        } | clocks.provisional(opinion.handling_due_on)
        taken.text = note
        _tell_handlers(taken, _("Extension granted: %(number)s"))
    return opinion


def refuse_extension(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """The deadline stays."""
    with step("refuse_extension", number, by=by, version=version, at=at, via=via) as taken:
        taken.opinion.extension_state = "refused"
        taken.text = reason
        _tell_handlers(taken, _("Extension refused: %(number)s"))
    return taken.opinion


def _tell_handlers(taken, subject):
    taken.tell(
        handlers_of(taken.opinion.lead_agency_id),
        subject,
        _("“%(title)s” is to be answered by %(due)s. %(note)s"),
        note=taken.text,
    )


def suspend(number, *, by, version=None, reason, until_on, at=None, via=WEB) -> Opinion:
    """Stop the clock while the citizen is waited for; it runs again after `until_on` (a date) at the latest."""
    with step("suspend", number, by=by, version=version, at=at, via=via) as taken:
        if until_on <= taken.today:
            raise Refused(_("Give a day in the future."), "until_on")
        if until_on > taken.today + timedelta(days=180):
            raise Refused(_("Half a year at most."), "until_on")
        taken.opinion.suspended_on, taken.opinion.suspended_until_on = taken.today, until_on
        taken.data, taken.text = {"until_on": str(until_on)}, reason
    return taken.opinion


def resume(number, *, by, version=None, note="", at=None, via=WEB) -> Opinion:
    """The clock runs again; the deadline moves by the working days it stood still."""
    with step("resume", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        stood = max(0, workdays_between(opinion.suspended_on, min(taken.today, opinion.suspended_until_on)))
        opinion.suspended_on = opinion.suspended_until_on = None
        clocks.add_days(opinion, stood)
        joint.stand_still(opinion, stood)
        taken.data = {"days": stood, "due_on": str(opinion.handling_due_on)}
        taken.data |= clocks.provisional(opinion.handling_due_on)
        taken.text = note
    return opinion


def notify(number, *, by, version=None, kind, note="", rung=None, at=None, via=WEB) -> Opinion:
    """Send a notice of `kind` (LadderStep.Kind): by the ladder when `rung` is given, else by a supervisor.

    A supervision or circulated notice must be replied to within its limit, one working day unless set.
    """
    with step("notify", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        kind = LadderStep.Kind(kind)
        within = rung.acknowledge_within if rung else (1 if kind == LadderStep.Kind.SUPERVISE else None)
        taken.data = {"kind": kind, "due_on": str(opinion.due_on)}
        if within:
            opinion.acknowledge_by_on = add_workdays(taken.today, within).date
            taken.data["acknowledge_by_on"] = str(opinion.acknowledge_by_on)
        if rung:
            opinion.supervision_level = rung.level
            taken.data |= {"level": rung.level, "why": {"rule": "ladder", "rung": str(rung)}}
        taken.text = note
        if kind == LadderStep.Kind.SUPERVISE and opinion.status in WITH_AGENCY:
            letters.supervise(taken, words=note, reply_by=opinion.acknowledge_by_on)
        taken.tell(
            _recipients(opinion, rung.recipients if rung else ["handler", "head"]),
            _("%(kind)s: %(number)s"),
            _("“%(title)s” is due on %(due)s. %(note)s"),
            kind=kind.label,
            due=clocks.said(opinion.due_on),
            note=note,
        )
    return opinion


def recalculate(number, *, by=None, year, version=None, at=None, via=WEB) -> Opinion:
    """The calendar of `year` has been published or corrected: deadlines follow it. Refused when nothing moves."""
    with step("recalculate", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        before = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        stood = clocks.follow_calendar(opinion)
        parts = joint.follow_calendar(opinion, stood)
        for part in parts:
            part.save(update_fields=["added_days", "due_on"])
        if not parts and (opinion.due_on, opinion.handling_due_on, opinion.due_provisional) == before:
            raise Refused(_("The deadline does not move."))
        taken.data = {
            "why": {"rule": "calendar", "year": year},
            "from": str(before[0]),
            "due_on": str(opinion.due_on),
            "handling_due_on": str(opinion.handling_due_on or ""),
        } | ({"parts": [part.agency.name for part in parts]} if parts else {})
    return opinion


def _recipients(opinion, codes):
    """The people named by a rung: handler, head, supervisor, county_official; each once. Where the agency has
    answered, it is the clerk who owes the citizen the next step."""
    answered = opinion.status == Status.ANSWERED
    groups = {
        "handler": lambda: clerks_of(opinion) if answered else handlers_of(opinion.lead_agency_id),
        "head": lambda: handlers_of(opinion.lead_agency_id, heads_only=True),
        "supervisor": lambda: supervisors_of(opinion.county_id),
        "county_official": lambda: officials_of(opinion.county_id),
    }
    return {user.pk: user for code in codes for user in groups[code]()}.values()


def acknowledge(number, *, by, version=None, reply, promised_on, at=None, via=WEB) -> Opinion:
    """The agency replies to the last notice and promises a day."""
    with step("acknowledge", number, by=by, version=version, at=at, via=via) as taken:
        if promised_on < taken.today:
            raise Refused(_("A promise cannot lie in the past."), "promised_on")
        taken.opinion.acknowledge_by_on, taken.opinion.promised_on = None, promised_on
        taken.data, taken.text = {"promised_on": str(promised_on)}, reply
        letters.mark_received(taken)
    return taken.opinion


def escalate(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """Take the matter up as a deputies' proposal (转代表建议); the opinion itself goes on."""
    with step("escalate", number, by=by, version=version, at=at, via=via) as taken:
        taken.opinion.escalated_at = taken.at
        taken.text = reason
    return taken.opinion
