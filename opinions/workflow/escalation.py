"""Escalation in time: which level comes next, on which day, and when the sweep must check again.

A level comes on its own day, never two on one day, and after a suspension at least as many working days after the
level before it as the policy has between them. An official letter leaves in office hours only (ADR 0014, 0015).
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from opinions.lifecycle.statuses import ESCALATING, WITH_AGENCY, LetterOwed, Status
from opinions.models import Opinion
from opinions.models.escalation import EscalationLevel
from workdays import office_hours
from workdays.calendar import add_workdays, workdays_between

from .deadlines import due_day, midnight, of_county

DAY = timedelta(days=1)
# A letter that comes more working days after its day than this has waited through a standstill: a person issues it.
MOST_LATE = 1


def levels(opinion: Opinion) -> list[EscalationLevel]:
    """Return the levels of supervision: the county's own policy if it has one, else the general one."""
    rows = of_county(EscalationLevel, opinion.county_id)
    return [row for row in rows if row.county_id] or rows


def next_level(opinion: Opinion) -> EscalationLevel | None:
    """Return the level above the one already reached; None on the highest."""
    above = [row for row in levels(opinion) if row.level > opinion.supervision_level]
    return min(above, key=lambda row: row.level, default=None)


def policy_day(opinion: Opinion, level: EscalationLevel) -> date:
    """Return the day of `level` by the policy alone: `days` working days after its anchor; a level of the yellow time
    at the latest on the last day, one of the overdue time on the day after those."""
    if level.anchor == EscalationLevel.Anchor.WARNING:
        assert opinion.warn_on is not None  # noqa: S101  set together with due_on
        return min(_later(opinion.warn_on, level.days), due_day(opinion))
    return _later(due_day(opinion), level.days) + DAY


def _later(day: date, days: int) -> date:
    """Return the day itself for no days, even where nobody works on it."""
    return add_workdays(day, days).date if days else day


def level_day(opinion: Opinion, level: EscalationLevel) -> date:
    """Return the day on which `level` is due. It keeps its distance from the level before it; a broken promise brings
    it the day after, but not on the same day as that level. Nothing is escalated for the time before an import."""
    day, reached_on = policy_day(opinion, level), opinion.level_on or opinion.imported_on
    if reached_on:
        day = max(day, _apart(opinion, level, reached_on))
    if opinion.promised_on and brought_by_promise(opinion, level):
        day = max(due_day(opinion) + DAY, min(day, opinion.promised_on + DAY))
    return max(day, reached_on + DAY) if reached_on else day


def _apart(opinion: Opinion, level: EscalationLevel, reached_on: date) -> date:
    """Return the day that lies as many working days after the last level was reached as the policy has between the
    two."""
    before = next((row for row in levels(opinion) if row.level == opinion.supervision_level), None)
    days = workdays_between(policy_day(opinion, before), policy_day(opinion, level)) if before else 0
    return add_workdays(reached_on, days).date if days > 0 else reached_on


def level_at(opinion: Opinion, level: EscalationLevel, now: datetime) -> datetime:
    """Return when `level` is due: at the first moment of its day; as a letter when the office is open, not before
    `now`."""
    moment = midnight(level_day(opinion, level))
    return office_hours.next_open(max(moment, now)) if writes_letter(opinion, level) else moment


def writes_letter(opinion: Opinion, level: EscalationLevel) -> bool:
    """Return True if `level` goes out as a letter: to an agency that still has the opinion, not to the studio."""
    return level.letter and opinion.status in WITH_AGENCY


def waited_too_long(opinion: Opinion, level: EscalationLevel, today: date) -> bool:
    """Return True if a suspension lasted beyond the day of `level`: its letter is then a person's to issue."""
    return workdays_between(add_workdays(policy_day(opinion, level), 0).date, today) > MOST_LATE


def brought_by_promise(opinion: Opinion, level: EscalationLevel) -> bool:
    """Return True if a broken promise would bring this level: only the first one after it was broken."""
    return bool(
        opinion.promised_on
        and level.anchor == EscalationLevel.Anchor.OVERDUE
        and opinion.supervision_level <= opinion.promised_level
    )


def next_check(opinion: Opinion, now: datetime) -> datetime | None:
    """Return when something falls due on this opinion without anybody acting; None when nothing ever will."""
    if opinion.suspended_until_on:
        return midnight(opinion.suspended_until_on + DAY)
    if opinion.status == Status.REPORTED_BACK:
        return midnight(due_day(opinion) + DAY)
    if opinion.status not in ESCALATING:
        return None
    level = next_level(opinion)
    moments = [level_at(opinion, level, now)] if level else []
    if opinion.letter_owed == LetterOwed.HANDOVER:
        moments.append(office_hours.next_open(now))
    return min(moments, default=None)


def reached(opinion: Opinion, level: int, at: datetime) -> None:
    """Record that the opinion reached `level` on the day of `at`."""
    opinion.supervision_level, opinion.level_on = level, timezone.localdate(at)
