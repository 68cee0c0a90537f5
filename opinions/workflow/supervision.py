"""Supervise (跟踪督办): extension, suspension, notices up the ladder, the reply to them, a deputies' proposal."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY, LetterOwed
from opinions.models import EscalationLevel, Notice, Opinion
from opinions.workflow import letters
from workdays.calendar import add_workdays, workdays_between

from . import deadlines, escalation, joint, notice_text
from .recipients import handlers_of, recipients, supervisors_of
from .transition import transition


def ask_extension(number, *, by, version=None, days, reason, at=None, via=WEB) -> Opinion:
    """Ask for `days` more working days: once a round, before the deadline, at most half of the original limit."""
    with transition("ask_extension", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        most = opinion.handling_days // 2
        if not 1 <= days <= most:
            raise Refused(_("At most half of the original limit: %d working days.") % most, "days")
        opinion.extension_state, opinion.extension_days = "asked", days
        t.data, t.text = {"days": days}, reason
        t.notify_staff(
            supervisors_of(opinion.county_id),
            _("Extension asked for: %(number)s"),
            _("%(agency)s asks for %(days)d more working days: %(reason)s"),
            days=days,
            reason=reason,
        )
    return opinion


def grant_extension(number, *, by, version=None, note="", at=None, via=WEB) -> Opinion:
    """The deadline moves by the days asked for."""
    with transition("grant_extension", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        former = opinion.handling_due_on
        opinion.extension_state = "granted"
        deadlines.add_days(opinion, opinion.extension_days)
        deadlines.reset_escalation(opinion)  # a new deadline is reminded of anew
        t.data = {
            "days": opinion.extension_days,
            "from": str(former),
            "due_on": str(opinion.handling_due_on),
        } | deadlines.provisional(opinion.handling_due_on)
        t.text = note
        _tell_handlers(t, _("Extension granted: %(number)s"))
    return opinion


def refuse_extension(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """The deadline stays."""
    with transition("refuse_extension", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.extension_state = "refused"
        t.text = reason
        _tell_handlers(t, _("Extension refused: %(number)s"))
    return t.opinion


def _tell_handlers(t, subject):
    t.notify_staff(
        handlers_of(t.opinion.lead_agency_id),
        subject,
        _("“%(title)s” is to be answered by %(due)s. %(note)s"),
        note=t.text,
    )


def suspend(number, *, by, version=None, reason, until_on=None, at=None, via=WEB) -> Opinion:
    """Stop the clock for what is neither the agency's nor the citizen's to do; who waits for the citizen asks
    (`ask_citizen`). It runs again after `until_on` (a date) at the latest; None: as late as the limit allows."""
    with transition("suspend", number, by=by, version=version, at=at, via=via) as t:
        stand_still(t, until_on)
        t.text = reason
    return t.opinion


def stand_still(t, until_on: date | None) -> None:
    """Stop the clock until `until_on`; Refused where the limit of the matter does not reach so far."""
    opinion = t.opinion
    last = deadlines.may_stand_until(opinion, t.today)
    if last is None:
        raise Refused(deadlines.none_left(opinion, t.today))
    until_on = until_on or last
    if until_on <= t.today:
        raise Refused(_("Give a day in the future."), "until_on")
    if until_on > last:
        raise Refused(_("At the latest until %(day)s.") % {"day": deadlines.date_text(last)}, "until_on")
    opinion.suspended_on, opinion.suspended_until_on = t.today, until_on
    t.data = {"until_on": str(until_on)}


def resume(number, *, by, version=None, note="", at=None, via=WEB) -> Opinion:
    """The clock runs again; the deadline moves by the working days it stood still."""
    with transition("resume", number, by=by, version=version, at=at, via=via) as t:
        unanswered = bool(t.opinion.question)
        go_on(t)
        t.text = note
        if unanswered and not t.by.is_person:
            t.notify_staff(
                handlers_of(t.opinion.lead_agency_id),
                _("No answer of the citizen: %(number)s"),
                _(
                    "Nobody answered your question about “%(title)s” in time. It is to be answered by %(due)s."
                ),
            )
    return t.opinion


def go_on(t) -> None:
    """Let the clock run again."""
    opinion = t.opinion
    stood = max(0, workdays_between(opinion.suspended_on, min(t.today, opinion.suspended_until_on)))
    deadlines.run_on(opinion)
    deadlines.add_days(opinion, stood)
    joint.stand_still(opinion, stood)
    t.data = {"days": stood, "due_on": str(opinion.handling_due_on)}
    t.data |= deadlines.provisional(opinion.handling_due_on)


# Working days within which a notice that a supervisor sends must be replied to.
REPLY_WITHIN = {EscalationLevel.Kind.SUPERVISE: 1, EscalationLevel.Kind.CIRCULATE: 1}


def notify(number, *, by, version=None, kind, note="", letter=False, rung=None, at=None, via=WEB) -> Opinion:
    """Send a notice of `kind` (EscalationLevel.Kind): by the ladder when `rung` is given, else by a supervisor, with an
    official letter (督办函) or without; to the studio that has yet to report back none is written. Every notice leaves
    one Notice with its ledger row."""
    with transition("notify", number, by=by, version=version, at=at, via=via) as t:
        opinion, kind = t.opinion, EscalationLevel.Kind(kind)
        if letter and kind != EscalationLevel.Kind.SUPERVISE:
            raise Refused(_("Only a supervision notice goes out as a letter."), "letter")
        notice, t.data = issue(opinion, kind=kind, at=t.at, rung=rung)
        t.extra_rows.append(notice)
        t.text = note
        if rung and escalation.writes_letter(opinion, rung):
            _by_rule(t, notice, rung)
        elif letter and opinion.status in WITH_AGENCY:
            _letter(t, notice, note)
        subject, body, facts = notice_text.message(t, notice, note)
        people = recipients(opinion, rung.recipients if rung else ["handler", "head"])
        t.data["people"] = sorted(str(person) for person in people)
        t.notify_staff(people, subject, body, **facts)
    return opinion


def _by_rule(t, notice, rung) -> None:
    """The letter of a rung; after a standstill it waits for a person."""
    if escalation.waited_too_long(t.opinion, rung, t.today):
        t.opinion.letter_owed = LetterOwed.SUPERVISION
        t.data["letter_waits"] = True
    else:
        _letter(t, notice)


def _letter(t, notice, words="") -> None:
    if t.opinion.letter_owed == LetterOwed.SUPERVISION:
        t.opinion.letter_owed = ""
    notice.letter = letters.supervise(t, words=words, reply_by=notice.acknowledge_by_on)


def issue_supervision(number, *, by, version=None, words="", at=None, via=WEB) -> Opinion:
    """Issue the letter (督办函) of a notice that the ladder sent after a standstill; `words` stand in it."""
    with transition("issue_supervision", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        sent = opinion.notices.filter(round=opinion.round, kind=EscalationLevel.Kind.SUPERVISE, letter=None)
        notice = sent.order_by("-event_id").first()
        reply_by = max(notice.acknowledge_by_on or t.today, add_workdays(t.today, 1).date)
        notice.letter = letters.supervise(t, words=words, reply_by=reply_by)
        notice.save(update_fields=["letter"])
        opinion.letter_owed, t.text = "", words
        t.notify_staff(
            recipients(opinion, ["handler", "head"]),
            _("Supervision letter: %(number)s"),
            _("Letter %(letter)s about “%(title)s” was issued. Reply by %(reply_by)s."),
            letter=notice.letter.number,
            reply_by=deadlines.date_text(reply_by),
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
    with transition("recalculate", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        before = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        stood = deadlines.follow_calendar(opinion)
        parts = joint.follow_calendar(opinion, stood)
        for part in parts:
            part.save(update_fields=["added_days", "due_on"])
        if not parts and (opinion.due_on, opinion.handling_due_on, opinion.due_provisional) == before:
            raise Refused(_("The deadline does not move."))
        t.data = {
            "why": {"rule": "calendar", "year": year},
            "from": str(before[0]),
            "due_on": str(opinion.due_on),
            "handling_due_on": str(opinion.handling_due_on or ""),
        } | ({"parts": [part.agency.name for part in parts]} if parts else {})
    return opinion


def acknowledge(number, *, by, version=None, reply, promised_on, at=None, via=WEB) -> Opinion:
    """The agency, or the studio once the agency has answered, replies to the notices that wait and promises a day. When
    that day passes, the next rung of the ladder comes on the day after it."""
    with transition("acknowledge", number, by=by, version=version, at=at, via=via) as t:
        if promised_on < t.today:
            raise Refused(_("A promise cannot lie in the past."), "promised_on")
        opinion = t.opinion
        opinion.acknowledge_by_on, opinion.promised_on = None, promised_on
        opinion.promised_level = opinion.supervision_level
        waiting = Notice.objects.filter(opinion=opinion, round=opinion.round, acknowledged_at=None)
        waiting = waiting.filter(
            agency__isnull=opinion.status not in WITH_AGENCY
        )  # each side answers for its own
        waiting.filter(acknowledge_by_on__isnull=False).update(acknowledged_at=t.at, promised_on=promised_on)
        t.data, t.text = {"promised_on": str(promised_on)}, reply
        if opinion.status in WITH_AGENCY:
            letters.mark_received(t)
    return t.opinion


def escalate(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """Take the matter up as a deputies' proposal (转代表建议); the opinion itself goes on."""
    with transition("escalate", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.escalated_at = t.at
        t.text = reason
    return t.opinion
