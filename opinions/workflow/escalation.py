"""The supervision ladder in time: which level comes next, on which day, and when the sweep must look again.

A level comes on its own day, never two on one day, and after a standstill at least as many working days after the
level before it as the ladder has between them. An official letter leaves in office hours only (ADR 0014, 0015).
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from opinions.lifecycle.statuses import ESCALATING, WITH_AGENCY, LetterOwed, Status
from opinions.models.escalation import EscalationLevel
from workdays import office_hours
from workdays.calendar import add_workdays, workdays_between

from .deadlines import midnight, of_county

DAY = timedelta(days=1)
# A letter that comes more working days after its day than this has waited through a standstill: a person issues it.
MOST_LATE = 1


def _policy(opinion) -> list[EscalationLevel]:
    """The county's own ladder if it has one, else the general one."""
    rows = of_county(EscalationLevel, opinion.county_id)
    return [row for row in rows if row.county_id] or rows


def next_level(opinion) -> EscalationLevel | None:
    """The next step of the ladder above the level already reached."""
    above = [row for row in _policy(opinion) if row.level > opinion.supervision_level]
    return min(above, key=lambda row: row.level, default=None)


def policy_day(opinion, rung: EscalationLevel) -> date:
    """The day of `rung` by the ladder alone: `days` working days after its anchor, a rung of the yellow time at the
    latest on the last day, one of the overdue time on the day after those."""
    if rung.anchor == EscalationLevel.Anchor.WARNING:
        last = add_workdays(opinion.warn_on, rung.days).date if rung.days else opinion.warn_on
        return min(last, opinion.due_on)
    last = add_workdays(opinion.due_on, rung.days).date if rung.days else opinion.due_on
    return last + DAY


def level_day(opinion, rung: EscalationLevel) -> date:
    """The day on which `rung` is due. It keeps its distance from the level before it; a promise that was not kept
    brings it the day after, but not on the same day as that level."""
    day, reached = policy_day(opinion, rung), opinion.level_on
    if reached:
        day = max(day, _apart(opinion, rung))
    if brought_by_promise(opinion, rung):
        day = max(opinion.due_on + DAY, min(day, opinion.promised_on + DAY))
    return max(day, reached + DAY) if reached else day


def _apart(opinion, rung: EscalationLevel) -> date:
    """As many working days after the level before it was reached as the ladder has between the two."""
    before = next((row for row in _policy(opinion) if row.level == opinion.supervision_level), None)
    days = workdays_between(policy_day(opinion, before), policy_day(opinion, rung)) if before else 0
    return add_workdays(opinion.level_on, days).date if days > 0 else opinion.level_on


def level_at(opinion, rung: EscalationLevel, now: datetime) -> datetime:
    """When `rung` is due: at the first moment of its day; one that goes out as a letter when the office is open, not
    before `now`."""
    moment = midnight(level_day(opinion, rung))
    return office_hours.next_open(max(moment, now)) if writes_letter(opinion, rung) else moment


def writes_letter(opinion, rung: EscalationLevel) -> bool:
    """Whether `rung` goes out as a letter: to an agency that still has the opinion, not to the studio."""
    return rung.letter and opinion.status in WITH_AGENCY


def waited_too_long(opinion, rung: EscalationLevel, today: date) -> bool:
    """Whether the ladder stood still beyond the day of `rung`: its letter is then a person's to issue."""
    return workdays_between(add_workdays(policy_day(opinion, rung), 0).date, today) > MOST_LATE


def brought_by_promise(opinion, rung: EscalationLevel) -> bool:
    """Whether a broken promise would bring this rung: only the first one after it was broken."""
    return bool(
        opinion.promised_on
        and rung.anchor == EscalationLevel.Anchor.OVERDUE
        and opinion.supervision_level <= opinion.promised_level
    )


def next_check(opinion, now: datetime) -> datetime | None:
    """When something falls due on this opinion without anybody acting; None when nothing ever will."""
    if opinion.suspended_on:
        return midnight(opinion.suspended_until_on + DAY)
    if opinion.status == Status.REPORTED_BACK:
        return midnight(opinion.due_on + DAY)
    if opinion.status not in ESCALATING:
        return None
    rung = next_level(opinion)
    moments = [level_at(opinion, rung, now)] if rung else []
    if opinion.letter_owed == LetterOwed.HANDOVER:
        moments.append(office_hours.next_open(now))
    return min(moments, default=None)


def reached(opinion, level: int, at: datetime) -> None:
    """The opinion stands on `level` of the ladder from the day of `at` on."""
    opinion.supervision_level, opinion.level_on = level, timezone.localdate(at)
