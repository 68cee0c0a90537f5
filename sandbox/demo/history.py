"""The demo's fourteen months: which opinions there are, when each was told, and what becomes of it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from deputies.models import Deputy
from opinions.models import Opinion
from opinions.workflow import register
from sandbox import areas
from sandbox.random_people import dice, full_name, phone
from sandbox.texts import Words, said, spoken
from studios.models import Studio, Township
from workdays.calendar import add_workdays

from . import pictures, scenarios
from .activities import Diary
from .neighbours import TOLD, Told
from .scenario import Crew, Life, Present, deliver_messages, lived_at_once, office_hour

HISTORY, HISTORY_DAYS = 300, 425
# Of a hundred opinions of the past: how often which fate.
FATES = {
    scenarios.smooth: 50,
    scenarios.late: 10,
    scenarios.reopened: 8,
    scenarios.reopened_twice: 2,
    scenarios.declined: 5,
    scenarios.reconsidered: 1,
    scenarios.merged: 5,
    scenarios.withdrawn: 3,
    scenarios.returned: 4,
    scenarios.suspended: 4,
    scenarios.extended: 4,
    scenarios.extension_refused: 2,
    scenarios.escalated: 2,
    scenarios.joined: 4,
}
# What stands on the desks today: the fate, how many, and how many days ago they were told (from, to).
TODAY = [
    (scenarios.waits_for_triage, 14, (0, 6)),
    (scenarios.waits_for_signature, 14, (1, 7)),
    (scenarios.waits_for_answer, 26, (2, 45)),
    (scenarios.waits_for_telling, 14, (10, 24)),
    (scenarios.waits_for_evaluation, 12, (14, 26)),
    (scenarios.suspended, 6, (9, 16)),
    (scenarios.extension_asked, 8, (3, 8)),
    (scenarios.warned, 8, (8, 20)),
    (scenarios.promise_broken, 3, (16, 22)),
    (scenarios.reopened, 10, (25, 40)),
    (scenarios.reopened_twice, 4, (45, 60)),
    (scenarios.merged, 4, (2, 6)),
    (scenarios.waits_for_part, 10, (2, 30)),
    (scenarios.joined, 6, (6, 12)),
]
# Of these the rules are not sure: they wait for an officer.
FOR_OFFICERS = (scenarios.waits_for_triage, scenarios.waits_for_part, scenarios.joined)
CHANNELS = {
    "reception": 34, "visit": 24, "phone": 14, "web": 9, "symposium": 5, "opinion_box": 5, "sms": 3, "letter": 2,
    "transferred": 2, "inspection": 2,
}  # fmt: skip
BY_DEPUTY = ("reception", "visit", "symposium", "inspection")
# Opinions per hundred and county, by how many people live there.
COUNTIES = {
    "433101": 22,
    "433122": 10,
    "433123": 15,
    "433124": 11,
    "433125": 9,
    "433126": 6,
    "433127": 14,
    "433130": 13,
}


@dataclass(frozen=True)
class Scene:
    """One opinion to be: `key` is the same in every run, so that a second run knows it. `told` None: where and in
    which words is left to chance."""

    place: int
    at: datetime
    fate: Callable[..., None]
    told: Told | None = None

    @property
    def key(self) -> uuid.UUID:
        return key_of(self.place)


def key_of(place: int) -> uuid.UUID:
    """Return the key of the opinion at a place, the same in every run."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"congress-liaison demo {place}")


SCENES = HISTORY + sum(count for _fate, count, _days in TODAY) + len(TOLD)
KEYS = frozenset(key_of(place) for place in range(SCENES))


def scenes(now: datetime) -> list[Scene]:
    """Return all scenes, in the order in which they were told."""
    found = []
    for place in range(HISTORY):
        rng = dice(f"scene {place}")
        fate = rng.choices(list(FATES), list(FATES.values()))[0]
        days_ago = HISTORY_DAYS - place * (HISTORY_DAYS - 20) / HISTORY
        found.append(Scene(place, _told_at(rng, now, days_ago), fate))
    place = HISTORY
    for fate, count, (least, most) in TODAY:
        for _number in range(count):
            rng = dice(f"scene {place}")
            found.append(Scene(place, _told_at(rng, now, rng.uniform(least, most)), fate))
            place += 1
    for told in TOLD:
        rng = dice(f"scene {place}")
        found.append(Scene(place, _told_at(rng, now, told.days_ago), told.fate, told))
        place += 1
    return sorted(found, key=lambda scene: (scene.at, scene.place))


