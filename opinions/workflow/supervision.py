"""Supervise (跟踪督办): extension, suspension, notices up the ladder, the reply to them, a deputies' proposal."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY, LetterOwed
from opinions.models import LadderStep, Notice, Opinion
from opinions.workflow import letters
from workdays.calendar import add_workdays, workdays_between

from . import deadlines, escalation, joint, notice_text
from .recipients import handlers_of, recipients, supervisors_of
from .transition import step


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
        deadlines.add_days(opinion, opinion.extension_days)
        deadlines.climb_down(opinion)  # a new deadline is reminded of anew
        taken.data = {
            "days": opinion.extension_days,
            "from": str(former),
            "due_on": str(opinion.handling_due_on),
        } | deadlines.provisional(opinion.handling_due_on)
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


def suspend(number, *, by, version=None, reason, until_on=None, at=None, via=WEB) -> Opinion:
    """Stop the clock for what is neither the agency's nor the citizen's to do; who waits for the citizen asks
    (`ask_citizen`). It runs again after `until_on` (a date) at the latest; None: as late as the limit allows."""
    with step("suspend", number, by=by, version=version, at=at, via=via) as taken:
        stand_still(taken, until_on)
        taken.text = reason
    return taken.opinion


def stand_still(taken, until_on: date | None) -> None:
    """Stop the clock until `until_on`; Refused where the limit of the matter does not reach so far."""
    opinion = taken.opinion
    last = deadlines.may_stand_until(opinion, taken.today)
    if last is None:
        raise Refused(_("It has stood still as long as it may in this round. Ask for an extension instead."))
    until_on = until_on or last
    if until_on <= taken.today:
        raise Refused(_("Give a day in the future."), "until_on")
    if until_on > last:
        raise Refused(_("At the latest until %(day)s.") % {"day": deadlines.said(last)}, "until_on")
    opinion.suspended_on, opinion.suspended_until_on = taken.today, until_on
    taken.data = {"until_on": str(until_on)}


def resume(number, *, by, version=None, note="", at=None, via=WEB) -> Opinion:
    """The clock runs again; the deadline moves by the working days it stood still."""
    with step("resume", number, by=by, version=version, at=at, via=via) as taken:
        unanswered = bool(taken.opinion.question)
        go_on(taken)
        taken.text = note
        if unanswered and not taken.by.is_person:
            taken.tell(
                handlers_of(taken.opinion.lead_agency_id),
                _("No answer of the citizen: %(number)s"),
                _(
                    "Nobody answered your question about “%(title)s” in time. It is to be answered by %(due)s."
                ),
            )
    return taken.opinion


def go_on(taken) -> None:
    """Let the clock run again."""
    opinion = taken.opinion
    stood = max(0, workdays_between(opinion.suspended_on, min(taken.today, opinion.suspended_until_on)))
    deadlines.run_on(opinion)
    deadlines.add_days(opinion, stood)
    joint.stand_still(opinion, stood)
    taken.data = {"days": stood, "due_on": str(opinion.handling_due_on)}
    taken.data |= deadlines.provisional(opinion.handling_due_on)


# Working days within which a notice that a supervisor sends must be replied to.
REPLY_WITHIN = {LadderStep.Kind.SUPERVISE: 1, LadderStep.Kind.CIRCULATE: 1}


def notify(number, *, by, version=None, kind, note="", letter=False, rung=None, at=None, via=WEB) -> Opinion:
    """Send a notice of `kind` (LadderStep.Kind): by the ladder when `rung` is given, else by a supervisor, with an
    official letter (督办函) or without; to the studio that has yet to report back none is written. Every notice leaves
    one Notice with its ledger row."""
    with step("notify", number, by=by, version=version, at=at, via=via) as taken:
        opinion, kind = taken.opinion, LadderStep.Kind(kind)
        if letter and kind != LadderStep.Kind.SUPERVISE:
            raise Refused(_("Only a supervision notice goes out as a letter."), "letter")
        notice, taken.data = issue(opinion, kind=kind, at=taken.at, rung=rung)
        taken.beside.append(notice)
        taken.text = note
        if rung and escalation.writes_letter(opinion, rung):
            _by_rule(taken, notice, rung)
        elif letter and opinion.status in WITH_AGENCY:
            _letter(taken, notice, note)
        subject, body, facts = notice_text.message(taken, notice, note)
        people = recipients(opinion, rung.recipients if rung else ["handler", "head"])
        taken.data["people"] = sorted(str(person) for person in people)
        taken.tell(people, subject, body, **facts)
    return opinion


def _by_rule(taken, notice, rung) -> None:
    """The letter of a rung; after a standstill it waits for a person."""
    if escalation.waited_too_long(taken.opinion, rung, taken.today):
        taken.opinion.letter_owed = LetterOwed.SUPERVISION
        taken.data["letter_waits"] = True
    else:
        _letter(taken, notice)


def _letter(taken, notice, words="") -> None:
    if taken.opinion.letter_owed == LetterOwed.SUPERVISION:
        taken.opinion.letter_owed = ""
    notice.letter = letters.supervise(taken, words=words, reply_by=notice.acknowledge_by_on)


def issue_supervision(number, *, by, version=None, words="", at=None, via=WEB) -> Opinion:
    """Issue the letter (督办函) of a notice that the ladder sent after a standstill; `words` stand in it."""
    with step("issue_supervision", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        sent = opinion.notices.filter(round=opinion.round, kind=LadderStep.Kind.SUPERVISE, letter=None)
        notice = sent.order_by("-event_id").first()
        reply_by = max(notice.acknowledge_by_on or taken.today, add_workdays(taken.today, 1).date)
        notice.letter = letters.supervise(taken, words=words, reply_by=reply_by)
        notice.save(update_fields=["letter"])
        opinion.letter_owed, taken.text = "", words
        taken.tell(
            recipients(opinion, ["handler", "head"]),
            _("Supervision letter: %(number)s"),
            _("Letter %(letter)s about “%(title)s” was issued. Reply by %(reply_by)s."),
            letter=notice.letter.number,
            reply_by=deadlines.said(reply_by),
        )
    return opinion


def issue(opinion, *, kind, at, rung=None) -> tuple[Notice, dict]:
    """The Notice, unsaved, and its facts for the ledger; the opinion owes the reply and stands on the rung."""
    with_agency = opinion.status in WITH_AGENCY
    notice = Notice(
        opinion=opinion,
        county_id=opinion.county_id,
        agency_id=opinion.lead_agency_id if with_agency else None,
        kind=kind,
        level=rung.level if rung else 0,
        round=opinion.round,
        issued_at=at,
        due_on=opinion.due_on,
    )
    data = {"kind": str(kind), "due_on": str(opinion.due_on)}
    if not with_agency:
        data["to"] = "studio"
    if within := rung.acknowledge_within if rung else REPLY_WITHIN.get(kind):
        notice.acknowledge_by_on = add_workdays(timezone.localdate(at), within).date
        # A reply that is owed already stays owed since then.
        opinion.acknowledge_by_on = opinion.acknowledge_by_on or notice.acknowledge_by_on
        data["acknowledge_by_on"] = str(notice.acknowledge_by_on)
    if rung:
        data |= {"level": rung.level, "why": _why(opinion, rung, at)}
        escalation.reached(opinion, rung.level, at)
        if opinion.promised_on and timezone.localdate(at) <= opinion.promised_on:
            opinion.promised_level = rung.level  # the promise may still be broken
    return notice, data


def _why(opinion, rung, at) -> dict:
    """Which rule brought the rung: the ladder's own day, or a promise that was not kept."""
    promised = opinion.promised_on
    if escalation.brought_by_promise(opinion, rung) and timezone.localdate(at) > promised:
        return {"rule": "promise", "rung": str(rung), "promised_on": str(promised)}
    return {"rule": "ladder", "rung": str(rung)}


