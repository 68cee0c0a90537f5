"""Opinions in every state, spread over both counties and two years: what figures are counted from."""

import random
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from opinions.lifecycle.statuses import OPEN, Status
from opinions.lists.filters import OpinionFilter
from opinions.models import Opinion
from reports.definitions import periods
from reports.figures.areas import place_of
from reports.figures.drill_down import parse_drill_down, records
from tests.conftest import CHINA

TITLES = [
    "公交车不进站",
    "夜间施工噪音",
    '=HYPERLINK("http://x","点")',
    "+1",
    "-2",
    "@SUM(A1)",
    "河道污水 13800138000",
]
TOLD = (Status.REPORTED_BACK, Status.CLOSED)


def an_opinion(number, township, registered_at, **columns) -> Opinion:
    """A row as the workflow could have left it, unsaved."""
    defaults = {
        "channel": "phone",
        "title": "公交车不进站",
        "body": "高峰期不停",
        "status": "registered",
        "version": 1,
        "ledger_head": "0" * 64,
        "changed_at": registered_at,
    }
    opinion = Opinion(
        number=f"{township.county_id}-{registered_at.year}-{number:06d}",
        county_id=township.county_id,
        township=township,
        registered_at=registered_at,
        **defaults | columns,
    )
    if opinion.status in OPEN and not opinion.due_on:
        opinion.due_on = opinion.warn_on = registered_at.date() + timedelta(days=14)
    return opinion


def random_opinion(chance: random.Random, number, office, now) -> Opinion:
    """Any state a figure can depend on, within what the database allows."""
    township = chance.choice([office.qianzhou, office.zhenxi, office.tuojiang, office.alaying])
    transport = office.transport if township.county_id == "433101" else office.other_transport
    status = chance.choice([s for s in Status if s != Status.MERGED] + [Status.CLOSED] * 6)
    at = now - timedelta(minutes=chance.randrange(0, 2 * 365 * 24 * 60))
    told = at + timedelta(days=3) if status in TOLD else None
    first = chance.choice(["", "satisfied", "mostly", "not"]) if told else ""
    return an_opinion(
        number,
        township,
        at,
        status=status,
        title=chance.choice(TITLES),
        lead_agency=None if status in ("registered", "declined", "withdrawn") else transport,
        category=chance.choice([None, office.roads, office.environment]),
        round=chance.choice([1, 1, 1, 2, 3]),
        answered_late=chance.random() < 0.3,
        answered_at=told,
        reported_back_at=told,
        first_called_back_at=told if told and chance.random() < 0.5 else None,
        first_satisfaction=first,
        last_satisfaction=chance.choice(["satisfied", "mostly", "not"]) if first else "",
        imported_satisfaction=chance.choice(["", "satisfied", "not"]) if told else "",
        closed_at=told if status == Status.CLOSED else None,
        citizen_name=chance.choice(["", "田小花", "=1+1"]),
        citizen_phone=chance.choice(["", "13800138000"]),
        keep_secret=chance.random() < 0.2,
        due_on=(now + timedelta(days=chance.randrange(-9, 9))).date() if status in OPEN else None,
        warn_on=now.date() if status in OPEN else None,
        suspended_on=now.date() if status == "handling" and chance.random() < 0.3 else None,
        extension_state=chance.choice(["", "asked"]),
        acknowledge_by_on=now.date() if status in OPEN and chance.random() < 0.2 else None,
    )


def listed(user, url) -> int:
    """How many records the list behind `url` holds, by the list's own filters."""
    parts = urlsplit(url)
    asked = QueryDict(parts.query)
    if parts.path == reverse("reports:records"):
        where = {name: asked.get(name, "") for name in ("county", "township")}
        place = place_of(user, **where, followed="followed" in asked)
        figure = parse_drill_down(asked, place, periods.parse(asked["period"]))
        return records(user, figure, timezone.localdate()).count()
    filters = OpinionFilter(asked, Opinion.objects.visible_to(user).with_roles(user), user=user)
    assert filters.is_valid(), filters.errors
    return filters.rows.count()


@pytest.fixture
def spread(cast, office):
    """`spread(n)` saves n random opinions of the two years before now, the same at every run."""

    def make(n, seed=1):
        chance, now = random.Random(seed), datetime.now(CHINA)
        return Opinion.objects.bulk_create([random_opinion(chance, i, office, now) for i in range(1, n + 1)])

    return make
