"""The sweep at its worst and at its idlest, on PostgreSQL (DATABASE_URL: a database that may be filled).

    python -m tests.services python -m benchmarks.due_sweep [--due 50000] [--workers 2] [--closed 1000000]

First `due` opinions fall due at the same moment and `workers` processes sweep them: each must get its one notice.
Then the table is filled with closed opinions up to `closed`, and the sweep that finds nothing is timed and its plan
shown. Closed rows are copies of generated ones: the sweep looks at no other table.
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import time
from datetime import date, timedelta

import django

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.lifecycle.statuses import ESCALATING
from opinions.models import Event, Notice, Opinion
from opinions.workflow.deadlines import midnight

DUE_ON = date(2026, 11, 19)
NOW = midnight(DUE_ON + timedelta(days=1)) + timedelta(minutes=5)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prepare(count) -> None:
    """`count` opinions with an agency, all of which the urging notice falls due for at the same moment."""
    climbing = Opinion.objects.filter(status__in=ESCALATING)
    while (missing := count - climbing.count()) > 0:
        opinions = missing * 5 // 4 + 100
        call_command(
            "generate", opinions=opinions, seed=climbing.count() + 1, open_=opinions, now=midnight(DUE_ON)
        )
    chosen = climbing.order_by("pk").values("pk")[:count]
    with transaction.atomic():
        Opinion.objects.exclude(next_check_at=None).update(next_check_at=None)
        facts = {
            "due_on": DUE_ON,
            "warn_on": DUE_ON,
            "supervision_level": 1,
            "level_on": DUE_ON,
            "promised_on": None,
        }
        facts |= {"suspended_on": None, "suspended_until_on": None, "leased_until": None}
        Opinion.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
            next_check_at=midnight(DUE_ON + timedelta(days=1)), **facts
        )
    vacuum("opinions_opinion")


def vacuum(table) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")


def _sweep(start, results) -> None:
    """One worker: what it did, how long it took (by the clock, and of a processor: machines are shared), its memory."""
    start.wait()
    began, busy, memory = time.monotonic(), time.process_time(), [peak_mb()]
    done = sweep.sweep(now=NOW)
    memory.append(peak_mb())
    results.put((done, time.monotonic() - began, time.process_time() - busy, memory))


def sweep_due(count, workers) -> None:
    before = (Notice.objects.count(), Event.objects.count(), Message.objects.count())
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start, results = context.Event(), context.Queue()
    processes = [context.Process(target=_sweep, args=(start, results)) for _ in range(workers)]
    for process in processes:
        process.start()
    time.sleep(1)
    began = time.monotonic()
    start.set()
    told = [results.get() for _ in processes]
    seconds = time.monotonic() - began
    for process in processes:
        process.join()
    report(count, workers, seconds, told, before)


def report(count, workers, seconds, told, before) -> None:
    notices = Notice.objects.filter(issued_at=NOW)
    twice = notices.values("opinion").annotate(n=Count("pk")).filter(n__gt=1).count()
    print(
        f"due at once: {count} opinions, {workers} workers, {seconds:.1f} s: {count / seconds:.0f} opinions/s"
    )
    for done, own, busy, memory in told:
        print(
            f"  a worker: {done} in {own:.1f} s, {busy:.1f} s of a processor; "
            f"peak memory {memory[0]:.0f} MB before, {memory[-1]:.0f} MB after"
        )
    rest = Opinion.objects.filter(next_check_at__lte=NOW).count()
    print(
        f"  notices {Notice.objects.count() - before[0]} (twice {twice}, still due {rest}), "
        f"ledger rows {Event.objects.count() - before[1]}, messages {Message.objects.count() - before[2]}"
    )
    assert (notices.count(), twice, rest) == (count, 0, 0)
    assert notices.filter(kind="urge", level=2).count() == count


def fill(closed) -> None:
    """Copies of closed opinions, with numbers of their own."""
    fields = [
        f.column for f in Opinion._meta.concrete_fields if f.column not in ("id", "number", "submission_key")
    ]
    names = ", ".join(f'"{name}"' for name in fields)
    with connection.cursor() as cursor:
        while (missing := closed - Opinion.objects.filter(status="closed").count()) > 0:
            cursor.execute(
                f"""INSERT INTO opinions_opinion (number, {names})
                    SELECT 'copy-' || nextval('opinions_opinion_id_seq'), {names} FROM opinions_opinion
                    WHERE status = 'closed' LIMIT %s""",  # noqa: S608 - names of our own columns
                [missing],
            )
    vacuum("opinions_opinion")


def sweep_idle() -> None:
    times = []
    for _turn in range(50):
        began = time.perf_counter()
        assert not sweep.sweep(now=NOW)
        times.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as captured:
        sweep.sweep(now=NOW)
    asked = [query["sql"] for query in captured.captured_queries]
    total = Opinion.objects.filter(status="closed").count()
    print(
        f"idle: {total} closed opinions, median {statistics.median(times):.2f} ms, slowest of 50 "
        f"{max(times):.2f} ms, {len(asked)} statements"
    )
    for sql in asked:
        print("  ", sql[:60], "…" if len(sql) > 60 else "")
    rows = sweep.skip_locked(Opinion.objects.due_for_check(NOW).order_by("next_check_at"))
    with transaction.atomic():
        print(rows.only("pk", "number")[:100].explain(analyze=True, buffers=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--due", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--closed", type=int, default=1_000_000)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if asked.due:
        prepare(asked.due)
        sweep_due(asked.due, asked.workers)
        print(f"  ledger: {'ok' if verify().broken is None else 'BROKEN'}", flush=True)
    if asked.closed:
        if not Opinion.objects.filter(status="closed").exists():
            call_command("generate", opinions=2000, seed=7, open_=0)
        fill(asked.closed)
        sweep_idle()


if __name__ == "__main__":
    main()
