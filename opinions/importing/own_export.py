"""The product's own sheet 台账, taken into another office (written by reports/workbook/register_sheet.py).

Each opinion comes to the state that the sheet shows, on the sheet's days, so that figures counted from both are equal.
What the sheet does not have is not made up: answers of earlier rounds are entered with a text that says so, and what
was declined, merged or withdrawn comes as an archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.text.moments import read_moment
from opinions.lifecycle.reasons import HowRated, HowTold
from opinions.lifecycle.statuses import Clock, Status
from opinions.models import Opinion, Satisfaction
from opinions.workflow import deadlines
from opinions.workflow.imported import archive
from opinions.workflow.reopen import reopen
from opinions.workflow.report_back import answer, call_back, close, evaluate, report_back
from opinions.workflow.transition import lock
from opinions.workflow.triage import route, sign
from studios.models import Agency
from workdays.calendar import is_workday, workdays_between

if TYPE_CHECKING:
    from .entries import Entry
    from .replay import Replay

STATUS, ROUND, ANSWER_DUE, REPORTED, CALLED = "状态", "轮次", "答复期限", "反馈时间", "回访时间"
FIRST, LAST, CLOSED, DUE, LATE = "首次评价", "最终评价", "办结时间", "当前期限", "超期答复"
OWN = frozenset([STATUS, ROUND, ANSWER_DUE, REPORTED, CALLED, FIRST, LAST, CLOSED, DUE, LATE])
READ_NO_MORE = ("当前已超期", "期限暂定", "冻结时计入", "冻结后变化")


@dataclass(frozen=True)
class History:
    """What the sheet says of an opinion beyond the columns of any ledger."""

    status: str
    round: int
    answer_due_on: date | None
    reported_at: datetime | None
    called_back_at: datetime | None
    first: str
    last: str
    closed_at: datetime | None
    due_on: date | None


def take_history(notes: dict[str, Any]) -> History | None:
    """Return what the row of an own sheet says, and take it out of the notes; None of any other table."""
    if not notes.keys() >= OWN or not (status := _code(Status, notes[STATUS])):
        return None
    given = {name: notes.pop(name) for name in OWN}
    for name in READ_NO_MORE:
        notes.pop(name, None)
    rounds = str(given[ROUND])
    return History(
        status=status,
        round=int(rounds) if rounds.isdecimal() else 1,
        answer_due_on=_day(given[ANSWER_DUE]),
        reported_at=_moment(given[REPORTED]),
        called_back_at=_moment(given[CALLED]),
        first=_code(Satisfaction, given[FIRST]),
        last=_code(Satisfaction, given[LAST]),
        closed_at=_moment(given[CLOSED]),
        due_on=_day(given[DUE]),
    )


@lru_cache(maxsize=8)
def _labels(choices: Any) -> Mapping[str, str]:
    with override(settings.LANGUAGE_CODE):
        return {str(choice.label): choice.value for choice in choices}


def _code(choices: Any, value: Any) -> str:
    return _labels(choices).get(str(value), "")


def _moment(value: Any) -> datetime | None:
    found = value if isinstance(value, date) else read_moment(str(value))
    if found is None:
        return None
    if not isinstance(found, datetime):
        return deadlines.midnight(found)
    return found if found.tzinfo else timezone.make_aware(found)


def _day(value: Any) -> date | None:
    moment = _moment(value)
    return timezone.localdate(moment) if moment else None


def replay_history(number: str, entry: "Entry", agency: Agency | None, replay: "Replay") -> None:
    """Bring a registered opinion to the state that the sheet shows."""
    history = entry.history
    assert history is not None  # noqa: S101 - the caller has looked
    if history.status in (Status.DECLINED, Status.MERGED, Status.WITHDRAWN):
        archive(number, at=entry.registered_at, **replay.how)
        return
    if agency is None:
        return
    steps = _Steps(number, entry, history, agency, replay)
    for place in range(1, history.round):
        steps.earlier_round(place)
    if history.status == Status.REGISTERED and history.round == 1:
        return
    steps.last_round()


class _Steps:
    def __init__(
        self, number: str, entry: "Entry", history: History, agency: Agency, replay: "Replay"
    ) -> None:
        self.number, self.entry, self.history, self.agency, self.replay = (
            number,
            entry,
            history,
            agency,
            replay,
        )
        self.at = entry.registered_at
        told, called = history.reported_at, history.called_back_at
        # The sheet has one call back; before the citizen was told the present answer it was about an earlier one.
        self.called_earlier = bool(history.round > 1 and called and (told is None or called < told))

    def how(self, at: datetime | None = None) -> dict[str, Any]:
        """Return the keywords of an action at `at`, or at the moment of the last one if that is later."""
        self.at = max(self.at, at or self.at)
        return {"at": self.at, **self.replay.how}

    def opinion(self) -> Opinion:
        return lock(self.number, self.replay.by)

    def routed(self) -> None:
        """Route it so that the deadlines are those of the sheet."""
        if self.opinion().status != Status.REGISTERED:
            return
        start, days = self._start()
        route(self.number, lead_agency=self.agency, handling_days=days, **self.how(start))

    def _start(self) -> tuple[datetime, int | None]:
        history, opinion = self.history, self.opinion()
        start = timezone.localdate(self.at)
        if history.status == Status.ROUTED and history.due_on:
            start = max(start, _days_before(history.due_on, deadlines.limit(Clock.SIGNING, opinion)[0]))
        days = workdays_between(start, history.answer_due_on) if history.answer_due_on else 0
        moment = self.at if start == timezone.localdate(self.at) else deadlines.midnight(start)
        return moment, days if days > 0 else None

    def earlier_round(self, place: int) -> None:
        """Enter a round that the sheet does not show, on the day of registration."""
        is_first, is_last = place == 1, place == self.history.round - 1
        self.routed()
        sign(self.number, **self.how())
        answer(self.number, outcome="D", answer=_not_in_the_sheet(), **self.how())
        report_back(self.number, **self.how() | {"how": HowTold.LETTER})
        reopening = self._reopening(is_last=is_last)
        if is_first and self.called_earlier:
            called = self.history.called_back_at
            call_back(self.number, reached=True, **self.how(min(filter(None, (called, reopening)))))
        first = self.history.first if is_first else ""
        if first:
            self._evaluate(first, self.how())
        reopen(self.number, reason=_reopened(), **self.how(reopening))

    def _reopening(self, *, is_last: bool) -> datetime | None:
        """Return when a round began so that its deadline is that of the sheet: the one for triage where the last
        reopening led there and it still waits, else the one for the answer."""
        clock, due = Clock.HANDLING, self.history.answer_due_on
        if is_last and self.history.status == Status.REGISTERED:
            clock, due = Clock.TRIAGE, self.history.due_on
        if due is None:
            return None
        return deadlines.midnight(_days_before(due, deadlines.limit(clock, self.opinion())[0]))

    def last_round(self) -> None:
        """Enter the round that the sheet shows, as far as it has come."""
        history, entry = self.history, self.entry
        if history.status == Status.REGISTERED:
            return
        self.routed()
        if history.status == Status.ROUTED:
            return
        sign(self.number, **self.how())
        if not entry.answered_at:
            return
        answer(self.number, outcome=entry.outcome, answer=entry.answer, **self.how(entry.answered_at))
        if history.status == Status.ANSWERED or not history.reported_at:
            return
        report_back(self.number, **self.how(history.reported_at) | {"how": HowTold.LETTER})
        if history.called_back_at and not self.called_earlier:
            call_back(self.number, reached=True, **self.how(history.called_back_at))
        rated = history.last if history.round == 1 or history.last != history.first else ""
        if rated:
            self._evaluate(rated, self.how(history.closed_at))
        elif history.status == Status.CLOSED:
            close(self.number, **self.how(self._closing()))

    def _evaluate(self, satisfaction: str, how: dict[str, Any]) -> None:
        """Enter an evaluation of the sheet: as the citizen's own where a second person has approved it, else as one
        that a former ledger states."""
        former = not self.replay.decisions.approved
        rated: dict[str, Any] = {"satisfaction": satisfaction, "reason": _reopened(), "reopens": False}
        evaluate(self.number, former=former, **rated, **how | {"how": HowRated.PAPER})

    def _closing(self) -> datetime | None:
        due = self.opinion().due_on
        over = deadlines.midnight(due + timedelta(days=1)) if due else None
        return max(filter(None, (over, self.history.closed_at)), default=None)


def _days_before(day: date, working_days: int) -> date:
    """Return the latest day from which `working_days` working days end on `day`."""
    while working_days > 0:
        working_days -= is_workday(day)
        day -= timedelta(days=1)
    return day


def _not_in_the_sheet() -> str:
    with override(settings.LANGUAGE_CODE):
        return _("The answer of an earlier round is not in the exported ledger.")


def _reopened() -> str:
    with override(settings.LANGUAGE_CODE):
        return _("Recorded in the exported ledger.")
