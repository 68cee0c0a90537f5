"""Deadlines: which clock runs, how long, and when it turns yellow.

Every limit counts working days from the day the clock starts and is frozen onto the opinion then; a county that
changes its limits changes nothing that already runs.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_long
from opinions.lifecycle.statuses import ESCALATING, WITH_AGENCY, Clock, LetterOwed, Status
from opinions.lifecycle.transitions import ACTIONS, refusal
from opinions.models import EscalationLevel, Opinion
from opinions.models.time_limits import COMPLEX, LimitFrom, TimeLimit, rule_days
from workdays.calendar import add_workdays, is_published, is_workday, workdays_between

from .unit_of_work import cached

M = TypeVar("M", TimeLimit, EscalationLevel)


def of_county(model: type[M], county_id: str) -> list[M]:
    """Return the rows of TimeLimit or EscalationLevel that may apply in a county: its own and the general ones."""
    return cached(
        (model, county_id),
        lambda: list(model.objects.filter(Q(county=county_id) | Q(county=None)).order_by()),
    )


def limit(clock: str, opinion: Opinion) -> tuple[int, str]:
    """Return the working days of `clock` for this opinion, and where they come from (LimitFrom)."""
    matter = COMPLEX if opinion.is_complex else opinion.matter_type
    return in_force(of_county(TimeLimit, opinion.county_id), opinion.county_id, clock, matter)


def in_force(limits: Iterable[TimeLimit], county_id: str | None, clock: str, matter: str) -> tuple[int, str]:
    """Return what applies among the rows `limits`: the county's before the general one, the matter's before any; else
    the office's rule."""
    rows = {(row.county_id, row.matter): row.days for row in limits if row.clock == clock}
    for key in [(county_id, matter), (county_id, ""), (None, matter), (None, "")]:
        if key in rows:
            return rows[key], LimitFrom.COUNTY if key[0] else LimitFrom.GENERAL
    return rule_days(clock, matter), LimitFrom.RULE


def due_day(opinion: Opinion) -> date:
    """Return the last day of the running clock. Call for open opinions, which always have one."""
    assert opinion.due_on is not None  # noqa: S101  constraint opinion_open_has_deadline
    return opinion.due_on


def answer_day(opinion: Opinion) -> date:
    """Return the last day for the answer. Call for opinions that have been routed, which fixes it."""
    assert opinion.handling_due_on is not None  # noqa: S101  start_handling
    return opinion.handling_due_on


def counted_from(opinion: Opinion, on: date) -> date:
    """Return the day from which a deadline that starts `on` counts: of an imported opinion none before the day that
    the import named."""
    return max(on, opinion.counts_from_on) if opinion.counts_from_on else on


def start(opinion: Opinion, clock: str, on: date) -> None:
    """Start `clock` on the day `on`; a new clock starts escalation from the beginning."""
    opinion.clock_on = counted_from(opinion, on)
    opinion.clock_days, opinion.clock_from = limit(clock, opinion)
    reset_escalation(opinion)
    set_due(opinion)


def start_handling(opinion: Opinion, on: date, days: int | None = None) -> None:
    """Fix the limit for the answer, `days` or the limit in force. It counts from the day of routing, so that the
    citizen does not pay for a slow signature (ADR 0006); the clock that runs first is the one for signing."""
    chosen = (days, LimitFrom.OFFICER) if days else limit(Clock.HANDLING, opinion)
    opinion.handling_days, opinion.handling_from = chosen
    opinion.added_days = 0
    opinion.handling_due_on = add_workdays(counted_from(opinion, on), opinion.handling_days).date


def run_handling(opinion: Opinion) -> None:
    """Let the running clock be the handling clock, as fixed by `start_handling` and later extensions."""
    opinion.clock_on = counted_from(opinion, timezone.localdate(opinion.routed_at))
    opinion.clock_days, opinion.clock_from = opinion.handling_days, opinion.handling_from
    reset_escalation(opinion)
    set_due(opinion)


def add_days(opinion: Opinion, days: int) -> None:
    """Move the answer's deadline by `days` working days: an extension, or the days of a suspension."""
    opinion.added_days += days
    set_due(opinion)


def _answer_is_owed(opinion: Opinion) -> bool:
    """Return True while the limit for the answer runs: an answered opinion, or one taken from its agency, keeps its
    day."""
    return bool(opinion.handling_days and opinion.lead_agency_id and opinion.answered_at is None)


def follow_calendar(opinion: Opinion) -> int:
    """Recalculate the deadlines by the calendar as it is known now, with the days of suspension; returns those.
    Changes the object alone."""
    suspended = days_suspended(opinion) if opinion.added_days and opinion.lead_agency_id else 0
    if opinion.added_days and _answer_is_owed(opinion):
        granted = (opinion.extension_days or 0) if opinion.extension_state == "granted" else 0
        opinion.added_days = granted + suspended
    set_due(opinion)
    return suspended