def recalculate(number, *, by=SYSTEM, year, version=None, at=None, via=WEB) -> Opinion:
    """The calendar of `year` has been published or corrected: deadlines follow it. Refused when nothing moves."""
    with step("recalculate", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        before = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        stood = deadlines.follow_calendar(opinion)
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


def acknowledge(number, *, by, version=None, reply, promised_on, at=None, via=WEB) -> Opinion:
    """The agency, or the studio once the agency has answered, replies to the notices that wait and promises a day. When
    that day passes, the next rung of the ladder comes on the day after it."""
    with step("acknowledge", number, by=by, version=version, at=at, via=via) as taken:
        if promised_on < taken.today:
            raise Refused(_("A promise cannot lie in the past."), "promised_on")
        opinion = taken.opinion
        opinion.acknowledge_by_on, opinion.promised_on = None, promised_on
        opinion.promised_level = opinion.supervision_level
        waiting = Notice.objects.filter(opinion=opinion, round=opinion.round, acknowledged_at=None)
        waiting = waiting.filter(
            agency__isnull=opinion.status not in WITH_AGENCY
        )  # each side answers for its own
        waiting.filter(acknowledge_by_on__isnull=False).update(
            acknowledged_at=taken.at, promised_on=promised_on
        )
        taken.data, taken.text = {"promised_on": str(promised_on)}, reply
        if opinion.status in WITH_AGENCY:
            letters.mark_received(taken)
    return taken.opinion


def escalate(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """Take the matter up as a deputies' proposal (转代表建议); the opinion itself goes on."""
    with step("escalate", number, by=by, version=version, at=at, via=via) as taken:
        taken.opinion.escalated_at = taken.at
        taken.text = reason
    return taken.opinion
