"""How the load data's opinions go: ended ones to their end, open ones to where they wait."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, cast

from django.utils import timezone

from accounts.actors import SYSTEM, actor_of
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.workflow.deadlines import midnight
from opinions.workflow.rounds import begin_round, note_call_back, note_evaluation
from sandbox.texts import Words, said
from workdays.calendar import add_workdays

from .draft import Draft
from .reference_data import Stock

# An opinion older than this has all the time it needs; a younger one that must end goes quicker.
UNHURRIED_DAYS = 75
# Where an open opinion waits, by its age in days: (up to, weights of the stages).
STAGES = ["registered", "routed", "handling", "answered", "reported_back"]
WAITING = [
    (1, [60, 35, 5, 0, 0]),
    (4, [8, 30, 50, 7, 5]),
    (21, [2, 5, 68, 10, 15]),
    (10_000, [1, 2, 70, 9, 18]),
]


@dataclass
class Way:
    """One opinion on its way; `at` is the moment it has come to, and `now` its limit."""

    draft: Draft
    words: Words
    stock: Stock
    rng: Random
    at: datetime
    now: datetime

    @property
    def opinion(self) -> Opinion:
        return self.draft.opinion

    def later(self, days: float) -> datetime:
        """Move some days on, hurried so that a young opinion still ends before now; return the moment."""
        left = (self.now - self.at) / 8
        pace = min(1.0, (self.now - self.opinion.registered_at).days / UNHURRIED_DAYS)
        self.at += min(timedelta(days=days * pace * (0.5 + self.rng.random())), left)
        return self.at

    def on(self, day: date) -> datetime:
        """Move into the office hours of a day, or as late as can be; return the moment."""
        moment = midnight(day) + timedelta(hours=9, minutes=self.rng.randrange(480))
        self.at = max(self.at, min(moment, self.at + (self.now - self.at) / 2))
        return self.at

    # --- steps
    def classified(self) -> None:
        """Classify the opinion by rule."""
        opinion = self.opinion
        opinion.category = self.stock.categories[self.words.category]
        facts = {
            "category": self.words.category,
            "matter_type": opinion.matter_type,
            "urgency": opinion.urgency,
        }
        self.draft.take("classify", by=SYSTEM, at=self.at, role="system", complex=False, **facts)

    def routed(self) -> None:
        """Classify and route it, by an officer or by rule."""
        self.classified()
        agency = self.stock.agency(self.opinion.county_id, self.words.category)
        by = actor_of(self.stock.officer(self.opinion)) if self.rng.random() < 0.3 else SYSTEM
        if by.is_person:
            self.later(0.6)
        self.draft.route(agency, by=by, at=self.at, role="triage_officer" if by.is_person else "system")

    def signed(self) -> None:
        """Sign for it as the agency."""
        self.draft.climb(self.later(0.6))
        self.opinion.signed_at = self.at
        self._handler("sign")

    def _handler(self, code: str, **more: Any) -> None:
        self.draft.take(code, by=self.stock.handler(self.opinion), at=self.at, role="handler", **more)

    def answered(self, *, late: bool = False) -> None:
        """Answer it within the limit, or `late` some working days after it."""
        opinion = self.opinion
        due = cast(date, opinion.handling_due_on)  # set when it was routed
        today = timezone.localdate(self.at)
        if late:
            day = add_workdays(due, self.rng.randint(1, 12)).date
        else:
            day = min(due, today + timedelta(days=self.rng.randint(0, max(0, (due - today).days))))
        self.draft.climb(self.on(day))
        was_late = timezone.localdate(self.at) > due
        opinion.answer, opinion.outcome, opinion.answered_at = self.words.solved, "A", self.at
        if self.rng.random() < 0.35:
            opinion.answer, opinion.outcome = self.words.planned, self.rng.choice("BBCD")
        opinion.answered_late = opinion.answered_late or was_late
        facts = {"outcome": opinion.outcome, "late": was_late, "due_on": str(due), "text": opinion.answer}
        self._handler("answer", **facts)

    def told(self) -> None:
        """Report the answer back, mostly with a call back."""
        opinion, clerk = self.opinion, self.stock.clerk(self.opinion)
        self.draft.climb(self.later(1))
        opinion.reported_back_at = self.at
        self.draft.take(
            "report_back", by=clerk, at=self.at, role="clerk", how=self.rng.choice(["phone", "visit"])
        )
        if self.rng.random() < 0.6:
            note_call_back(opinion, self.later(2))
            self.draft.take(
                "call_back", by=clerk, at=self.at, role="clerk", reached=True, text=said(self.rng, "calls")
            )

    def ended(self) -> None:
        """End it by the citizen's evaluation, or by the window where that has passed."""
        opinion = self.opinion
        window = midnight(cast(date, opinion.due_on) + timedelta(days=1))  # set when it was reported back
        if self.rng.random() < 0.25 and self.at <= window < self.now:
            self.at = opinion.closed_at = window
            why = {"rule": "window", "until": str(opinion.due_on)}
            self.draft.take("close", by=SYSTEM, at=self.at, role="system", why=why)
            return
        opinion.closed_at = self.later(2)
        note_evaluation(opinion, self.rng.choices(["satisfied", "mostly"], [3, 1])[0], self.at)
        facts = {"satisfaction": opinion.satisfaction, "how": "phone", "status": Status.CLOSED}
        self.draft.take("evaluate", by=self.stock.clerk(opinion), at=self.at, role="clerk", **facts)

    def reopened(self) -> None:
        """Reopen it for a citizen who is not satisfied."""
        opinion, clerk, reason = self.opinion, self.stock.clerk(self.opinion), said(self.rng, "unhappy")
        note_evaluation(opinion, "not", self.later(1))
        facts: dict[str, Any] = {"satisfaction": "not", "how": "phone", "text": reason}
        self.draft.take("evaluate", by=clerk, at=self.at, role="clerk", **facts)
        past = begin_round(opinion)
        facts = {"round": opinion.round, "text": reason, "designated": True}
        self.draft.route(opinion.lead_agency, by=clerk, at=self.at, role="clerk", code="reopen", **facts)
        past.event = self.draft.events[-1]
        self.draft.rounds.append(past)


