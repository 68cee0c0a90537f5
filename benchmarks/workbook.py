"""The monthly workbook against bare openpyxl write_only of the same cells, in one run (DATABASE_URL: may be filled).

    python -m tests.services python -m benchmarks.workbook [--rows 10000 100000]

Each workbook is written in a process of its own, so that its peak memory is its own. The floor writes the values of
the 台账 sheet and nothing else: no query, no masking, no style. Ours is everything: reading, decrypting, masking,
counting, all sheets. Rows per second by the clock and of a processor: machines are shared.
"""

import argparse
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import django

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from opinions.models import Opinion
from opinions.workflow.clocks import midnight
from reports.areas import opinions_of
from reports.periods import parse
from reports.register_sheet import register_row, register_rows
from reports.workbook import write_month
from studios.models import County

MODELS = 2000  # opinions generated, of which the others are copies
MONTH = "2026-09"


def prepare(rows: int) -> County:
    """`rows` opinions of one county in one month: copies of generated ones, spread over its days."""
    if not Opinion.objects.exists():
        call_command("generate", opinions=MODELS, seed=1, open_=MODELS // 4, now=midnight(date(2026, 11, 1)))
    county = County.objects.get(code="433101")
    month = parse(MONTH)
    Opinion.objects.filter(month.registered).exclude(number__startswith="W").update(
        registered_at=midnight(month.first - timedelta(days=40))
    )
    there = Opinion.objects.filter(month.registered, county=county).count()
    models = list(Opinion.objects.filter(county=county).exclude(number__startswith="W")[:MODELS])
    batch = []
    for n, model in zip(range(there, rows), cycle(models), strict=False):
        model.pk, model.number, model.submission_key = None, f"W-{n:08d}", None
        model.registered_at = midnight(month.first) + timedelta(seconds=n * 25)
        batch.append(pickle.loads(pickle.dumps(model)))  # noqa: S301 - a copy: bulk_create writes the keys back
        if len(batch) == 1000:
            Opinion.objects.bulk_create(batch)
            batch.clear()
    Opinion.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE opinions_opinion")
    return county


def lines(county):
    """The values of the 台账 sheet."""
    rows = opinions_of(county, None).filter(parse(MONTH).registered)
    return (register_row(row) for row in register_rows(rows, timezone.localdate(), frozen=False))


def ours(county, target, rows):
    write_month(target, period=parse(MONTH), county=county)


def floor(county, target, rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    for row in rows:
        sheet.append(row)
    book.save(target)


def bare(value):
    """openpyxl takes no moment with a zone."""
    return timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value


def peak_mb() -> float:
    """Of this process alone: what getrusage says is inherited from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def one(which: str, rows: int) -> None:
    """One workbook, measured; printed as JSON for the process that asked."""
    county = County.objects.get(code="433101")
    prepared = (
        [[bare(value) for value in row] for row in islice(lines(county), rows)] if which == "floor" else None
    )
    with tempfile.TemporaryFile() as target:
        clock, processor = time.perf_counter(), time.process_time()
        {"ours": ours, "floor": floor}[which](county, target, prepared)
        took = {"clock": time.perf_counter() - clock, "processor": time.process_time() - processor}
        took["mb"] = target.tell() / 1e6 or target.seek(0, 2) / 1e6
    print(json.dumps(took | {"peak": peak_mb()}))


def measured(which: str, rows: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.workbook", "--one", which, "--rows", str(rows)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(said.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--one", choices=["ours", "floor"])
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.rows[0])
        return
    call_command("migrate", verbosity=0)
    peaks = []
    print("| rows | | rows/s by the clock | rows/s of a processor | peak memory | file |")
    print("|---|---|---|---|---|---|")
    for rows in sorted(asked.rows):
        prepare(rows)
        found = {which: measured(which, rows) for which in ("floor", "ours")}
        for which, took in found.items():
            speed = [f"{rows / took[kind]:,.0f}" for kind in ("clock", "processor")]
            print(
                f"| {rows:,} | {which} | {speed[0]} | {speed[1]} | {took['peak']:.0f} MB | {took['mb']:.1f} MB |"
            )
        ratio = {kind: found["floor"][kind] / found["ours"][kind] for kind in ("clock", "processor")}
        print(f"| {rows:,} | ratio | {ratio['clock']:.2f} | {ratio['processor']:.2f} | | |", flush=True)
        peaks.append(found["ours"]["peak"])
    print(f"\nPeak memory at the most rows ÷ at the fewest: {peaks[-1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
