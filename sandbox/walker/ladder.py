"""The supervision ladder of one opinion (提醒 → 催办 → 督办 → 通报), worked out from docs/workflow.md: which notice
goes out on which day. The office is looked at often, so that each comes on its first possible look.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from .workdays import DAY, between, earlier, later, works

OPENS, CLOSES = "08:30", "17:30"  # no letter leaves outside


@dataclass(frozen=True)
class Rung:
    """`days` working days after the day on which the light turns yellow, or after the last day."""

    kind: str
    overdue: bool
    days: int
    letter: bool = False


LADDER = (
    Rung("提醒", False, 0),
    Rung("催办", True, 0),
    Rung("督办", True, 3, letter=True),
    Rung("提请通报", True, 8),
)


def with_last(days: int) -> tuple:
    """The same ladder with its last rung so many working days later: a county's own."""
    return (*LADDER[:-1], Rung("提请通报", True, LADDER[-1].days + days))


@dataclass
class Climb:
    """Where an opinion stands on the ladder under the clock that runs now."""

    rungs: tuple
    level: int = 0
    reached_on: date | None = None
    promised_on: date | None = None
    promised_level: int = 0
    sent: list = field(default_factory=list)  # (kind, day) of all notices, by rule or by hand, in all rounds

    def start(self) -> None:
        """Another clock runs: from below, and nothing promised is owed any more."""
        self.level, self.reached_on, self.promised_on, self.promised_level = 0, None, None, 0

    def promise(self, day: date) -> None:
        self.promised_on, self.promised_level = day, self.level

    def comes(self, now: datetime, due: date, days: int, *, with_agency: bool) -> bool:
        """Whether a look at `now` sends the next notice, under a clock of `days` working days that ends on `due`."""
        if self.level == len(self.rungs) or now.date() < self._day(self.rungs[self.level], due, days):
            return False
        is_open = works(now.date()) and OPENS <= f"{now:%H:%M}" < CLOSES
        return is_open or not (self.rungs[self.level].letter and with_agency)

    def send(self, day: date) -> None:
        self.sent.append((self.rungs[self.level].kind, day))
        self.level, self.reached_on = self.level + 1, day
        if self.promised_on and day <= self.promised_on:
            self.promised_level = self.level

    def _day(self, rung: Rung, due: date, days: int) -> date:
        day = self._by_itself(rung, due, days)
        if self.reached_on:  # the working days between two rungs are kept, whenever the lower one came
            apart = between(self._by_itself(self.rungs[self.level - 1], due, days), day)
            day = max(day, later(self.reached_on, apart) if apart else self.reached_on)
        if self.promised_on and rung.overdue and self.level <= self.promised_level:
            day = max(due + DAY, min(day, self.promised_on + DAY))
        return max(day, self.reached_on + DAY) if self.reached_on else day

    @staticmethod
    def _by_itself(rung: Rung, due: date, days: int) -> date:
        if rung.overdue:
            return (later(due, rung.days) if rung.days else due) + DAY
        yellow = earlier(due, max(1, days // 5) - 1)
        return min(later(yellow, rung.days) if rung.days else yellow, due)
