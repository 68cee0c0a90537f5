"""What goes on behind the pages, measured: triage after saving beside an empty task through Redis, an office's ledger
coming in. Prints one JSON object. DATABASE_URL: a database of `generate` that may be filled further.

    DATABASE_URL=… CELERY_BROKER_URL=… python -m benchmarks.behind [--tasks 1000] [--seconds 30] [--rows 10000]
"""

import argparse
import csv
import io
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta

import django

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
os.environ.update({"DEBUG": "0", "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1,testserver"})
django.setup()

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from benchmarks import pages
from benchmarks.floors.tasks import nothing
from benchmarks.web import Browser, serving
from opinions.importing import columns as c
from opinions.importing.services import import_file
from opinions.jobs.tasks import check
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.workflow.register import register
from sandbox.texts import spoken

PATIENCE = 300  # seconds
A_SECOND = 20  # opinions saved


class Queue:
    """The broker's list of tasks, and what a worker has in hand."""

    def __init__(self):
        self.redis = redis.Redis.from_url(settings.CELERY_BROKER_URL)

    def clear(self):
        self.redis.flushdb()

    def drained(self) -> float:
        """Seconds until nothing waits and nothing is in hand."""
        began = time.perf_counter()
        while self.redis.llen("celery") or self.redis.hlen("unacked"):
            if time.perf_counter() - began > PATIENCE:
                raise RuntimeError("the worker does not come to an end")
            time.sleep(0.001)
        return time.perf_counter() - began


@contextmanager
def worker(queue: Queue):
    """Two processes, as `make run` starts them."""
    queue.clear()
    words = ["worker", "-l", "ERROR", "-c", "2", "--without-mingle", "--without-gossip"]
    process = subprocess.Popen([sys.executable, "-m", "celery", "-A", "congress_liaison", *words])
    try:
        for _turn in range(20):  # both processes are up and have imported everything
            nothing.delay()
        queue.drained()
        yield process
    finally:
        process.terminate()
        process.wait(60)


def tasks_a_second(queue: Queue, publish: list) -> float:
    began = time.perf_counter()
    for one in publish:
        one()
    queue.drained()
    return len(publish) / (time.perf_counter() - began)


def end_to_end_ms(queue: Queue) -> float:
    times = []
    for _turn in range(50):
        began = time.perf_counter()
        nothing.delay()
        queue.drained()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def registered(stage, count: int) -> list[str]:
    """Numbers of opinions just written down, with different words."""
    rng, township = random.Random(3), stage.newest.township
    numbers = []
    for _n in range(count):
        words = spoken(rng, f"村{rng.randrange(1200)}")
        facts = {"channel": "reception", "title": words.title, "body": words.body}
        numbers.append(register(by=stage.clerk, township=township, matter_type="help", **facts).number)
    return numbers


def saved_to_triaged(stage, server, seconds: int) -> dict:
    """Opinions saved by the form, 20 a second; how long until each has been looked at, in milliseconds."""
    before = Opinion.objects.order_by("-pk").values_list("pk", flat=True)[0]
    seen, over = {}, threading.Event()
    watcher = threading.Thread(target=_watch, args=(before, seen, over))
    desks = [threading.Thread(target=_desk, args=(stage, server, n, seconds)) for n in range(4)]
    for thread in [watcher, *desks]:
        thread.start()
    for desk in desks:
        desk.join()
    saved = Opinion.objects.filter(pk__gt=before).count()
    give_up = time.monotonic() + PATIENCE
    while len(seen) < saved and time.monotonic() < give_up:
        time.sleep(0.1)
    over.set()
    watcher.join()
    took = sorted(seen.values())
    return {
        "saved_a_second": saved / seconds,
        "untriaged": saved - len(took),
        "p50_ms": 1000 * statistics.median(took),
        "p95_ms": 1000 * took[int(len(took) * 0.95)],
    }


