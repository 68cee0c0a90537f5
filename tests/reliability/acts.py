"""What a process of its own does in a reliability test (nursery.py): each function returns one JSON value.

The stage it plays on (database, broker) comes from the environment.
"""

import os
import time

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")

import django

django.setup()

from collections import Counter
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.db.models import Count

from accounts.models import User
from letters.models import Letter, Organ, Series
from notifications.models import Message
from opinions.jobs import sweep as due
from opinions.jobs.tasks import check
from opinions.lifecycle.errors import Stale
from opinions.models import Category, Event, Opinion, Responsibility
from opinions.workflow import register, triage
from studios.models import Agency, County, Membership, Role, Township


def office(officers):
    """One county with one agency that rules can route to, a handler, a clerk and `officers` triage officers."""
    county = County.objects.create(code="433101", name="吉首市")
    Township.objects.create(code="433101005", county=county, name="乾州街道", kind="subdistrict")
    agency = Agency.objects.create(county=county, name="吉首市交通运输局")
    roads = Category.objects.create(code="02", name="交通运输", keywords="公交")
    Responsibility.objects.create(county=county, category=roads, agency=agency)
    who = [("clerk", Role.CLERK, {"area_code": "433101005"}), ("handler", Role.HANDLER, {"agency": agency})]
    who += [(f"officer{n}", Role.TRIAGE_OFFICER, {"area_code": "433101"}) for n in range(int(officers))]
    organ = Organ.of(county)
    organ.handover_by_rule = True  # a letter takes its number as soon as it is asked for
    organ.save()
    for username, role, over in who:
        user = User.objects.create(username=username, name=username)
        Membership.objects.create(user=user, role=role, **over)


def log_in(username):
    """The cookies of a session as the login makes it."""
    user = User.objects.get(username=username)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


def write_down(count, title="公交站牌坏了"):
    """Register `count` opinions, one after another; their numbers."""
    clerk, township = User.objects.get(username="clerk"), Township.objects.get()
    return [
        register.register(by=clerk, township=township, channel="phone", title=title, body="请看看公交").number
        for _ in range(int(count))
    ]


def send_letters(count):
    """Route `count` opinions of one's own and issue the hand-over letter of each; every third time the transaction
    is undone after the number was taken, as by a crash, and tried again."""
    clerk, township = User.objects.get(username="clerk"), Township.objects.get()
    officer, agency = User.objects.get(username="officer0"), Agency.objects.get()
    undone = 0
    for place in range(int(count)):
        words = {"township": township, "channel": "phone", "title": "没有规则认得的事", "body": "请看看"}
        number = register.register(by=clerk, **words).number
        triage.route(number, by=officer, lead_agency=agency)
        if place % 3 == 1:
            with transaction.atomic():
                triage.issue_handover(number, by=officer)
                transaction.set_rollback(True)
                undone += 1
        triage.issue_handover(number, by=officer)
    return undone


def letters():
    """(series, year, serial) of every letter, and the last serials given."""
    rows = Letter.objects.order_by("series", "year", "serial").values_list("series", "year", "serial")
    return {"rows": list(rows), "last": list(Series.objects.values_list("name", "year", "last"))}


def route_all(officer, start_at):
    """Route every opinion as seen at version 1, from the moment `start_at` (Unix time) on."""
    by, agency = User.objects.get(username=officer), Agency.objects.get()
    numbers = list(Opinion.objects.order_by("number").values_list("number", flat=True))
    time.sleep(max(0.0, float(start_at) - time.time()))
    done, told = [], []
    for number in numbers:
        try:
            triage.route(number, by=by, version=1, lead_agency=agency)
            done.append(number)
        except Stale as stale:
            told.append(stale.events[0].actor)
    return {"done": done, "told": told}


def hint_again(times):
    """The broker delivers every message some more times."""
    for number in list(Opinion.objects.values_list("number", flat=True)) * int(times):
        check.delay(number)


def sweep():
    return due.sweep()


def state():
    """What an auditor would count: opinions by status, how often each action was taken on one opinion at most,
    broken chains, messages."""
    twice = Event.objects.values("opinion", "action").annotate(n=Count("id")).filter(n__gt=1).count()
    broken = 0
    for opinion in Opinion.objects.prefetch_related("events"):
        previous = ""
        for place, event in enumerate(opinion.events.all(), 1):
            event.opinion = opinion
            broken += event.previous_hash != previous or event.computed_hash() != event.hash
            broken += event.sequence != place
            previous = event.hash
        broken += previous != opinion.ledger_head or opinion.version != len(opinion.events.all())
    return {
        "statuses": Counter(Opinion.objects.values_list("status", flat=True)),
        "numbers": sorted(Opinion.objects.values_list("number", flat=True)),
        "taken_twice": twice,
        "broken": broken,
        "events": Event.objects.count(),
        "messages": Message.objects.count(),
    }