def days_suspended(opinion: Opinion) -> int:
    """Return the working days of suspension since the last routing, by the calendar as it is known now. The ledger
    keeps from when to when; a calendar published since may have changed how many of those days are worked."""
    days = 0
    since: date | None = None
    until = date.max
    moves = opinion.events.filter(action__in=[*STOPS, *GOES_ON], at__gte=opinion.routed_at)
    for event in moves.order_by("sequence"):
        day = timezone.localdate(event.at)
        if event.action in STOPS:
            since, until = day, date.fromisoformat(event.data["until_on"])
        elif since:
            days, since = days + max(0, workdays_between(since, min(day, until))), None
    return days


STOPS, GOES_ON = ("suspend", "ask_citizen"), ("resume", "answer_question")


def last_suspension_day(opinion: Opinion, today: date) -> date | None:
    """Return the last day until which the clock may be suspended: the limit of the matter, less what was used in this
    round; None where nothing is left."""
    left = limit(Clock.SUSPENSION, opinion)[0] - days_suspended(opinion)
    return add_workdays(today, left).date if left > 0 else None


def suspension_refusal(opinion: Opinion, today: date) -> str:
    """Return why the clock may not be suspended again in this round; empty while it may. Days of suspension were
    added to the limit, so that most opinions need no query of their ledger."""
    if not opinion.added_days or last_suspension_day(opinion, today):
        return ""
    return no_suspension_left(opinion, today)


def no_suspension_left(opinion: Opinion, today: date) -> str:
    """Return the sentence that no day of suspension is left, with the way on where there is one."""
    if refusal(ACTIONS["ask_extension"], opinion, today):
        return _(
            "No day of suspension is left in this round: it can neither be suspended nor the citizen be asked."
        )
    return _(
        "No day of suspension is left in this round: it can neither be suspended nor the citizen be asked. An "
        "extension can be asked for."
    )


def clear_suspension(opinion: Opinion) -> None:
    """End a suspension without counting its days: nobody waits for the answer any more."""
    opinion.suspended_on = opinion.suspended_until_on = None
    opinion.question = ""


def due_with(opinion: Opinion, more: int) -> date:
    """Return the day by which the answer would be due with `more` working days."""
    assert opinion.handling_days is not None  # noqa: S101  start_handling
    days = opinion.handling_days + opinion.added_days + more
    return add_workdays(counted_from(opinion, timezone.localdate(opinion.routed_at)), days).date


def date_text(day: date) -> str:
    """Return a deadline for a sentence or a message: that the day itself is in time, and that it may still move."""
    words = _("%s (inclusive)") if is_published(day.year) else _("%s (inclusive, provisional)")
    return words % localdate_long(day)


def provisional(day: date) -> dict[str, bool]:
    """Return for the ledger that the day was provisional when it was recorded; empty when it was not."""
    return {} if is_published(day.year) else {"provisional": True}


def reset_escalation(opinion: Opinion) -> None:
    """Start escalation from the beginning; no reply, promise or supervision letter of the former clock is owed any
    more."""
    opinion.supervision_level, opinion.acknowledge_by_on, opinion.promised_on = 0, None, None
    opinion.promised_level, opinion.level_on = 0, None
    if opinion.letter_owed == LetterOwed.SUPERVISION:
        opinion.letter_owed = ""


def set_due(opinion: Opinion) -> None:
    """Calculate the deadlines from the frozen starts and limits by the calendar as it is known now."""
    if _answer_is_owed(opinion):
        opinion.handling_due_on = due_with(opinion, 0)
    if opinion.clock_on is None:
        return
    assert opinion.clock_days is not None  # noqa: S101  every clock starts with its days
    handling = opinion.status == Status.HANDLING
    due = answer_day(opinion) if handling else add_workdays(opinion.clock_on, opinion.clock_days).date
    opinion.due_on, opinion.due_provisional = due, not is_published(due.year)
    opinion.warn_on = warning_day(due, opinion.clock_days)


def warning_day(due: date, days: int) -> date:
    """Return the first day of the last fifth of `days` working days that end on `due`; at the latest `due` itself."""
    day, left = due, max(1, days // 5) - 1
    while left > 0:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return day


def for_status(opinion: Opinion, on: date) -> None:
    """Start the clock that the present status runs under, or stop all when it has none."""
    clock = Status(opinion.status).row.clock
    if opinion.status not in WITH_AGENCY:
        opinion.letter_owed = ""
    if clock == Clock.HANDLING:
        run_handling(opinion)
    elif clock:
        start(opinion, clock, on)
    else:
        opinion.clock_on = opinion.clock_days = opinion.due_on = opinion.warn_on = None
        opinion.due_provisional, opinion.clock_from = False, ""
        reset_escalation(opinion)


def midnight(day: date) -> datetime:
    """Return the first moment of `day` in the office's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def reschedule_checks(which: Q, *, now: datetime) -> int:
    """Let the sweep check these opinions and store their next check again, in its own small batches, because
    something it depends on has changed for many together. Checks that are already due stay as they are. Returns how
    many."""
    due = Q(next_check_at=None) | Q(next_check_at__gt=now)
    escalating = Opinion.objects.filter(which, due, status__in=ESCALATING, suspended_on=None)
    return escalating.update(next_check_at=now)
