"""The cost of anchoring at a million records: first night, an ordinary night, a proof, and the verification.

    python -m benchmarks.anchoring --leaves 1000000 [--changed 3000]

Uses the tables of the database that DATABASE_URL names, which should be empty, and leaves it as it was. Prints one JSON
object. Registering or handling an opinion reads and writes none of these tables (tests/anchors/test_anchors.py).
"""

import argparse
import json
import os
import resource
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")


class Undo(Exception):
    """Ends the transaction, so that nothing stays."""


def fill(count: int) -> None:
    """Write the heads of `count` chains, as short as those of opinions and as many."""
    from common.db.database import copy_rows

    rows = ((str(number), 5, f"{number * 7919:064x}") for number in range(count))
    while some := list(islice(rows, 50_000)):
        copy_rows("accounts_accesshead", "chain, sequence, hash", some)


def night():
    """Anchor the heads that have changed, as every night does it."""
    from accounts.models import AccessHead
    from anchors.services import anchor, changed

    return anchor([changed("audit", AccessHead.objects.all(), key="chain", count="sequence", head="hash")])


def timed(name: str, found: dict[str, object], work):
    """Run `work` and keep its seconds under `name`."""
    began = time.monotonic()
    result = work()
    found[name] = round(time.monotonic() - began, 3)
    return result


def measure(count: int, changed: int) -> dict[str, object]:
    """Return the seconds of each step and the memory of the process at its highest."""
    from django.db import connection

    from accounts.models import AccessHead
    from anchors import checking, proofs
    from anchors.models import Leaf
    from common.db.database import lift_append_only_sql

    found: dict[str, object] = {"leaves": count, "changed": changed}
    fill(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    timed("first night, s", found, night)
    AccessHead.objects.filter(chain__in=[str(number * 3) for number in range(changed)]).update(sequence=6)
    timed("next night, s", found, night)
    timed("a night without a change, s", found, night)
    found["memory of the nights, MB"] = round(
        (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    )
    timed("one proof, s", found, lambda: proofs.proofs("audit", str(count // 2)))
    wrong = timed("all roots again, s", found, checking.problems)
    assert wrong == [], wrong
    with connection.cursor() as cursor:
        for sql in lift_append_only_sql(connection.vendor, Leaf._meta.db_table):
            cursor.execute(sql)
    Leaf.objects.filter(key=str(count // 2 + 1)).update(count=4)
    found["one altered row is found"] = timed("and after, s", found, checking.problems)
    found["process at its highest, MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--changed", type=int, default=3000)
    given = parser.parse_args()
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with TemporaryDirectory() as folder, suppress(Undo), transaction.atomic():
        settings.ANCHORS_FILE = str(Path(folder) / "anchors.jsonl")
        print(json.dumps(measure(given.leaves, given.changed), ensure_ascii=False, indent=1))
        raise Undo


if __name__ == "__main__":
    main()
