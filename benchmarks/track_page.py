"""What a clock tells about the track page: misses by a wrong code, by wrong digits and by both, taken in turns.

    python -m benchmarks.track_page [--tries 300]          on SQLite
    python -m tests.services python -m benchmarks.track_page

Prints the median of each kind and the ratio of the slowest to the quickest median; in a database of its own.
"""

import argparse
import os
import random
import statistics
import time
import uuid

import django

from tests import environment  # noqa: F401 - sets what the shell left open

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from portal.services import submit
from studios.models import County, Studio, Township

ADDRESS = "/p/track/"
PHONE = "13812345678"


def told(studio) -> str:
    """The query code of a new opinion."""
    _opinion, code = submit(
        studio=studio, submission_key=uuid.uuid4(), title="路灯", body="坏了", citizen_phone=PHONE
    )
    return code


def kinds(chance, code):
    other = f"{chance.randrange(10**16):016d}"
    return {"wrong code": (other, PHONE[-4:]), "wrong digits": (code, "0000"), "both wrong": (other, "0000")}


def measure(tries: int) -> dict[str, list[float]]:
    county = County.objects.create(code="433101", name="吉首市")
    township = Township.objects.create(code="433101005", county=county, name="乾州街道", kind="subdistrict")
    studio = Studio.objects.create(code="bench", name="乾州", township=township)
    chance, found = random.Random(1), {}
    for n in range(tries):
        # Each try from an address of its own, and no code twice: nobody is slowed down.
        asked = [(kind, kinds(chance, told(studio))[kind]) for kind in kinds(chance, "")]
        chance.shuffle(asked)
        for place, (kind, (code, tail)) in enumerate(asked):
            client = Client(HTTP_HOST="localhost", REMOTE_ADDR=f"10.{place}.{n // 250}.{n % 250 + 1}")
            begun = time.perf_counter()
            answer = client.post(ADDRESS, {"code": code, "tail": tail})
            found.setdefault(kind, []).append(time.perf_counter() - begun)
            assert answer.status_code == 422, answer.status_code
    return {kind: times[len(times) // 10 :] for kind, times in found.items()}  # without the warming up


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=300)
    tries = parser.parse_args().tries
    connection.creation.create_test_db(verbosity=0)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    try:
        with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
            measured = measure(tries)
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)
    medians = {kind: statistics.median(times) for kind, times in measured.items()}
    for kind, times in measured.items():
        low, _half, high = statistics.quantiles(times, n=4)
        print(
            f"{kind:13} median {medians[kind] * 1000:.2f} ms, middle half {low * 1000:.2f} to {high * 1000:.2f} ms"
        )
    print(
        f"{connection.vendor}: slowest median / quickest median = {max(medians.values()) / min(medians.values()):.3f}"
    )


if __name__ == "__main__":
    main()
