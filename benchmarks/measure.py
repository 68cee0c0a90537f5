"""One size of the office, measured: the database of DATABASE_URL is filled to --opinions, then pages and floors are
asked for in turns through gunicorn. Prints one JSON object; benchmarks/bench.py makes the table of several.

    DATABASE_URL=… python -m benchmarks.measure --opinions 10000 [--turns 20] [--plans FOLDER]
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
os.environ.update({"DEBUG": "0", "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1,testserver"})
django.setup()

from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Max, Min
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import pages, plans
from benchmarks.floors.models import fill
from benchmarks.turns import ask_in_turns, database_mb
from benchmarks.web import Browser, serving
from benchmarks.weight import weight_kb
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Opinion
from reports.definitions.periods import month_of
from reports.freezing.services import freeze
from reports.models import FrozenMonth
from studios.models import County

MOST_OPEN = 20_000


def prepare(count: int) -> dict:
    """What it took to fill the database, if it was not full already."""
    call_command("migrate", verbosity=0, run_syncdb=True)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["*.rtl.*", "*.esm*"])
    told = {}
    if not Opinion.objects.exists():
        began = time.monotonic()
        call_command("generate", opinions=count, seed=1, open_=min(count, MOST_OPEN), jobs=os.cpu_count())
        told["generated_seconds"] = time.monotonic() - began
    fill(count)
    began = time.monotonic()
    if months := freeze_past():
        told["frozen_months"], told["frozen_seconds"] = months, time.monotonic() - began
    return told


def freeze_past() -> int:
    """Every county's months that are over, as its official would have frozen them; how many were frozen now."""
    span = Opinion.objects.aggregate(first=Min("registered_at"), last=Max("registered_at"))
    first, last = (timezone.localdate(span[end]) for end in ("first", "last"))
    this, done = month_of(timezone.localdate()), 0
    held = set(FrozenMonth.objects.values_list("county", "month"))
    for county in County.objects.all():
        month = month_of(first)
        while month.first <= last and month.first < this.first:
            if (county.pk, month.first) not in held:
                freeze(county=county, month=month, by=None)
                done += 1
            month = month_of(month.last + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return done


def told(moment: str) -> None:
    """Says what comes now: whoever shares the machine may hold still."""
    print(moment, file=sys.stderr, flush=True)


def proof() -> dict:
    began = time.monotonic()
    found = verify(jobs=os.cpu_count())
    seconds = time.monotonic() - began
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return {
        "events": found.events,
        "events_per_second": found.events / seconds,
        "broken": str(found.broken or ""),
        "peak_mb": max(resource.getrusage(who).ru_maxrss for who in whose) / 1024,
    }


def idle_moment():
    """A moment before anything is due."""
    first = Opinion.objects.aggregate(at=Min("next_check_at"))["at"]
    return (first or timezone.now()) - timedelta(seconds=1)


def idle_sweep(before) -> dict:
    """The median of fifty, and how many statements it takes."""
    times = []
    for _turn in range(50):
        began = time.perf_counter()
        if sweep.sweep(now=before):
            raise RuntimeError("something was due")
        times.append(1000 * (time.perf_counter() - began))
    with CaptureQueriesContext(connection) as captured:
        sweep.sweep(now=before)
    return {"ms": statistics.median(times), "statements": len(captured)}


def weights(stage, server) -> dict:
    """Of the first page, in kB: the staff's and the citizen's."""
    staff = Browser(server, pages.cookies_of(stage.prefecture))
    return {"staff": weight_kb(staff, "/"), "portal": weight_kb(Browser(server), stage.portal)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--opinions", type=int, required=True)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--plans", type=Path)
    parser.add_argument("--verify", action="store_true", help="also recompute the whole ledger")
    asked = parser.parse_args()
    result = {"opinions": asked.opinions, **prepare(asked.opinions)}
    if asked.verify:
        result["verify"] = proof()
    stage = pages.Stage(asked.turns + 1)
    result["idle"] = idle_sweep(idle_moment())
    if asked.plans:
        plans.keep(stage, asked.plans, idle_moment())
    connections.close_all()
    environ = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DATABASE_URL": os.environ["DATABASE_URL"]}
    with serving("congress_liaison.wsgi", environ=environ) as server:
        result["memory_before_mb"] = server.memory_mb()
        result["kb"] = weights(stage, server)
        told("pages begin")
        asked_for = pages.all_pages(stage, lambda cookies: Browser(server, cookies))
        result["pages"] = ask_in_turns(asked_for, asked.turns)
        told("pages end")
        result["memory_after_mb"] = server.memory_mb()
    result["words"] = stage.words
    result["database_mb"] = database_mb()
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
