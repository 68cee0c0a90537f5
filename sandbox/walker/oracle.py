"""What must be so, worked out from the journal alone: status, round, days, who must have been told.

Written from docs/workflow.md and the office's rules; it shares no code with the product, so that where both agree they
are right for different reasons. What each action does stands in rules.py, the notices by rule in ladder.py.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from .ladder import LADDER, Climb
from .rules import Rules
from .workdays import later

# Working days a step may take, by rule; of some it depends on the matter.
LIMITS = {"triage": 2, "signing": 1, "report_back": 2, "window": 10}
BY_MATTER = {
    "handling": {"enquiry": 3, "help": 5, "complaint": 15, "proposal": 15, "complex": 30},
    "suspension": {"enquiry": 5, "help": 10, "complaint": 15, "proposal": 15, "complex": 30},
}
CLOCKS = {"registered": "triage", "routed": "signing", "answered": "report_back", "reported_back": "window"}
OPEN = ("registered", "routed", "handling", "answered", "reported_back")
CLIMBING = ("routed", "handling", "answered")
TOLD = ("reported_back", "closed")
BY_SYSTEM = ("sms", "web")  # channels from a distance: the system itself reports back where there is a phone
HAPPY = ("satisfied", "mostly")


@dataclass
class Matter(Rules):
    """One opinion as it must stand; `label` is the walker's own name for it, `number` the product's."""

    label: str
    county: str
    township: str
    studio: str
    kind: str
    channel: str
    phone: str
    limits: dict
    at: datetime
    name: str = ""
    deputy: str = ""  # to whom it was told
    number: str = ""
    code: str = ""  # the citizen's query code
    title: str = ""
    status: str = "registered"
    round: int = 1
    complex: bool = False
    category: str = ""  # empty while nobody but a rule has set it
    agency: str = ""
    joint: dict = field(default_factory=dict)  # agency → "sent", "signed" or "answered"
    routed_on: date | None = None
    ever_routed: bool = False
    answer: str = ""
    days: int = 0
    added: int = 0
    due: date | None = None
    suspended: tuple | None = None
    stood: int = 0  # working days that the clock stood still in this round
    question: str = ""
    said: list = field(default_factory=list)  # on its way, for the citizen to read again
    kept_back: list = field(default_factory=list)  # among the staff alone
    extension: str = ""
    extension_days: int = 0
    answers: list = field(default_factory=list)  # (round, last day, day of the answer)
    evaluations: list = field(default_factory=list)  # (round, word)
    closings: list = field(default_factory=list)  # (round, day)
    rating: str = ""  # the deputy's
    late: bool = False
    reported: bool = False
    called: bool = False
    called_in: int = 0  # the round in which the citizen was reached
    closed_on: date | None = None
    into: str = ""
    followed: "Matter | None" = field(default=None, repr=False, compare=False)  # the one it was merged into
    followers: list = field(default_factory=list, repr=False, compare=False)
    uncertain: str = ""  # why the walker no longer knows: an action the oracle has no rule for
    notices: list = field(default_factory=list)
    rungs: tuple = LADDER

    def __post_init__(self):
        self.registered_on = self.at.date()
        self.climb = Climb(self.rungs)
        self._start(self.at.date())

    # --- days
    def limit(self, clock: str) -> int:
        matter = "complex" if self.complex else self.kind
        for key in [
            (self.county, clock, matter),
            (self.county, clock, ""),
            ("", clock, matter),
            ("", clock, ""),
        ]:
            if key in self.limits:
                return self.limits[key]
        return BY_MATTER[clock][matter] if clock in BY_MATTER else LIMITS[clock]

    @property
    def answer_due(self) -> date | None:
        return later(self.routed_on, self.days + self.added) if self.routed_on and self.agency else None

    def may_stand_until(self, today: date) -> date | None:
        """The last day until which the clock may stand still; None where no day of it is left in this round."""
        left = self.limit("suspension") - self.stood
        return later(today, left) if left > 0 else None

    def _start(self, day: date) -> None:
        clock = CLOCKS.get(self.status)
        self.clock_days = self.limit(clock) if clock else self.days
        if self.status == "handling":
            self.due = self.answer_due
        else:
            self.due = later(day, self.clock_days) if clock else None
        self.climb.start()

    def _become(self, status: str, day: date) -> None:
        if status != self.status:
            self.status = status
            self._start(day)

    @property
    def evaluated(self) -> bool:
        return any(number == self.round for number, _word in self.evaluations)

    @property
    def told_by_system(self) -> bool:
        return self.channel in BY_SYSTEM and bool(self.phone)

    @property
    def to_be_called(self) -> bool:
        """Whether a clerk has to phone: there is a number, and an answer to be told or to be asked about."""
        asked = self.evaluated or self.called_in == self.round
        return bool(self.phone) and (
            self.status == "answered" or (self.status == "reported_back" and not asked)
        )

    # --- what falls due by itself
    def sweep(self, now: datetime, left=frozenset()) -> None:
        """`left`: the agencies where nobody can act any more."""
        day = now.date()
        if self.suspended and day > self.suspended[1]:
            question = self.question
            self._resume(day)
            if question:
                self.tell("handlers", now, "no answer to the question")
        if self.status == "answered" and self.told_by_system:
            self._reported_back(now)
            self.tell("citizen", now, "the answer")
        if self.status == "reported_back" and day > self.due:
            self._close(day)
        if self.status in CLIMBING and not self.suspended:
            with_agency = self.status != "answered"
            if self.climb.comes(now, self.due, self.clock_days, with_agency=with_agency):
                if with_agency and self.agency in left:  # nothing is sent to nobody
                    self._back("registered", now)
                    self.tell("officers", now, "nobody at the agency can act")
                else:
                    self.climb.send(day)

    # --- what is counted, whatever round it is in
    def counted(self, today: date) -> set[str]:
        accepted = self.status not in ("declined", "merged", "withdrawn")
        found = {"all"} | ({"accepted"} if accepted else set())
        if self.status == "closed":
            found |= {"closed", "late" if self.late else "on_time"}
        if self.status in OPEN:
            found.add("open")
            if not self.suspended and self.due < today:
                found.add("overdue")
        if accepted:
            words = [word for _round, word in self.evaluations]
            facts = {
                "reported": self.reported, "called_back": self.called, "evaluated": words,
                "first_satisfied": words and words[0] in HAPPY, "last_satisfied": words and words[-1] in HAPPY,
                "reopened": self.round > 1, "reopened_twice": self.round > 2,
            }  # fmt: skip
            found |= {name for name, so in facts.items() if so}
        return found