def _desk(stage, server, place: int, seconds: int) -> None:
    """One of four clerks: posts the form at fixed moments, or at once when late."""
    rng, browser = random.Random(place), Browser(server, pages.cookies_of(stage.clerk))
    browser.get("/opinions/new/")
    facts = {"township": stage.newest.township_id, "channel": "reception", "matter_type": "help"}
    began = time.monotonic()
    for turn in range(seconds * A_SECOND // 4):
        time.sleep(max(0, began + (turn + place / 4) * 4 / A_SECOND - time.monotonic()))
        words = spoken(rng, f"村{rng.randrange(1200)}")
        said = {"title": words.title, "body": words.body, "submission_key": str(uuid.uuid4())}
        if (answer := browser.post("/opinions/new/", **facts, **said)).status != 302:
            raise RuntimeError(f"not registered: {answer.status}")
    connections.close_all()


def _watch(before: int, seen: dict, over) -> None:
    """Since `before`, which opinions have been looked at: seconds since they were registered, by their key."""
    while not over.is_set():
        rows = Opinion.objects.filter(pk__gt=before).exclude(pk__in=list(seen))
        now = timezone.now()
        waiting = rows.filter(status=Status.REGISTERED, next_check_at__lte=now).values("pk")
        for pk, at in rows.exclude(pk__in=waiting).values_list("pk", "registered_at"):
            seen[pk] = (timezone.now() - at).total_seconds()
        time.sleep(0.02)
    connections.close_all()


def imported(stage, rows: int) -> float:
    """Rows a second of an office's ledger, each registered, routed and answered by the ordinary actions."""
    rng, out, now = random.Random(5), io.StringIO(), timezone.localtime()
    township = stage.newest.township_id
    ledger = csv.DictWriter(out, c.HEADERS)
    ledger.writeheader()
    for n in range(rows):
        words = spoken(rng, f"村{rng.randrange(1200)}")
        at = now - timedelta(days=30 + 600 * n / rows)
        facts = {c.OUTSIDE_NUMBER: f"{uuid.uuid4().hex[:6]}-{n}", c.REGISTERED_AT: f"{at:%Y-%m-%d %H:%M}"}
        facts |= {c.TOWNSHIP: township, c.TITLE: words.title, c.BODY: words.body, c.CATEGORY: words.category}
        facts |= {c.ANSWER: words.solved, c.ANSWERED_AT: f"{at + timedelta(days=7):%Y-%m-%d %H:%M}"}
        ledger.writerow(facts | {c.OUTCOME: "A", c.SATISFACTION: "满意"})
    file = io.BytesIO(out.getvalue().encode("utf-8-sig"))
    began = time.perf_counter()
    tally = import_file(file, "ledger.csv", by=stage.officer, skip_bad=True)
    seconds = time.perf_counter() - began
    if tally.added != rows:
        raise RuntimeError(f"{tally.added} of {rows} rows taken in: {tally.errors[:3]}")
    return rows / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rows", type=int, default=10_000)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0, run_syncdb=True)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["*.rtl.*", "*.esm*"])
    stage, queue = pages.Stage(1), Queue()
    numbers = registered(stage, asked.tasks)
    connections.close_all()
    result = {}
    print("behind begin", file=sys.stderr, flush=True)
    with worker(queue):
        result["F4_tasks_a_second"] = tasks_a_second(queue, [nothing.delay] * asked.tasks)
        result["F4_end_to_end_ms"] = end_to_end_ms(queue)
        result["triage_a_second"] = tasks_a_second(queue, [lambda n=n: check.delay(n) for n in numbers])
        environ = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        with serving("congress_liaison.wsgi", environ=environ) as server:
            result |= saved_to_triaged(stage, server, asked.seconds)
    result["imported_rows"], result["imported_a_second"] = asked.rows, imported(stage, asked.rows)
    print("behind end", file=sys.stderr, flush=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
