"""One walk: turn after turn somebody does something, the clock moves, and what pages say is held against the oracle."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlsplit

import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from notifications import services as messages
from opinions.jobs import sweep as due
from workdays import calendar

from . import audit, books, calls, checks, citizens, detail, door, office, phones, setup, staff
from .browser import Browser
from .drawn import BASE, CHINA, Drawn, settings_of
from .ladder import LADDER, with_last
from .oracle import OPEN, Matter
from .page import Page
from .workdays import works

KINDS = {**citizens.TURNS, **staff.TURNS, **calls.TURNS, **audit.TURNS, **books.TURNS}


@dataclass(frozen=True)
class Turn:
    """What one replays: somebody does one thing at a moment; its own dice are seeded by `number`."""

    number: int
    at: datetime
    kind: str
    who: str = ""
    about: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the journal: one page read, or one form sent."""

    step: int
    turn: int
    at: datetime
    who: str
    did: str
    values: dict
    status: int


@dataclass(frozen=True)
class Fault:
    kind: str
    where: str
    detail: str
    seed: int
    step: int
    turn: int
    about: str = ""

    @property
    def signature(self) -> tuple[str, str]:
        return self.kind, self.where


class Failed(Exception):
    def __init__(self, fault: Fault):
        super().__init__(f"{fault.kind}: {fault.where}: {fault.detail}")
        self.fault = fault


