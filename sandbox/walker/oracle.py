"""What must be so, worked out from the journal alone: status, round, days, who must have been told.

Written from docs/workflow.md and the office's rules; it shares no code with the product, so that where both agree they
are right for different reasons.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from .workdays import between, later

# Working days a step may take, by rule.
LIMITS = {"triage": 2, "signing": 1, "report_back": 2, "window": 10}
HANDLING = {"enquiry": 3, "help": 5, "complaint": 15, "proposal": 15, "complex": 30}
CLOCKS = {"registered": "triage", "routed": "signing", "answered": "report_back", "reported_back": "window"}
OPEN = ("registered", "routed", "handling", "answered", "reported_back")
TOLD = ("reported_back", "closed")
BY_SYSTEM = ("sms", "web")  # channels from a distance: the system itself reports back where there is a phone


@dataclass(frozen=True)
class Notice:
    """Somebody must have been told of `about` since a moment: people of a role, or the citizen by text message."""

    to: tuple
    about: str
    since: datetime
    why: str
    subject: str = ""


@dataclass
class Matter:
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
    number: str = ""
    code: str = ""  # the citizen's query code
    title: str = ""
    status: str = "registered"
    round: int = 1
    complex: bool = False
    agency: str = ""
    joint: dict = field(default_factory=dict)  # agency → "sent", "signed" or "answered"
    routed_on: date | None = None
    ever_routed: bool = False
    answer: str = ""
    days: int = 0
    added: int = 0
    due: date | None = None
    suspended: tuple | None = None
    extension: str = ""
    extension_days: int = 0
    evaluations: list = field(default_factory=list)  # (round, word)
    late: bool = False
    reported: bool = False
    called: bool = False
    closed_on: date | None = None
    into: str = ""
    uncertain: str = ""  # why the walker no longer knows: an action the oracle has no rule for
    notices: list = field(default_factory=list)

    def __post_init__(self):
        self.registered_on = self.at.date()
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
        return HANDLING[matter] if clock == "handling" else LIMITS[clock]

    @property
    def answer_due(self) -> date | None:
        return later(self.routed_on, self.days + self.added) if self.routed_on and self.agency else None

    def _start(self, day: date) -> None:
        clock = CLOCKS.get(self.status)
        if self.status == "handling":
            self.due = self.answer_due
        else:
            self.due = later(day, self.limit(clock)) if clock else None

    def _become(self, status: str, day: date) -> None:
        if status != self.status:
            self.status = status
            self._start(day)

    @property
    def evaluated(self) -> bool:
        return any(number == self.round for number, _word in self.evaluations)

    # --- what falls due by itself
    def sweep(self, now: datetime) -> None:
        day = now.date()
        if self.suspended and day > self.suspended[1]:
            self._resume(day)
        if self.status == "answered" and self.channel in BY_SYSTEM and self.phone:
            self._reported_back(now)
            self._tell("citizen", now, "the answer")
        if self.status == "reported_back" and day > self.due:
            self._become("closed", day)
            self.closed_on = day

    def _resume(self, day: date) -> None:
        since, until = self.suspended
        self.added += max(0, between(since, min(day, until)))
        self.suspended = None
        self.due = self.answer_due

    def _tell(self, group: str, now: datetime, why: str, subject: str = "") -> None:
        to = {
            "citizen": ("citizen", self.phone),
            "handlers": ("handler", self.agency),
            "officers": ("officer", self.county),
            "supervisors": ("supervisor", self.county),
            "clerks": ("clerk", self.township, self.studio),
        }[group]
        if group != "citizen" or self.phone:
            self.notices.append(Notice(to, self.number, now, why, subject))

    # --- what people did
    def take(self, code: str, now: datetime, values: dict) -> bool:
        """What the action does; False when the oracle has no rule for it."""
        rule = getattr(self, f"_on_{code}", None)
        if rule is None or (self.status == "merged" and code in ("evaluate", "reopen")):
            return False
        rule(now, values)
        return True

    def _classified(self, values) -> None:
        self.kind = values.get("matter_type") or self.kind
        if "matter_type" in values:
            self.complex = "is_complex" in values

    def _on_classify(self, now, values):
        self._classified(values)

    def _on_route(self, now, values):
        self._classified(values)
        self.agency = values["lead_agency"]
        self.joint = dict.fromkeys(values.get("joint_agencies", []), "sent")
        self._send(now, int(values.get("handling_days") or 0))
        for agency in self.joint:
            self.notices.append(Notice(("handler", agency), self.number, now, "a joint part to sign for"))

    def _send(self, now, days=0):
        self.routed_on, self.added, self.ever_routed = now.date(), 0, True
        self.days = days or self.limit("handling")
        self._become("routed", now.date())
        self._tell("handlers", now, "a new opinion to sign for")

    def _on_sign(self, now, values):
        self._become("handling", now.date())

    def _back(self, status, now):
        self.agency, self.suspended, self.extension, self.joint = "", None, "", {}
        self._become(status, now.date())

    def _on_return_it(self, now, values):
        self._back("registered", now)
        self._tell("officers", now, "returned by the agency")

    def _on_decline(self, now, values):
        self._back("declined", now)
        self._tell("citizen", now, "that it cannot be handled here")

    def _on_withdraw(self, now, values):
        self.suspended = None
        self._become("withdrawn", now.date())

    def _on_reconsider(self, now, values):
        self._back("registered", now)
        self._tell("officers", now, "to be reconsidered")

    def _on_unmerge(self, now, values):
        self.into = ""
        self._back("registered", now)

    def _on_merge(self, now, values):
        self.into = values["into"]
        self._become("merged", now.date())

    def _on_hand_on(self, now, values):
        self._back("registered", now)

    _on_recall = _on_hand_on

    def _on_ask_extension(self, now, values):
        self.extension, self.extension_days = "asked", int(values["days"])
        self._tell("supervisors", now, "an extension is asked for")

    def _on_grant_extension(self, now, values):
        self.extension = "granted"
        self.added += self.extension_days
        self.due = self.answer_due
        self._tell("handlers", now, "the extension is granted")

    def _on_refuse_extension(self, now, values):
        self.extension = "refused"
        self._tell("handlers", now, "the extension is refused")

    def _on_suspend(self, now, values):
        self.suspended = (now.date(), date.fromisoformat(values["until_on"]))

    def _on_answer_question(self, now, values):
        self._resume(now.date())

    def _on_resume(self, now, values):
        self._resume(now.date())

    def _on_joint_sign(self, now, values):
        pass

    _on_joint_answer = _on_joint_return = _on_acknowledge = _on_notify = _on_escalate = _on_joint_sign
    _on_supplement = _on_note_progress = _on_note_internally = _on_issue_supervision = _on_joint_sign
    _on_issue_handover = _on_issue_reply = _on_rate = _on_give_copy = _on_joint_sign

    def _on_amend(self, now, values):
        self.kind = values.get("matter_type", self.kind)
        self.phone, self.channel = (
            values.get("citizen_phone", self.phone),
            values.get("channel", self.channel),
        )
        self.title = values.get("title", self.title)

    def _on_answer(self, now, values):
        self.late = self.late or now.date() > self.answer_due
        self.answer, self.extension = values["answer"], ""
        self._become("answered", now.date())
        if self.channel not in BY_SYSTEM or not self.phone:
            self._tell("clerks", now, "an answer to report back")

    def _on_report_back(self, now, values):
        self._reported_back(now)
        if values["how"] == "sms":
            self._tell("citizen", now, "the answer")

    def _reported_back(self, now):
        self.reported = True
        self._become("reported_back", now.date())

    def _on_call_back(self, now, values):
        self.called = self.called or values["reached"] == "yes"

    def _on_evaluate(self, now, values):
        self.evaluations.append((self.round, values["satisfaction"]))
        if values["satisfaction"] == "not":
            self._on_reopen(now, {})
        elif self.status == "reported_back":
            self._become("closed", now.date())
            self.closed_on = now.date()

    def _on_reopen(self, now, values):
        self.round += 1
        self.extension, self.closed_on, self.answer = "", None, ""
        self._tell("supervisors", now, "reopened")
        if self.round > 2 or "ask_triage" in values:
            self._back("registered", now)
        else:
            joint = self.joint
            self._send(now)
            self.joint = dict.fromkeys(joint, "sent")

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
            happy = ("satisfied", "mostly")
            facts = {
                "reported": self.reported, "called_back": self.called, "evaluated": words,
                "first_satisfied": words and words[0] in happy, "last_satisfied": words and words[-1] in happy,
                "reopened": self.round > 1, "reopened_twice": self.round > 2,
            }  # fmt: skip
            found |= {name for name, so in facts.items() if so}
        return found
