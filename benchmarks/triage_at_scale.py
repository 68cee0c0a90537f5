"""Duplicates of a new opinion among 100,000, and the nightly topic run, on the database of DATABASE_URL.

    nice -n 10 .venv/bin/python -m tests.services .venv/bin/python benchmarks/triage_at_scale.py [100000]

Lays out the demo's areas and the opinions of `generate` in a throwaway database; prints the lines of RESULTS-triage.md.
"""

import os
import resource
import statistics
import sys
import time
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("SECRET_KEY", "benchmark-only-key-of-at-least-fifty-characters-0123456789")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from opinions.models import Opinion, SimilarityKey
from opinions.triage import similarity
from studios.models import County, Membership


def main(count):
    call_command("migrate", verbosity=0)
    if Opinion.objects.count() < count:
        call_command("generate", opinions=count, seed=1)
    # All in one county: the hardest case for an index that begins with the county.
    busiest = County.objects.first()
    started = time.perf_counter()
    kept = similarity.backfill(everything=True)
    print(f"{Opinion.objects.count()} opinions; keys of {kept} kept in {time.perf_counter() - started:.0f} s, "
          f"{SimilarityKey.objects.count()} keys on {connection.vendor}", flush=True)  # fmt: skip
    SimilarityKey.objects.exclude(county=busiest.pk).update(county=busiest.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    member = (
        Membership.objects.filter(role="supervisor", area_code="4331").first()
        or Membership.objects.filter(role="supervisor").first()
    )
    user = get_user_model().objects.get(pk=member.user_id)
    taken, found = [], 0
    rows = list(Opinion.objects.order_by("-pk").only("title", "body")[:40_000:200])
    for row in rows:
        started = time.perf_counter()
        found += bool(
            similarity.find_similar(
                county=busiest.pk, title=row.title, body=row.body, user=user, besides=row.pk
            )
        )
        taken.append(1000 * (time.perf_counter() - started))
    taken.sort()
    print(f"duplicates of a new one, {len(taken)} times: p50 {statistics.median(taken):.1f} ms, "
          f"p95 {taken[int(len(taken) * 0.95)]:.1f} ms, worst {taken[-1]:.1f} ms; "
        f"something found for {found}", flush=True)  # fmt: skip
    from opinions.triage.topics import refresh

    started, used = time.perf_counter(), time.process_time()
    topics = refresh.refresh_all()
    print(f"nightly topic run: {topics} topics in {time.perf_counter() - started:.0f} s "
          f"({time.process_time() - used:.0f} s of CPU), peak memory "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
