"""The year itself: every morning the sweep, then people's acts; at the end the notices are held against the rules."""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import EscalationLevel, Event, Notice, Opinion
from sandbox import areas, staff
from sandbox.random_people import dice
from studios.models import Agency, Membership, Role

from . import oracle, workers
from .actors import CountyActors, planned

OPENED = time(8, 50)  # the letters of the day leave; people begin at nine
AGAIN = timedelta(minutes=4)  # after a kill: a lease that a worker left has run out


class NotHere(Exception):
    """Why no year can be simulated in this database."""


@dataclass
class Outcome:
    """`missing` and `surplus` name (number, day, kind, level, reply by) of every notice that is not as it should be."""

    opinions: int = 0
    acts: int = 0
    notices: int = 0
    missing: Sequence[Any] = ()
    surplus: Sequence[Any] = ()
    without_event: int = 0
    broken: object = None
    kills: int = 0
    hits: int = 0

    @property
    def right(self) -> bool:
        return not (self.missing or self.surplus or self.without_event or self.broken)


def actors_of(county: str) -> CountyActors:
    """Return the county's people; areas and accounts are made if there are none. Raises NotHere."""
    if Opinion.objects.exists():
        raise NotHere("There are opinions here already: a simulated year needs a database of its own.")
    if not areas.counties():
        areas.lay_out()
        staff.people(secrets.token_urlsafe(20))
    agency = Agency.objects.filter(county=county, active=True).order_by("pk").first()
    township = next((one for one in areas.townships() if one.county_id == county), None)
    if agency is None or township is None:
        raise NotHere(f"There is no county {county} with a township and an agency here.")
    members = Membership.objects.select_related("user").order_by("pk")
    over = {
        "officer": members.filter(role=Role.TRIAGE_OFFICER, area_code=county),
        "supervisor": members.filter(role=Role.SUPERVISOR, area_code=county),
        "clerk": members.filter(role=Role.CLERK, area_code=township.pk),
        "handler": members.filter(role=Role.HANDLER, agency=agency),
    }
    crew = {name: rows[0].user for name, rows in over.items()}
    return CountyActors(county=county, township=township, agency=agency, crew=crew)


def simulate(
    *,
    county: str,
    year: int,
    opinions: int,
    seed: int,
    days: int = 0,
    workers_: int = 0,
    kill_weekly: bool = False,
    say: Callable[[str], object] = lambda text: None,
) -> Outcome:
    """Live through the year (or its first `days`) and return the Outcome. Without workers this process sweeps by
    itself."""
    workers.without_broker()
    actors, rng, first = actors_of(county), dice(f"kills {seed}"), date(year, 1, 1)
    last = first + timedelta(days=days - 1) if days else date(year, 12, 31)
    span = (last - first).days + 1
    planned(actors, opinions=opinions, seed=seed, first=first, days=span)
    pool, acts = workers.WorkerPool(workers_) if workers_ else None, 0
    kill_on: set = set()
    try:
        for place in range(span):
            day = first + timedelta(days=place)
            if kill_weekly and place % 7 == 0:
                kill_on = {day + timedelta(days=rng.randrange(7))}
            _morning(actors, day, pool, rng, kill_on)
            acts += actors.act_on(day)
            if day.day == 1:
                say(f"{day} · {Opinion.objects.count()} opinions, {Notice.objects.count()} notices")
    finally:
        if pool:
            pool.end()
    outcome = reconciled(actors, last)
    outcome.acts = acts
    if pool:
        outcome.kills, outcome.hits = pool.kills, pool.hits
    return outcome


def _morning(
    actors: CountyActors, day: date, pool: workers.WorkerPool | None, rng: Random, kill_on: set
) -> None:
    """Sweep at ten past midnight, and again when the office has opened: letters wait for that. On the day of the kill
    one worker dies in the first; if nothing is due, tomorrow."""
    now = timezone.make_aware(datetime.combine(day, time(0, 10)))
    if pool is None:
        sweep.sweep(now=now)
    elif day in kill_on and (work := Opinion.objects.due_for_check(now).count()):
        victim = rng.randrange(len(pool.workers))
        pool.sweep(now, victim=victim, after=rng.uniform(0, 0.004 * min(work, 60)))
        pool.sweep(now + AGAIN)
    else:
        if day in kill_on:
            kill_on.add(day + timedelta(days=1))
        pool.sweep(now)
    opened = timezone.make_aware(datetime.combine(day, OPENED))
    pool.sweep(opened) if pool else sweep.sweep(now=opened)
    today = Notice.objects.filter(issued_at__gte=now, acknowledge_by_on__isnull=False)
    for number in today.order_by("opinion_id").values_list("opinion__number", flat=True):
        actors.noticed(number, day)


def reconciled(actors: CountyActors, last: date) -> Outcome:
    """Compare every notice that is there with every one that the rules call for."""
    rows = EscalationLevel.objects.filter(county=actors.county) or EscalationLevel.objects.filter(county=None)
    ladder: list[Any] = list(rows.values("level", "kind", "anchor", "days", "acknowledge_within", "letter"))
    expected: Counter = Counter()
    for number, person in actors.people.items():
        for one in oracle.notices(person.matter, ladder, person.acts, last):
            expected[number, str(one.day), one.kind, one.level, str(one.reply_by)] += 1
    there = Notice.objects.filter(opinion__number__in=actors.people).values_list(
        "opinion__number", "issued_at", "kind", "level", "acknowledge_by_on"
    )
    actual = Counter(
        (number, str(timezone.localdate(at)), kind, level, str(reply))
        for number, at, kind, level, reply in there
    )
    missing, surplus = oracle.differences(expected, actual)
    lonely = Event.objects.filter(action="notify", notice=None).count()
    total = sum(actual.values())
    return Outcome(len(actors.people), 0, total, missing, surplus, lonely, verify().broken)