def finish(way: Way) -> None:
    """Lead the opinion to one of the ends, most of them closed."""
    chance, opinion = way.rng.random(), way.opinion
    if chance < 0.05:
        way.later(1)
        facts = {"reason": "litigation", "right_door": "人民法院"}
        way.draft.take("decline", by=way.stock.officer(opinion), at=way.at, role="triage_officer", **facts)
    elif chance < 0.07:
        way.later(1)
        words = said(way.rng, "withdrawals")
        way.draft.take("withdraw", by=way.stock.clerk(opinion), at=way.at, role="clerk", text=words)
    elif chance < 0.1 and (into := way.stock.closed.get((opinion.county_id, way.words.category))):
        way.later(1)
        opinion.merged_into_id, number = into
        way.draft.take("merge", by=way.stock.officer(opinion), at=way.at, role="triage_officer", into=number)
    else:
        _close(way)


def _close(way: Way) -> None:
    way.routed()
    way.signed()
    way.answered(late=way.rng.random() < 0.1)
    way.told()
    if way.rng.random() < 0.07:
        way.reopened()
        way.signed()
        way.answered()
        way.told()
    way.ended()
    way.stock.closed[way.opinion.county_id, way.words.category] = (way.opinion.pk, way.opinion.number)


def leave_open(way: Way) -> None:
    """Lead the opinion to the desk where it waits; the notices that fell due meanwhile are issued."""
    age = (way.now - way.at).days
    weights = next(weights for most, weights in WAITING if age < most)
    stage = STAGES.index(way.rng.choices(STAGES, weights)[0])
    for step in (way.routed, way.signed, way.answered, way.told)[:stage]:
        if way.opinion.status == Status.HANDLING and stage == STAGES.index("reported_back"):
            # Told within the last days, else the window would have closed it.
            way.at = max(way.at, way.now - timedelta(days=6))
            way.draft.climb(way.at)
        step()
    way.draft.climb(way.now)
