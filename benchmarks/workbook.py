"""The monthly workbook against bare openpyxl write_only of the same cells, in one run (DATABASE_URL: may be filled).

    python -m tests.services python -m benchmarks.workbook [--rows 10000 100000]

Each workbook is written in a process of its own, so that its peak memory is its own. The floors write the cells of the
台账 sheet and nothing else, from lists that were made before: no query, no masking. `values` takes what openpyxl makes
of bare values, `styles` gives each cell the look that ours has. Ours is everything: reading, decrypting, masking,
counting, all sheets. Rows per second by the clock and of a processor: machines are shared.
"""

import argparse
import gc
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
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment

from common.excel.cells import FORMATS
from opinions.models import Opinion
from opinions.workflow.deadlines import midnight
from reports.definitions.periods import parse
from reports.figures.areas import opinions_of
from reports.workbook.register_sheet import REGISTER, register_row, register_rows
from reports.workbook.workbook import write_month
from studios.models import County

MODELS = 2000  # opinions generated, of which the others are copies
MONTH = "2026-09"


def prepare(rows: int) -> County:
    """`rows` opinions of one county in one month: copies of generated ones, spread over its days."""
    if not Opinion.objects.exists():
        asked = {"opinions": MODELS, "open_": MODELS // 4, "now": midnight(date(2026, 11, 1))}
        call_command("generate", seed=1, **asked, stdout=sys.stderr)
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


def lines(county, rows: int) -> list[list]:
    """The cells of the 台账 sheet as openpyxl takes them: no moment with a zone, nothing where there is nothing."""
    read = register_rows(
        opinions_of(county, None).filter(parse(MONTH).registered), timezone.localdate(), frozen=False
    )
    return [[bare(value) for value in register_row(row)] for row in islice(read, rows)]


def bare(value):
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return None if value == "" else value


def ours(county, target, _rows) -> int:
    return write_month(target, period=parse(MONTH), county=county)


def values(_county, target, rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    for row in rows:
        sheet.append(row)
    book.save(target)


def styles(_county, target, rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    looks = [(FORMATS[one.kind], Alignment(vertical="top", wrap_text=one.kind == "long")) for one in REGISTER]
    for row in rows:
        cells = [value if value is None else WriteOnlyCell(sheet, value) for value in row]
        for cell, (shown, placed) in zip(cells, looks, strict=True):
            if cell is not None:
                cell.number_format, cell.alignment = shown, placed
        sheet.append(cells)
    book.save(target)


WRITERS = {"values": values, "styles": styles, "ours": ours}


def peak_mb() -> float:
    """Of this process alone: what getrusage says is inherited from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def one(which: str, rows: int) -> None:
    """One workbook, measured; printed as JSON for the process that asked."""
    county = County.objects.get(code="433101")
    prepared = None if which == "ours" else lines(county, rows)
    gc.collect()
    gc.freeze()  # the floor's lists are no work of openpyxl's
    with tempfile.TemporaryFile() as target:
        clock, processor = time.perf_counter(), time.process_time()
        written = WRITERS[which](county, target, prepared)
        took = {"clock": time.perf_counter() - clock, "processor": time.process_time() - processor}
        took["mb"] = target.seek(0, 2) / 1e6
    if which == "ours" and written != rows:
        sys.exit(f"{written} rows in the month, not {rows}: the database must be empty at the start")
    print(json.dumps(took | {"peak": peak_mb()}))


def measured(which: str, rows: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.workbook", "--one", which, "--rows", str(rows)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(said.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--one", choices=WRITERS)
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
        found = {which: measured(which, rows) for which in WRITERS}
        for which, took in found.items():
            clock, processor = (f"{rows / took[kind]:,.0f}" for kind in ("clock", "processor"))
            print(
                f"| {rows:,} | {which} | {clock} | {processor} | {took['peak']:.0f} MB | {took['mb']:.1f} MB |"
            )
        for floor in ("values", "styles"):
            clock, processor = (
                f"{found[floor][kind] / found['ours'][kind]:.2f}" for kind in ("clock", "processor")
            )
            print(f"| {rows:,} | ours ÷ {floor} | {clock} | {processor} | | |", flush=True)
        peaks.append(found["ours"]["peak"])
    print(
        f"\nOur peak memory at {max(asked.rows):,} rows ÷ at {min(asked.rows):,}: {peaks[-1] / peaks[0]:.2f}"
    )


if __name__ == "__main__":
    main()
