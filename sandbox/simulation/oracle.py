"""What notices the rules call for, worked out a second time, slowly, from what people did and on which day.

Deliberately shares nothing with opinions/workflow and workdays: the working days come from the package that knows the
State Council's notices, the limits and the meaning of the escalation policy from docs/workflow.md. Where both agree,
they are right for different reasons.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import chinese_calendar

DAY = timedelta(days=1)
SIGNING, REPORT_BACK, WINDOW = 1, 2, 10
HANDLING = {"enquiry": 3, "help": 5, "complaint": 15, "proposal": 15}
BY_HAND = {"supervise": 1, "circulate": 1}  # working days within which such a notice must be replied to


@dataclass(frozen=True)
class Act:
    """Something a person did; `facts` as the action needs them."""

    day: date
    code: str
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    day: date
    kind: str
    level: int
    reply_by: date | None


def works(day: date) -> bool:
    """Return whether `day` is a working day."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:  # not published: only January can be reached, and its one day off by law
        if (day.month, day.day) >= (2, 1):
            raise
        return day.weekday() < 5 and (day.month, day.day) != (1, 1)  # Monday to Friday


def later(day: date, count: int) -> date:
    """Return the day `count` working days after `day`; for 0 the day itself, moved to a working day."""
    if count == 0:
        while not works(day):
            day += DAY
        return day
    while count:
        day += DAY
        count -= works(day)
    return day


def worked(after: date, until: date) -> int:
    """Return the number of working days after one day, up to and including another."""
    count = 0
    while after < until:
        after += DAY
        count += works(after)
    return count


def yellow(due: date, limit: int) -> date:
    """Return the first day of the last fifth of the limit, at least the last day itself."""
    left = max(1, limit // 5) - 1
    while left:
        due -= DAY
        left -= works(due)
    return due


class Life:
    """One opinion, day by day."""

    def __init__(self, matter: str, ladder: list[dict[str, Any]]) -> None:
        self.matter, self.ladder = matter, ladder
        self.status, self.round = "registered", 1
        # Days; None until the act that sets them, and no clock is asked before.
        self.routed_on: Any = None
        self.due: Any = None
        self.until: Any = None
        self.stopped_on: Any = None
        self.reached: date | None
        self.promise: date | None
        self.added = self.asked = self.limit = 0
        self.found: list[Expected] = []
        self._from_below()

    def _from_below(self) -> None:
        self.level, self.reached, self.promise, self.promised_at = 0, None, None, 0

    def _clock(self, due: date | None, limit: int) -> None:
        self.due, self.limit = due, limit
        self._from_below()

    def _answer_due(self) -> date:
        return later(self.routed_on, HANDLING[self.matter] + self.added)

    # --- the morning's sweep
    def morning(self, day: date) -> None:
        """Do what the morning's sweep does."""
        if self.status == "reported_back" and day > self.due:
            self.status = "closed"
        if self.stopped_on and day > self.until:
            self._go_on(day)
        if self.status not in ("routed", "handling", "answered") or self.stopped_on:
            return
        rung = next((r for r in self.ladder if r["level"] > self.level), None)
        if rung is None or day < self._comes(rung):
            return
        if rung["letter"] and self.status != "answered" and not works(day):
            return  # a letter leaves when the office is open; this morning's look comes then
        self.level, self.reached = rung["level"], day
        if self.promise and day <= self.promise:
            self.promised_at = self.level
        self._sent(day, rung["kind"], rung["level"], rung["acknowledge_within"])

    def _planned(self, rung: dict[str, Any]) -> date:
        """Return the level's day where nobody promised anything and no morning was missed."""
        if rung["anchor"] == "warning":
            first = yellow(self.due, self.limit)
            return min(later(first, rung["days"]) if rung["days"] else first, self.due)
        return (later(self.due, rung["days"]) if rung["days"] else self.due) + DAY

    def _comes(self, rung: dict[str, Any]) -> date:
        """Return the first day on which the level is due: never on the day of the one before it, and as many working
        days after it as lie between the two."""
        day = self._planned(rung)
        if self.reached:
            before = next((r for r in self.ladder if r["level"] == self.level), None)
            apart = worked(self._planned(before), day) if before else 0
            if apart:
                day = max(day, later(self.reached, apart))
        if self.promise and rung["anchor"] == "overdue" and self.level <= self.promised_at:
            day = max(self.due + DAY, min(day, self.promise + DAY))
        return max(day, self.reached + DAY) if self.reached else day

    def _sent(self, day: date, kind: str, level: int, within: int | None) -> None:
        self.found.append(Expected(day, kind, level, later(day, within) if within else None))

    def _go_on(self, day: date) -> None:
        self.added += worked(self.stopped_on, min(day, self.until))
        self.stopped_on, self.due = None, self._answer_due()

    # --- what people did
    def take(self, act: Act) -> None:
        """Do what a person did."""
        getattr(self, f"_{act.code}")(act.day, **act.facts)

    def _route(self, day: date) -> None:
        self.status, self.routed_on, self.added = "routed", day, 0
        self._clock(later(day, SIGNING), SIGNING)

    def _sign(self, day: date) -> None:
        self.status = "handling"
        self._clock(self._answer_due(), HANDLING[self.matter])

    def _return_it(self, day: date) -> None:
        self.status, self.stopped_on = "registered", None

    def _ask_extension(self, day: date, days: int) -> None:
        self.asked = days

    def _grant_extension(self, day: date) -> None:
        self.added += self.asked
        self._clock(self._answer_due(), HANDLING[self.matter])

    def _refuse_extension(self, day: date) -> None:
        pass

    def _suspend(self, day: date, until: date) -> None:
        self.stopped_on, self.until = day, until

    def _notify(self, day: date, kind: str) -> None:
        self._sent(day, kind, 0, BY_HAND.get(kind))

    def _acknowledge(self, day: date, promised: date) -> None:
        self.promise, self.promised_at = promised, self.level

    def _answer(self, day: date) -> None:
        self.status = "answered"
        self._clock(later(day, REPORT_BACK), REPORT_BACK)

    def _report_back(self, day: date) -> None:
        self.status = "reported_back"
        self._clock(later(day, WINDOW), WINDOW)

    def _satisfied(self, day: date) -> None:
        self.status = "closed"

    def _reopen(self, day: date) -> None:
        self.round += 1
        self._route(day)


def notices(matter: str, ladder: list[dict[str, Any]], acts: list[Act], last: date) -> list[Expected]:
    """Return the notices of one opinion up to and including the morning of `last`."""
    life, waiting = Life(matter, sorted(ladder, key=lambda rung: rung["level"])), list(acts)
    day = acts[0].day
    while day <= last and life.status != "closed":
        life.morning(day)
        while waiting and waiting[0].day == day:
            act = waiting.pop(0)
            if act.code != "register":
                life.take(act)
        day += DAY
    return life.found


def differences(expected: Counter, actual: Counter) -> tuple[list[Any], list[Any]]:
    """Return (missing, surplus), each item as often as it is."""
    return sorted((expected - actual).elements()), sorted((actual - expected).elements())