def _told_at(rng: Random, now: datetime, days_ago: float) -> datetime:
    day = add_workdays(timezone.localdate(now - timedelta(days=days_ago)), 0).date
    moment = office_hour(rng, min(day, timezone.localdate(now)))
    return moment if moment < now else now - timedelta(minutes=rng.randint(10, 600))


def tell(now: datetime, *, until: datetime | None = None) -> int:
    """Let every opinion that is not there yet live its life up to `now`, or only those told before `until`; return
    the number of new ones."""
    known = set(Opinion.objects.filter(submission_key__in=KEYS).values_list("submission_key", flat=True))
    stage, told = Stage(now), 0
    for scene in scenes(now):
        if scene.key not in known and (until is None or scene.at < until):
            with lived_at_once():
                stage.play(scene)
            told += 1
    return told


class Stage:
    """What all lives share, read once."""

    def __init__(self, now: datetime) -> None:
        self.now, self.crew, self.diary = now, Crew(), Diary(now)
        self.townships: dict[str, list[Township]] = {county.pk: [] for county in areas.counties()}
        for township in areas.townships():
            self.townships[township.county_id].append(township)
        self.villages = areas.villages()
        self.studios: dict[str, list[Studio]] = {}
        self.deputies: dict[str, list[Deputy]] = {}
        for studio in Studio.objects.filter(active=True).order_by("code"):
            self.studios.setdefault(studio.township_id, []).append(studio)
        for deputy in Deputy.objects.order_by("pk"):
            self.deputies.setdefault(deputy.township_id, []).append(deputy)

    def play(self, scene: Scene) -> None:
        """Let one opinion live its life."""
        rng = dice(f"life {scene.place}")
        if told := scene.told:
            township, village, words = told.township, told.village, told.words
        else:
            township = self._township(rng)
            village = rng.choice(self.villages.get(township.pk, [township.name]))
            words = spoken(rng, village.removesuffix("民委员会").removesuffix("委会"))
        life = Life(self.crew, rng, words, scene.at, self.now)
        sure = told is not None or scene.fate not in FOR_OFFICERS
        facts = self._facts(rng, township, village, words, sure=sure)
        if told:  # a topic counts people: each of these is known by name
            facts["citizen_name"] = facts["citizen_name"] or full_name(rng)
            facts["category"] = told.category
        facts["files"] = pictures.of_citizen(str(scene.place), words, facts["channel"])
        life.photo = str(scene.place) if facts["files"] else ""
        if facts.get("deputy"):
            where = {name: facts[name] for name in ("studio", "deputy", "channel")}
            sessions = dice(f"session {scene.place}")  # so that the rest of the story stays as it was
            facts["activity"] = self.diary.session(sessions, township=township, at=scene.at, **where)
        opinion = register.register(
            by=self.crew.clerk_of(township), at=scene.at, submission_key=scene.key, **facts
        )
        life.number = opinion.number
        try:
            scene.fate(life)
            life.until(self.now)
        except Present:
            pass
        deliver_messages(opinion.number)

    def _township(self, rng: Random) -> Township:
        """Return a township; the county's seat hears most."""
        county = rng.choices(list(COUNTIES), list(COUNTIES.values()))[0]
        there = self.townships[county]
        return rng.choices(there, [1 / (place + 2) for place in range(len(there))])[0]

    def _facts(
        self, rng: Random, township: Township, village: str, words: Words, *, sure: bool
    ) -> dict[str, Any]:
        channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        facts: dict[str, Any] = {
            "township": township,
            "studio": rng.choice(self.studios.get(township.pk, [None])),
            "channel": channel,
            "matter_type": words.matter,
            "title": words.title if sure else said(rng, "unclear"),
            "body": words.body,
            "place": village,
            "citizen_name": "" if channel == "opinion_box" else full_name(rng),
            "citizen_phone": phone(rng) if channel in ("web", "sms", "phone") or rng.random() < 0.7 else "",
            "keep_secret": rng.random() < 0.06,
            "urgency": "urgent" if rng.random() < 0.08 else "normal",
        }
        if channel in BY_DEPUTY and self.deputies.get(township.pk):
            facts["deputy"] = rng.choice(self.deputies[township.pk])
        if channel == "transferred":
            facts["outside_number"] = f"12345-{rng.randint(100000, 999999)}"
        if rng.random() < 0.1:
            facts["recorded_for"] = rng.choice(
                ["土家语讲述，村干部代译", "苗语讲述，代表代译", "老人口述，代记"]
            )
        return facts
