"""Load data at scale: opinions with ledgers, deterministic by seed (all but salts and ciphertexts).

The newest `open` opinions are open, with their notices issued; all older ones have ended. An opinion's county,
year and day follow from its place alone, so that processes can share the counties out among themselves.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from common.db.bulk_insert import Loader, follow_given_keys
from opinions.models import Event, EventText, Notice, NumberSeries, Opinion, PastRound
from opinions.workflow.unit_of_work import cached_reads
from sandbox import areas
from sandbox.demo.history import CHANNELS, COUNTIES
from sandbox.random_people import dice
from sandbox.texts import spoken

from .draft import Draft, begun
from .lifecycles import Way, finish, leave_open
from .reference_data import Stock

BATCH = 500  # opinions a transaction
EVENTS_EACH = 32  # keys kept free for the ledger of one opinion


@dataclass(frozen=True)
class Plan:
    """`first` and `first_event` are the primary keys of place 0; `series` the last serial number there was."""

    opinions: int
    seed: int
    open: int
    since: datetime
    now: datetime
    first: int
    first_event: int
    series: tuple

    def told_at(self, place: int) -> datetime:
        """Return when the opinion at `place` is registered: later places later, evenly over the whole time."""
        span = (self.now - timedelta(minutes=5) - self.since) / self.opinions
        return self.since + span * place

    def county(self, place: int) -> str:
        """Return the county of a place, mixed by multiplication: the same in every process, and quick enough to be
        asked a million times."""
        mixed = (place * 2_654_435_761 + self.seed * 40_503) % 2**32 >> 8
        return _counties()[mixed % len(_counties())]

    def is_open(self, place: int) -> bool:
        """Return whether the opinion at `place` stays open."""
        return place >= self.opinions - self.open


@lru_cache(maxsize=1)
def _counties() -> list[str]:
    """Return the counties as often as they come up in a hundred."""
    present = {county.pk for county in areas.counties()}
    return [code for code, weight in COUNTIES.items() for _number in range(weight) if code in present]


def plan(*, opinions: int, seed: int, years: float, open_: int, now: datetime) -> Plan:
    """Plan what follows from what is already there, and take the serial numbers for all of it: an interrupted run
    leaves a gap in the numbers, never two opinions that want the same one."""
    since = now - timedelta(days=365 * years)
    highest = Opinion.objects.aggregate(pk=Max("pk"))["pk"] or 0
    highest_event = Event.objects.aggregate(pk=Max("pk"))["pk"] or 0
    drawn = Plan(opinions, seed, min(open_, opinions), since, now, highest + 1, highest_event + 1, ())
    with transaction.atomic():
        series = _take_numbers(drawn)
    return Plan(**{**vars(drawn), "series": tuple(series.items())})


def _year(at: datetime) -> int:
    return timezone.localtime(at).year


def _take_numbers(drawn: Plan) -> dict:
    wanted = Counter((drawn.county(place), _year(drawn.told_at(place))) for place in range(drawn.opinions))
    before = {}
    for (county, year), count in sorted(wanted.items()):
        series, _new = NumberSeries.objects.select_for_update().get_or_create(county_id=county, year=year)
        before[county, year] = series.last
        series.last += count
        series.save(update_fields=["last"])
    return before


def load(drawn: Plan, counties: frozenset, report: Callable[[int], object] = lambda opinions: None) -> int:
    """Write the plan's opinions of `counties`; the number of rows written, in all tables."""
    stock, numbers, rows = Stock(), dict(drawn.series), 0
    loaders = [Loader(Opinion), Loader(Event), Loader(EventText), Loader(Notice), Loader(PastRound)]
    mine = (place for place in range(drawn.opinions) if drawn.county(place) in counties)
    while batch := list(islice(mine, BATCH)):
        with cached_reads():
            drafts = [_draft(drawn, stock, numbers, place) for place in batch]
        tables = [[draft.opinion for draft in drafts]]
        for name in ("events", "texts", "notices", "rounds"):
            tables.append([row for draft in drafts for row in getattr(draft, name)])
        with transaction.atomic():
            for loader, some in zip(loaders, tables, strict=True):
                loader.insert(some)
        rows += sum(map(len, tables))
        report(len(drafts))
    return rows


def put_in_order() -> None:
    """Set what must be known after so many rows: the keys that come next, and, to the planner, what there is now."""
    follow_given_keys(Opinion, Event)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _draft(drawn: Plan, stock: Stock, numbers: dict, place: int) -> Draft:
    rng, county, at = dice(f"{drawn.seed}/{place}"), drawn.county(place), drawn.told_at(place)
    series = (county, _year(at))
    numbers[series] += 1
    township = rng.choice(stock.townships[county])
    words = spoken(rng, rng.choice(stock.villages.get(township.pk) or [township.name]))
    name, phone, sealed_name, sealed_phone, index, tail = rng.choice(stock.citizens)
    facts: dict[str, Any] = {
        "pk": drawn.first + place,
        "township": township,
        "county_id": county,
        "studio": stock.studios.get(township.pk),
        "channel": rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        "matter_type": words.matter,
        "title": words.title,
        "body": words.body,
        "citizen_name": name,
        "citizen_phone": phone,
        "phone_index": index,
        "phone_tail": tail,
    }
    facts["activity_id"] = stock.told_at(township, facts["channel"], timezone.localdate(at))
    number = f"{county}-{series[1]}-{numbers[series]:06d}"
    draft = begun(by=stock.clerk_of(township), at=at, number=number, **facts)
    way = Way(draft, words, stock, rng, at, drawn.now)
    (leave_open if drawn.is_open(place) else finish)(way)
    draft.settle()
    draft.opinion.citizen_name, draft.opinion.citizen_phone = sealed_name, sealed_phone
    for event in draft.events:
        event.pk = drawn.first_event + place * EVENTS_EACH + event.sequence
    rows: list[Any] = [*draft.texts, *draft.notices, *draft.rounds]
    for row in rows:
        row.event_id, row.opinion_id = row.event.pk, draft.opinion.pk
    return draft
