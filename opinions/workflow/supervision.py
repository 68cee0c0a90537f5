"""Supervise (跟踪督办): extension, suspension, notices by escalation, the reply to them, a deputies' proposal."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from letters.models import Kind
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY
from opinions.models import EscalationLevel, Notice, Opinion
from opinions.workflow import letters
from workdays.calendar import add_workdays

from . import deadlines, escalation, joint, notice_text
from .notices import attach_letter, attach_policy_letter, prepare_notice
from .recipients import handlers_of, recipients, supervisors_of
from .suspension import resume_clock, suspend_clock
from .transition import Transition, transition

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def ask_extension(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    days: int,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Ask for `days` more working days: once a round, before the deadline, at most half of the original limit."""
    with transition("ask_extension", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        assert opinion.handling_days is not None  # noqa: S101  the routing fixes it
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


def grant_extension(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    note: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Grant the extension: the deadline moves by the days asked for."""
    with transition("grant_extension", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        former = opinion.handling_due_on
        opinion.extension_state = "granted"
        assert opinion.extension_days is not None  # noqa: S101  set when it was asked for
        deadlines.add_days(opinion, opinion.extension_days)
        deadlines.reset_escalation(opinion)  # a new deadline has its own reminders
        t.data = {
            "days": opinion.extension_days,
            "from": str(former),
            "due_on": str(opinion.handling_due_on),
        } | deadlines.provisional(deadlines.answer_day(opinion))
        letters.drop_drafts(t, Kind.SUPERVISION, reason=_("The deadline was extended."))
        t.text = note
        _notify_handlers(t, _("Extension granted: %(number)s"))
    return opinion


def refuse_extension(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Refuse the extension: the deadline stays."""
    with transition("refuse_extension", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.extension_state = "refused"
        t.text = reason
        _notify_handlers(t, _("Extension refused: %(number)s"))
    return t.opinion


def _notify_handlers(t: Transition, subject: StrOrPromise) -> None:
    t.notify_staff(
        handlers_of(t.opinion.lead_agency_id),
        subject,
        _("“%(title)s” is to be answered by %(due)s. %(note)s"),
        note=t.text,
    )


def suspend(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    until_on: date | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Suspend the clock for what depends on neither the agency nor the citizen; to wait for the citizen, use
    `ask_citizen`. It runs again after `until_on` at the latest; None: as late as the limit allows."""
    with transition("suspend", number, by=by, version=version, at=at, via=via) as t:
        suspend_clock(t, until_on)
        letters.drop_drafts(t, Kind.SUPERVISION, reason=_("The clock was suspended."))
        t.text = reason
    return t.opinion


def resume(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    note: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Let the clock run again; the deadline moves by the working days of the suspension."""
    with transition("resume", number, by=by, version=version, at=at, via=via) as t:
        unanswered = bool(t.opinion.question)
        resume_clock(t)
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


def notify(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    kind: str,
    note: str = "",
    letter: bool = False,
    level: EscalationLevel | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Send a notice of `kind` (EscalationLevel.Kind): by escalation when `level` is given, else by a supervisor, with
    an official letter (督办函) or without; the studio that has yet to report back gets no letter. Every notice leaves
    one Notice with its ledger row."""
    with transition("notify", number, by=by, version=version, at=at, via=via) as t:
        opinion, kind = t.opinion, EscalationLevel.Kind(kind)
        if letter and kind != EscalationLevel.Kind.SUPERVISE:
            raise Refused(_("Only a supervision notice goes out as a letter."), "letter")
        notice, t.data = prepare_notice(opinion, kind=kind, at=t.at, level=level)
        t.extra_rows.append(notice)
        t.text = note
        if level and escalation.writes_letter(opinion, level):
            attach_policy_letter(t, notice, level)
        elif letter and opinion.status in WITH_AGENCY:
            attach_letter(t, notice, note)
        subject, body, facts = notice_text.message(t, notice, note)
        people = recipients(opinion, level.recipients if level else ["handler", "head"])
        t.data["people"] = sorted(str(person) for person in people)
        t.notify_staff(people, subject, body, **facts)
    return opinion


def issue_supervision(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Issue the letter (督办函) of a notice that was sent by escalation after a suspension; `words` are added to it."""
    with transition("issue_supervision", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        sent = opinion.notices.filter(round=opinion.round, kind=EscalationLevel.Kind.SUPERVISE, letter=None)
        notice = sent.order_by("-event_id").first()
        assert notice is not None  # noqa: S101  `letter_owed` was set with it
        reply_by = max(notice.acknowledge_by_on or t.today, add_workdays(t.today, 1).date)
        notice.letter = letters.supervise(t, words=words, reply_by=reply_by)
        opinion.letter_owed, t.text = "", words
        if notice.letter is None:
            return opinion  # the agency is told when the draft is signed off
        notice.save(update_fields=["letter"])
        t.notify_staff(
            recipients(opinion, ["handler", "head"]),
            _("Supervision letter: %(number)s"),
            _("Letter %(letter)s about “%(title)s” was issued. Reply by %(reply_by)s."),
            letter=notice.letter.number,
            reply_by=deadlines.date_text(reply_by),
        )
    return opinion


def recalculate(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    year: int,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Move the deadlines with the calendar of `year`, which has been published or corrected. Refused when nothing
    moves."""
    with transition("recalculate", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        before = (opinion.due_on, opinion.handling_due_on, opinion.due_provisional)
        suspended = deadlines.follow_calendar(opinion)
        parts = joint.follow_calendar(opinion, suspended)
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


def acknowledge(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reply: str,
    promised_on: date,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Reply to the notices that wait and promise a day: the agency does, or the studio once the agency has answered.
    When that day passes, the next level comes on the day after it."""
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


def escalate(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Take the matter up as a deputies' proposal (转代表建议); the opinion itself goes on."""
    with transition("escalate", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.escalated_at = t.at
        t.text = reason
    return t.opinion
