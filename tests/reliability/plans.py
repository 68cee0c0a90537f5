"""What a planner's process does in a reliability test (nursery.py): each function returns one JSON value."""

import os
import time

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")

import django

django.setup()

from collections import Counter
from datetime import date, timedelta
from random import Random

from django.db import IntegrityError, OperationalError, transaction

from accounts.models import User
from deputies.activities import planning, services
from deputies.activities.access import Refused, Stale
from deputies.activities.pattern import Pattern
from deputies.models import Activity, Deputy, Participation
from deputies.models.activities import held_days
from studios.models import County, Membership, Role, Studio, Township
from tests.conftest import at

NOW, TODAY, FIRST = at("2026-11-23 09:00"), date(2026, 11, 23), date(2026, 12, 1)


def room(planners):
    """Three studios whose twelve deputies everybody plans with, and `planners` who plan for all of them."""
    county = County.objects.create(code="433101", name="吉首市")
    township = Township.objects.create(code="433101005", county=county, name="乾州街道", kind="subdistrict")
    studios = [Studio.objects.create(code=f"s{n}", name=f"工作室{n}", township=township) for n in range(3)]
    for n in range(12):
        Deputy.objects.create(name=f"代表{n}", township=township, studio=studios[n % 3])
    for n in range(int(planners)):
        user = User.objects.create(username=f"planner{n}", name=f"planner{n}")
        Membership.objects.create(user=user, role=Role.TRIAGE_OFFICER, area_code="433101")


def plan_all(planner, start_at, turns=15):
    """From the moment `start_at` on: plans at random, changes, leave, cancellations, and what asks nobody."""
    rng, by = Random(planner), User.objects.get(username=planner)
    studios, deputies = list(Studio.objects.order_by("pk")), list(Deputy.objects.order_by("pk"))
    time.sleep(max(0.0, float(start_at) - time.time()))
    did = Counter()
    for _turn in range(int(turns)):
        for act in (_plan, _one, _change, _around):
            try:
                act(rng, by, studios, deputies)
                did[act.__name__] += 1
            except Stale:
                did["told to look again"] += 1
            except (Refused, IntegrityError):
                did["refused"] += 1
            except OperationalError as error:  # a deadlock would be a fault of ours
                did[f"broken: {error}"] += 1
    return did


def _plan(rng, by, studios, deputies):
    first = FIRST + timedelta(days=rng.randint(0, 40))
    pattern = Pattern(
        rng.choice(["monthly", "market", "weekly"]),
        first,
        first + timedelta(days=rng.randint(5, 40)),
        tuple(rng.sample(range(1, 8), 2)),
        lunar=rng.random() < 0.3,
    )
    wish = planning.PlanRequest(
        studio=rng.choice(studios),
        kind="reception",
        pattern=pattern,
        half=rng.choice(["morning", "afternoon", "day"]),
        deputies=rng.sample(deputies, rng.randint(2, 8)),
        each=rng.randint(1, 2),
        room=rng.choice(["", "reception", "activity"]),
    )
    planning.make(wish, by=by, seen=planning.propose(wish, today=TODAY).digest, at=NOW)


def _facts(rng, deputies):
    on = FIRST + timedelta(days=rng.randint(0, 60))
    half = rng.choice(["morning", "afternoon", "day"])
    return {
        "on": on,
        "half": half,
        "deputies": rng.sample(deputies, 2),
        "room": rng.choice(["", "reception"]),
    }


def _one(rng, by, studios, deputies):
    studio = rng.choice(studios)
    services.plan(by=by, township=studio.township, studio=studio, at=NOW, **_facts(rng, deputies))


def _change(rng, by, studios, deputies):
    keys = list(Activity.objects.filter(state="planned").order_by("pk").values_list("pk", flat=True))
    if not keys:
        return
    pk = rng.choice(keys)
    if rng.random() < 0.3:
        services.cancel(pk, by=by, reason="x", at=NOW)
    elif rng.random() < 0.5:
        row = Participation.objects.filter(activity=pk).exclude(attendance__in=["leave", "released"]).first()
        if row:
            services.excuse(pk, by=by, deputy=row.deputy, reason="x", substitute=rng.choice(deputies))
    else:
        services.change(pk, by=by, **_facts(rng, deputies))


def _around(rng, by, studios, deputies):
    """Straight into the tables, without asking what is taken: only the database stands in the way."""
    facts = _facts(rng, deputies)
    studio = rng.choice(studios)
    activity = Activity(
        county_id="433101", township=studio.township, studio=studio, room=facts["room"], made_at=NOW
    )
    activity.takes(facts["on"], facts["half"])
    with transaction.atomic():
        activity.save()
        for deputy in sorted(facts["deputies"], key=lambda one: one.pk):
            days = held_days(facts["on"], facts["half"])
            Participation.objects.create(activity=activity, deputy=deputy, **days)


def bookings():
    """Who and which room is where twice, from the records alone."""

    def halves(half):
        return ["morning", "afternoon"] if half == "day" else [half]

    people = Counter(
        (row.deputy_id, str(row.activity.on), half)
        for row in Participation.objects.exclude(attendance__in=["leave", "released"]).select_related(
            "activity"
        )
        for half in halves(row.activity.half)
    )
    rooms = Counter(
        (row.studio_id, row.room, str(row.on), half)
        for row in Activity.objects.exclude(state="cancelled").exclude(room="")
        for half in halves(row.half)
    )
    return {
        "activities": Activity.objects.count(),
        "half_days": sum(people.values()),
        "deputies_twice": [key for key, n in people.items() if n > 1],
        "rooms_twice": [key for key, n in rooms.items() if n > 1],
    }
