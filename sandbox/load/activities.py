"""Activities for load data: shifts and visits of every studio over the years, with exactly so many people met."""

from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from deputies.activities.pattern import Pattern, days_of
from deputies.models import Activity, Deputy, Kind, Participation, State
from deputies.models.activities import NOTICE_DAYS, held_days
from sandbox.random_people import dice
from studios.models import Studio


@transaction.atomic
def load_activities(*, people_met: int, seed: int, years: float, now: datetime) -> int:
    """Write the activities and return how many. Everything is in the past and held, and books nobody twice."""
    today, rng = timezone.localdate(now), dice(f"{seed}/activities")
    first, last = today - timedelta(days=int(365 * years)), today - timedelta(days=1)
    shifts = [on for _planned, on in days_of(Pattern("monthly", first, last, (15,)))]
    pools: dict[int, list[Deputy]] = {}
    for deputy in Deputy.objects.filter(active=True, studio__kind="studio").order_by("studio", "pk"):
        if deputy.studio_id is not None:
            pools.setdefault(deputy.studio_id, []).append(deputy)
    activities, taking = [], []
    for studio in Studio.objects.filter(pk__in=pools, active=True).select_related("township").order_by("pk"):
        for turn, on in enumerate(shifts):
            deputy = pools[studio.pk][turn % len(pools[studio.pk])]
            kinds = [(Kind.RECEPTION, "morning")] + [(Kind.VISIT, "afternoon")] * (turn % 3 == 0)
            for kind, half in kinds:
                activities.append(_held(studio, kind, on, half, now))
                taking.append(deputy)
    for activity, people in zip(activities, _shared_out(rng, people_met, len(activities)), strict=True):
        activity.people_met = people
    Activity.objects.bulk_create(activities, batch_size=500)
    rows = [
        Participation(
            activity=activity, deputy=deputy, attendance="present", **held_days(activity.on, activity.half)
        )
        for activity, deputy in zip(activities, taking, strict=True)
    ]
    Participation.objects.bulk_create(rows, batch_size=500)
    return len(activities)


def _held(studio: Studio, kind: str, on: date, half: str, now: datetime) -> Activity:
    activity = Activity(
        county_id=studio.township.county_id,
        township=studio.township,
        studio=studio,
        kind=kind,
        room="reception" if kind == Kind.RECEPTION else "",
        state=State.HELD,
        made_at=now,
    )
    activity.takes(on, half)
    activity.announced_on = on - timedelta(days=NOTICE_DAYS)
    return activity


def _shared_out(rng: Random, total: int, among: int) -> list[int]:
    """Return `total` in `among` uneven parts that add up to it."""
    weights = [rng.uniform(0.5, 1.5) for _part in range(among)]
    whole, given, parts = sum(weights), 0, []
    running = 0.0
    for weight in weights:
        running += weight
        parts.append(round(total * running / whole) - given)
        given += parts[-1]
    return parts
