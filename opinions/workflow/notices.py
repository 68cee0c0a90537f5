"""The Notice that belongs to a notice's ledger row, its letter, and their effects on the opinion."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from opinions.lifecycle.statuses import WITH_AGENCY, LetterOwed
from opinions.models import EscalationLevel, Notice, Opinion
from workdays.calendar import add_workdays

from . import deadlines, escalation, letters
from .transition import Transition

# Working days within which a notice that a supervisor sends must be replied to.
REPLY_WITHIN = {EscalationLevel.Kind.SUPERVISE: 1, EscalationLevel.Kind.CIRCULATE: 1}


def prepare_notice(
    opinion: Opinion, *, kind: str, at: datetime, level: EscalationLevel | None = None
) -> tuple[Notice, dict[str, Any]]:
    """Return the Notice, unsaved, and its facts for the ledger; sets on the opinion that it owes the reply and has
    reached the level. `kind` is one of EscalationLevel.Kind; `level` None: sent by a supervisor."""
    with_agency = opinion.status in WITH_AGENCY
    notice = Notice(
        opinion=opinion,
        county_id=opinion.county_id,
        agency_id=opinion.lead_agency_id if with_agency else None,
        kind=kind,
        level=level.level if level else 0,
        round=opinion.round,
        issued_at=at,
        due_on=deadlines.due_day(opinion),
    )
    data: dict[str, Any] = {"kind": str(kind), "due_on": str(opinion.due_on)}
    if not with_agency:
        data["to"] = "studio"
    if within := level.acknowledge_within if level else REPLY_WITHIN.get(EscalationLevel.Kind(kind)):
        notice.acknowledge_by_on = add_workdays(timezone.localdate(at), within).date
        # A reply that is owed already stays owed since then.
        opinion.acknowledge_by_on = opinion.acknowledge_by_on or notice.acknowledge_by_on
        data["acknowledge_by_on"] = str(notice.acknowledge_by_on)
    if level:
        data |= {"level": level.level, "why": _why(opinion, level, at)}
        escalation.reached(opinion, level.level, at)
        if opinion.promised_on and timezone.localdate(at) <= opinion.promised_on:
            opinion.promised_level = level.level  # the promise may still be broken
    return notice, data


def _why(opinion: Opinion, level: EscalationLevel, at: datetime) -> dict[str, str]:
    """Return which rule brought the level: the policy's own day, or a broken promise."""
    promised = opinion.promised_on
    if promised and escalation.brought_by_promise(opinion, level) and timezone.localdate(at) > promised:
        return {"rule": "promise", "rung": str(level), "promised_on": str(promised)}
    return {"rule": "ladder", "rung": str(level)}


def attach_policy_letter(t: Transition, notice: Notice, level: EscalationLevel) -> None:
    """Issue the letter of a level; after a suspension it waits for a person."""
    if escalation.waited_too_long(t.opinion, level, t.today):
        t.opinion.letter_owed = LetterOwed.SUPERVISION
        t.data["letter_waits"] = True
    else:
        attach_letter(t, notice)


def attach_letter(t: Transition, notice: Notice, words: str = "") -> None:
    """Issue the supervision letter of a notice inside the transition that sends it."""
    if t.opinion.letter_owed == LetterOwed.SUPERVISION:
        t.opinion.letter_owed = ""
    notice.letter = letters.supervise(t, words=words, reply_by=notice.acknowledge_by_on)
