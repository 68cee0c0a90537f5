"""A county's hot topics: computed every night, and recognised again by their opinions."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from opinions.models import Opinion, Topic
from opinions.models.redaction import HIDES, masked
from opinions.triage.similarity import distinct_people, person_of
from studios.models import County

from .clustering import MOST, PEOPLE, Found, Message, hot_topics

DAYS = 90  # the period looked at
SAME = 0.5  # of the smaller one's opinions in common: the topic of yesterday


def refresh(
    *, county: str, now: datetime | None = None, days: int = DAYS, least: int = PEOPLE
) -> list[Topic]:
    """Find the topics of the county's last `days` days and store them; a topic that shares most of its opinions with
    an earlier one is stored as that one. Earlier topics that are not found again are deleted, unless one was taken up
    as a proposal."""
    now = now or timezone.now()
    rows = Opinion.objects.filter(
        county=county, registered_at__gte=now - timedelta(days=days), registered_at__lte=now
    )
    rows = rows.exclude(status="withdrawn").order_by("-registered_at").only(
        "pk", "title", "body", "registered_at", "phone_index", "township_id", *HIDES
    )  # fmt: skip
    opinions = {row.pk: row for row in rows[:MOST].iterator()}
    found = hot_topics(
        (
            Message(o.pk, person_of(o), masked(o, o.title), masked(o, o.body), o.registered_at)
            for o in opinions.values()
        ),
        least=least,
    )
    with transaction.atomic():
        return _keep(county, [(topic, [opinions[m.id] for m in topic.messages]) for topic in found], now)


def _keep(county: str, found: Iterable[tuple[Found, list[Opinion]]], now: datetime) -> list[Topic]:
    before = {
        topic: set(topic.opinions.values_list("pk", flat=True))
        for topic in Topic.objects.filter(county=county)
    }
    kept = []
    for topic, opinions in found:
        numbers = {opinion.pk for opinion in opinions}
        row = next(
            (t for t, old in before.items() if len(old & numbers) >= SAME * min(len(old), len(numbers))), None
        )
        if row is None:
            row = Topic(county_id=county)
        else:
            del before[row]
        row.title, row.words, row.found_at = topic.title[:100], topic.words, now
        other = set(row.excluded.values_list("pk", flat=True)) if row.pk else set()
        set_opinions(row, [opinion for opinion in opinions if opinion.pk not in other])
        kept.append(row)
    Topic.objects.filter(pk__in=[topic.pk for topic in before], proposal=None).delete()
    return kept


def set_opinions(topic: Topic, opinions: list[Opinion]) -> None:
    """Save the topic as that of `opinions` (one at least), with its counts of them."""
    days = [timezone.localdate(opinion.registered_at) for opinion in opinions]
    topic.messages, topic.people = len(opinions), distinct_people(opinions)
    topic.first_on, topic.last_on = min(days), max(days)
    topic.weeks = _weeks(days, timezone.localdate(topic.found_at))
    topic.save()
    topic.opinions.set(opinions)


def _weeks(days: Iterable[date], today: date) -> list[list[Any]]:
    """Return [[Monday, opinions registered in its week], …] from the first week to this one, weeks without any too."""
    counted = Counter(day - timedelta(days=day.weekday()) for day in days)
    week, last, weeks = min(counted), today - timedelta(days=today.weekday()), []
    while week <= last:
        weeks.append([str(week), counted[week]])
        week += timedelta(days=7)
    return weeks


def refresh_all(*, now: datetime | None = None) -> int:
    """Refresh every county, one after the other; returns how many topics there are now."""
    codes = County.objects.current().order_by("code").values_list("code", flat=True)
    return sum(len(refresh(county=code, now=now)) for code in codes)
