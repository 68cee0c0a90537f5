"""Supervise (跟踪督办): extension, suspension, notices up the ladder, the reply to them, a deputies' proposal."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions import letters
from opinions.models import LadderStep, Notice, Opinion
from opinions.models.ladder import Recipient
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


# Working days within which a notice that a supervisor sends must be replied to.
REPLY_WITHIN = {LadderStep.Kind.SUPERVISE: 1, LadderStep.Kind.CIRCULATE: 1}


def notify(number, *, by, version=None, kind, note="", letter=False, rung=None, at=None, via=WEB) -> Opinion:
    """Send a notice of `kind` (LadderStep.Kind): by the ladder when `rung` is given, else by a supervisor, with an
    official letter (督办函) or without; where the agency has answered, none is written to it. Every notice leaves one
    Notice beside its ledger row."""
    with step("notify", number, by=by, version=version, at=at, via=via) as taken:
        opinion, kind = taken.opinion, LadderStep.Kind(kind)
        notice, taken.data = issue(opinion, kind=kind, at=taken.at, rung=rung)
        taken.beside.append(notice)
        taken.text = note
        if letter and kind != LadderStep.Kind.SUPERVISE:
            raise Refused(_("Only a supervision notice goes out as a letter."), "letter")
        if (rung.letter if rung else letter) and opinion.status in WITH_AGENCY:
            notice.letter = letters.supervise(taken, words=note, reply_by=notice.acknowledge_by_on)
        taken.tell(
            _recipients(opinion, rung.recipients if rung else ["handler", "head"]),
            _("%(kind)s: %(number)s"),
            _("“%(title)s” is due on %(due)s. %(note)s"),
            kind=kind.label,
            due=clocks.said(opinion.due_on),
            note=note,
        )
    return opinion


def issue(opinion, *, kind, at, rung=None) -> tuple[Notice, dict]:
    """The Notice, unsaved, and its facts for the ledger; the opinion owes the reply and stands on the rung."""
    notice = Notice(
        opinion=opinion,
        county_id=opinion.county_id,
        agency_id=opinion.lead_agency_id,
        kind=kind,
        level=rung.level if rung else 0,
        round=opinion.round,
        issued_at=at,
        due_on=opinion.due_on,
    )
    data = {"kind": str(kind), "due_on": str(opinion.due_on)}
    if within := rung.acknowledge_within if rung else REPLY_WITHIN.get(kind):
        notice.acknowledge_by_on = add_workdays(timezone.localdate(at), within).date
        # A reply that is owed already stays owed since then.
        opinion.acknowledge_by_on = opinion.acknowledge_by_on or notice.acknowledge_by_on
        data["acknowledge_by_on"] = str(notice.acknowledge_by_on)
    if rung:
        data |= {"level": rung.level, "why": _why(opinion, rung, at)}
        opinion.supervision_level = rung.level
        if opinion.promised_on and timezone.localdate(at) <= opinion.promised_on:
            opinion.promised_level = rung.level  # the promise may still be broken
    return notice, data


def _why(opinion, rung, at) -> dict:
    """Which rule brought the rung: the ladder's own day, or a promise that was not kept."""
    promised = opinion.promised_on
    if clocks.brought_by_promise(opinion, rung) and timezone.localdate(at) > promised:
        return {"rule": "promise", "rung": str(rung), "promised_on": str(promised)}
    return {"rule": "ladder", "rung": str(rung)}


def recalculate(number, *, by=SYSTEM, year, version=None, at=None, via=WEB) -> Opinion:
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
    agency, county = opinion.lead_agency_id, opinion.county_id
    groups = {
        Recipient.HANDLER: lambda: handlers_of(agency),
        Recipient.HEAD: lambda: handlers_of(agency, heads_only=True),
        Recipient.SUPERVISOR: lambda: supervisors_of(county),
        Recipient.COUNTY_OFFICIAL: lambda: officials_of(county),
    }
    if opinion.status == Status.ANSWERED:
        groups[Recipient.HANDLER] = lambda: clerks_of(opinion)
    people = [groups[code]() for code in codes]
    return {user.pk: user for group in people for user in group}.values()


def acknowledge(number, *, by, version=None, reply, promised_on, at=None, via=WEB) -> Opinion:
    """The agency replies to the notices that wait, and promises a day. When that day passes without an answer, the
    next rung of the ladder comes at once."""
    with step("acknowledge", number, by=by, version=version, at=at, via=via) as taken:
        if promised_on < taken.today:
            raise Refused(_("A promise cannot lie in the past."), "promised_on")
        opinion = taken.opinion
        opinion.acknowledge_by_on, opinion.promised_on = None, promised_on
        opinion.promised_level = opinion.supervision_level
        waiting = Notice.objects.filter(opinion=opinion, round=opinion.round, acknowledged_at=None)
        waiting.filter(acknowledge_by_on__isnull=False).update(
            acknowledged_at=taken.at, promised_on=promised_on
        )
        taken.data, taken.text = {"promised_on": str(promised_on)}, reply
        letters.mark_received(taken)
    return taken.opinion


def escalate(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """Take the matter up as a deputies' proposal (转代表建议); the opinion itself goes on."""
    with step("escalate", number, by=by, version=version, at=at, via=via) as taken:
        taken.opinion.escalated_at = taken.at
        taken.text = reason
    return taken.opinion
