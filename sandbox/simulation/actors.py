"""What the county's people do: each opinion's own dice say who acts after how many days, and who does not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from opinions.lifecycle.errors import Refused
from opinions.models import Opinion
from opinions.workflow import register, report_back, supervision, triage
from sandbox.random_people import dice
from sandbox.texts import said
from studios.models import Agency, Township

from .oracle import HANDLING, Act

SOON = [0, 0, 1, 1, 2, 3, 6]  # days


@dataclass
class Person:
    """One opinion and those around it. `acts` is what was really done; a refused act is none."""

    place: int
    rng: Random
    matter: str
    number: str = ""
    acts: list = field(default_factory=list)

    def sometimes(self, share: float) -> bool:
        """Return true in a share of the cases."""
        return self.rng.random() < share


class CountyActors:
    """The county: who may act, and what is planned for which day."""

    def __init__(self, *, county: str, township: Township, agency: Agency, crew: dict[str, User]) -> None:
        self.county, self.township, self.agency, self.crew = county, township, agency, crew
        self.plan: dict[date, list] = {}
        self.people: dict[str, Person] = {}
        self.moment = timedelta()

    def later(self, day: date, days: int, person: Person, code: str) -> None:
        """Plan the act `code` of a person some days after `day`."""
        self.plan.setdefault(day + timedelta(days=days), []).append((person, code))

    def act_on(self, day: date) -> int:
        """Take everything planned for the day, from nine o'clock on, one after another; return how much was done."""
        planned, before = self.plan.pop(day, []), sum(len(p.acts) for p in self.people.values())
        for place, (person, code) in enumerate(planned):
            moment = datetime.combine(day, time(9)) + timedelta(seconds=place)
            getattr(self, f"_{code}")(person, day, timezone.make_aware(moment))
        return sum(len(p.acts) for p in self.people.values()) - before

    def _take(
        self,
        person: Person,
        day: date,
        at: datetime,
        function: Callable[..., object],
        *,
        facts: dict[str, Any] | None = None,
        code: str = "",
        **words: Any,
    ) -> bool:
        try:
            function(person.number, at=at, **words)
        except (Refused, Opinion.DoesNotExist):  # too late, or returned to triage meanwhile
            return False
        person.acts.append(Act(day, code or function.__name__, facts or {}))
        return True

    def _register(self, person: Person, day: date, at: datetime) -> None:
        words: dict[str, Any] = {
            "title": said(person.rng, "unclear"),
            "body": "请帮忙看看。",
            "matter_type": person.matter,
        }
        opinion = register.register(
            by=self.crew["clerk"], at=at, township=self.township, channel="visit", **words
        )
        person.number = opinion.number
        self.people[opinion.number] = person
        person.acts.append(Act(day, "register"))
        self.later(day, person.rng.choice(SOON), person, "route")

    def _route(self, person: Person, day: date, at: datetime) -> None:
        designated = any(act.code == "return_it" for act in person.acts)
        words: dict[str, Any] = {
            "by": self.crew["officer"],
            "lead_agency": self.agency,
            "designated": designated,
        }
        self._take(person, day, at, triage.route, **words)
        if person.sometimes(0.05):
            self.later(day, person.rng.choice([0, 1, 3]), person, "return")
        self.later(day, person.rng.choice(SOON), person, "sign")

    def _return(self, person: Person, day: date, at: datetime) -> None:
        if self._take(person, day, at, triage.return_it, by=self.crew["handler"], reason="不属本单位"):
            self.later(day, 1, person, "route")

    def _sign(self, person: Person, day: date, at: datetime) -> None:
        if not self._take(person, day, at, triage.sign, by=self.crew["handler"]):
            return
        limit, rng = HANDLING[person.matter], person.rng
        for share, code in ((0.1, "ask"), (0.08, "suspend"), (0.07, "notify")):
            if person.sometimes(share):
                self.later(day, rng.randint(0, limit), person, code)
        if person.sometimes(0.93):  # the others never answer
            late = person.sometimes(0.35)
            self.later(
                day, rng.randint(limit, limit * 2 + 20) if late else rng.randint(0, limit), person, "answer"
            )

    def _ask(self, person: Person, day: date, at: datetime) -> None:
        days = max(1, HANDLING[person.matter] // 2)
        words: dict[str, Any] = {"by": self.crew["handler"], "days": days, "reason": "要勘测"}
        if self._take(person, day, at, supervision.ask_extension, facts={"days": days}, **words):
            self.later(day, person.rng.randint(0, 4), person, "decide")

    def _decide(self, person: Person, day: date, at: datetime) -> None:
        if person.sometimes(0.5):
            self._take(person, day, at, supervision.grant_extension, by=self.crew["supervisor"])
        else:
            words: dict[str, Any] = {"by": self.crew["supervisor"], "reason": "时间够用"}
            self._take(person, day, at, supervision.refuse_extension, **words)

    def _suspend(self, person: Person, day: date, at: datetime) -> None:
        until = day + timedelta(days=person.rng.randint(1, 20))
        words: dict[str, Any] = {"by": self.crew["handler"], "reason": "等材料", "until_on": until}
        self._take(person, day, at, supervision.suspend, facts={"until": until}, **words)

    def _notify(self, person: Person, day: date, at: datetime) -> None:
        kind = person.rng.choice(["urge", "supervise"])
        done = self._take(
            person, day, at, supervision.notify, facts={"kind": kind}, by=self.crew["supervisor"], kind=kind
        )
        if done and kind == "supervise":
            self.noticed(person.number, day)

    def noticed(self, number: str, day: date) -> None:
        """Plan the reply to a notice that asks for one; not everybody gives one."""
        person = self.people[number]
        if person.sometimes(0.6):
            self.later(day, person.rng.randint(0, 4), person, "acknowledge")

    def _acknowledge(self, person: Person, day: date, at: datetime) -> None:
        promised = day + timedelta(days=person.rng.randint(0, 14))
        words: dict[str, Any] = {"by": self.crew["handler"], "reply": "正在办", "promised_on": promised}
        self._take(person, day, at, supervision.acknowledge, facts={"promised": promised}, **words)

    def _answer(self, person: Person, day: date, at: datetime) -> None:
        words: dict[str, Any] = {"by": self.crew["handler"], "outcome": "A", "answer": "已办好。"}
        if self._take(person, day, at, report_back.answer, **words):
            self.later(day, person.rng.choice([*SOON, 9, 14]), person, "report")
        elif Opinion.objects.get(number=person.number).suspended_on:
            self.later(day, 4, person, "answer")

    def _report(self, person: Person, day: date, at: datetime) -> None:
        words: dict[str, Any] = {"by": self.crew["clerk"], "how": "visit"}
        if self._take(person, day, at, report_back.report_back, **words) and person.sometimes(0.7):
            self.later(day, person.rng.randint(0, 12), person, "evaluate")

    def _evaluate(self, person: Person, day: date, at: datetime) -> None:
        again = person.sometimes(0.15) and not any(act.code == "reopen" for act in person.acts)
        words: dict[str, Any] = {"by": self.crew["clerk"], "how": "phone"}
        words |= {"satisfaction": "not", "reason": "没修好"} if again else {"satisfaction": "satisfied"}
        code = "reopen" if again else "satisfied"
        status = Opinion.objects.get(number=person.number).status
        if status != "reported_back":  # the window has passed
            return
        done = self._take(person, day, at, report_back.evaluate, code=code, **words)
        if done and again:
            self.later(day, person.rng.choice(SOON), person, "sign")


def planned(actors: CountyActors, *, opinions: int, seed: int, first: date, days: int) -> None:
    """Write into the plan on which days the opinions are registered."""
    for place in range(opinions):
        rng = dice(f"year {seed}/{place}")
        person = Person(place, rng, rng.choice(list(HANDLING)))
        actors.later(first, place * days // opinions, person, "register")