@dataclass
class Walk:
    drawn: Drawn
    keep_going: bool = False
    known: frozenset = frozenset()  # (kind, beginning of where) of what is no news
    turns: list = field(default_factory=list)
    journal: list = field(default_factory=list)
    faults: dict = field(default_factory=dict)  # signature → the first Fault
    matters: dict = field(default_factory=dict)  # label → Matter
    done: Counter = field(default_factory=Counter)
    steps: int = 0

    # --- the whole of it
    def run(self, steps: int) -> None:
        """Walk until so many pages were read and forms sent."""
        with self._there():
            number = 0
            while self.steps < steps:
                number += 1
                self._take(self._chosen(number))

    def replay(self, turns) -> None:
        """The same turns again; what is about an opinion that was left out is left out too."""
        with self._there():
            for turn in turns:
                if not turn.about or turn.about in self.matters:
                    self._take(turn)

    @contextmanager
    def _there(self):
        """The office, its clock and its settings; all of it is undone in the end."""
        with (
            override_settings(**settings_of(self.drawn)),
            time_machine.travel(self.drawn.start, tick=False) as self.clock,
            transaction.atomic(),
        ):
            cache.clear()
            calendar.forget()
            phones.ARRIVED.clear()
            self.turn, self.told = Turn(0, self.drawn.start, "set up"), set()
            self.merged_at = None
            self.frozen: dict = {}  # (county, month) → what its report stated then
            self.successors, self.to_settle = {}, set()  # what the system may have routed since
            self.public = office.Person("citizen", "citizen", "", "", browser=Browser(BASE))
            self.rng = Random(f"{self.drawn.seed}/0")
            self.office = setup.made(self)
            try:
                yield
            finally:
                calendar.forget()
                transaction.set_rollback(True)

    @property
    def now(self) -> datetime:
        return timezone.localtime(timezone.now(), CHINA)

    @property
    def today(self):
        return self.now.date()

    # --- turns
    def _chosen(self, number: int) -> Turn:
        rng = Random(f"{self.drawn.seed}/{number}/what")
        at = self._moment(rng)
        while True:
            kind = rng.choices(list(KINDS), [weight(self) for _do, _choose, weight in KINDS.values()])[0]
            if (picked := KINDS[kind][1](self, rng)) is not None:
                break
        who, about = picked
        if who and not works(at.date()):  # the office is at home
            while not works(at.date()):
                at = (at + timedelta(days=1)).replace(hour=8, minute=40)
        return Turn(number, at, kind, who, about)

    def _moment(self, rng) -> datetime:
        """When the next thing happens: mostly within the hour, sometimes days later."""
        now = self.now
        chance = rng.random()
        if chance < 0.75:
            at = now + timedelta(minutes=rng.randint(1, 25))
        elif chance < 0.9:
            at = now + timedelta(hours=rng.randint(1, 9))
        else:
            at = (now + timedelta(days=rng.choice([1, 1, 2, 3, 4, 8]))).replace(hour=9)
        if at.hour >= 18 or at.hour < 8:
            at = (at + timedelta(days=at.hour >= 18)).replace(hour=8, minute=rng.randint(30, 59))
        return at

    def _take(self, turn: Turn) -> None:
        self.turn, self.rng = turn, Random(f"{self.drawn.seed}/{turn.number}/do")
        self._let_time_pass(turn.at)
        self.turns.append(turn)
        self.done[turn.kind] += 1
        KINDS[turn.kind][0](self, turn)

    def _let_time_pass(self, until: datetime) -> None:
        """The beat looks at the office each midnight, when it opens, and at the moment itself."""
        day = self.now.replace(hour=0, minute=10, second=0) + timedelta(days=1)
        while day < until:
            self.sweep(day)
            self.sweep(day.replace(hour=8, minute=35))
            day += timedelta(days=1)
        self.sweep(max(until, self.now))

    def sweep(self, at: datetime) -> None:
        self.clock.move_to(at)
        before = len(phones.ARRIVED)
        due.sweep(now=self.now)
        messages.sweep(now=self.now)
        for matter in self.matters.values():
            was = matter.status
            matter.sweep(self.now, self.left)
            if matter.status != was == "answered":
                citizens.tell_followers(self, matter)
        if self.to_settle:
            detail.settle(self)
        for text in phones.ARRIVED[before:]:
            if audit.is_quiet(self, text.at):
                self.fault("a text message in quiet hours", "sms", f"{text.at:%H:%M}")

    # --- pages
    def open(self, who, url: str, referrer: str = "") -> Page:
        """The page at `url` as `who` gets it, logged in before if need be."""
        page = self._read(who, "GET", url, lambda: who.browser.get(url, referrer))
        if who is not self.public and page.path == "/login/":
            page = door.enter(self, who, page)
            if page.path != urlsplit(url).path:  # the first time the login ends at home
                page = self._read(who, "GET", url, lambda: who.browser.get(url, referrer))
        return page

    def follow(self, who, page: Page, url: str) -> Page:
        """A link that the page offers: it leads somewhere."""
        found = self.open(who, url, page.url)
        if found.status in (403, 404, 405, 409, 410):
            self.fault(
                "a link that leads nowhere",
                f"{checks.where(page.url)} → {checks.where(url)}",
                f"{found.status} {url}",
            )
        return found

    def send(self, who, page: Page, form, values: dict) -> Page:
        return self._read(
            who, form.method, form.action, lambda: who.browser.send(form, values, page.url), values
        )

    def _read(self, who, method, url, ask, values=None) -> Page:
        page = ask()
        self.steps += 1
        path = urlsplit(url).path
        said = {n: v for n, v in (values or {}).items() if n not in ("csrfmiddlewaretoken", "password")}
        self.journal.append(
            Entry(self.steps, self.turn.number, self.now, who.name, f"{method} {path}", said, page.status)
        )
        if page.status >= 500:
            trace = "".join(getattr(who.browser, "errors", [])[-1:]).strip().splitlines()
            self.fault(f"{page.status}", f"{method} {checks.where(url)}", " | ".join(trace[-3:]))
        for kind, what in checks.faults_of(page, public=who is self.public):
            self.fault(kind, f"{checks.where(page.url)} {what}", f"{page.status} {page.url}")
        return page

    def fault(self, kind: str, where: str, detail: str, about: str = "") -> None:
        found = Fault(
            kind, where, detail, self.drawn.seed, self.steps, self.turn.number, about or self.turn.about
        )
        if found.signature in self.faults or any(kind == k and where.startswith(w) for k, w in self.known):
            return
        self.faults[found.signature] = found
        if not self.keep_going:
            raise Failed(found)

    # --- who and what
    def person(self, name: str):
        return self.public if name == "citizen" else self.office.people[name]

    def add(self, **facts) -> Matter:
        """`label` is by the turn, so that a replay without other turns gives the same."""
        label = f"o{self.turn.number}"
        rungs = with_last(setup.LATER) if self.drawn.ladder == facts["county"] else LADDER
        matter = Matter(label=label, limits=self.drawn.limits, at=self.now, rungs=rungs, **facts)
        self.matters[label] = matter
        if self.drawn.keywords:
            self.to_settle.add(label)
        return matter

    def matter(self, number: str) -> Matter | None:
        return next((m for m in self.matters.values() if m.number == number), None)

    @property
    def left(self) -> frozenset:
        """The agencies whose only handler has left."""
        return frozenset(p.over for p in self.office.people.values() if p.leaves and p.role == "handler")

    def unit(self, township: str) -> str:
        return self.successors.get(township, township)

    def open_matters(self) -> list[Matter]:
        return [m for m in self.matters.values() if m.status in OPEN and not m.uncertain]

    def told_journal(self) -> list[dict]:
        return [asdict(entry) for entry in self.journal]
