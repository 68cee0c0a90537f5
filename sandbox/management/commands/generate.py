"""`generate --opinions N --seed S` writes load data: opinions with ledgers that `verify_ledger` proves."""

import multiprocessing
import secrets
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from common.db.database import without_bigram_index
from opinions.models import Opinion
from sandbox import areas, staff
from sandbox.demo.history import COUNTIES
from sandbox.load import opinions as load
from sandbox.load.activities import load_activities

MOST_OPEN = 20_000
MANY = 20_000  # opinions from which an index is better built afterwards


class Command(BaseCommand):
    help = "Write load data in bulk. Never into an office at work: it is told apart from real opinions by nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--opinions", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S")
        parser.add_argument("--years", type=float, default=3, help="over how many years up to now (3)")
        parser.add_argument("--open", type=int, dest="open_", metavar="M", help="how many are open")
        parser.add_argument(
            "--jobs", type=int, default=1, help="processes; PostgreSQL takes as many as cores"
        )
        parser.add_argument(
            "--people-met", type=int, default=0, metavar="P", help="also activities, with so many people met"
        )
        parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="the end of the time")

    def handle(
        self,
        *,
        opinions: int,
        seed: int,
        years: float,
        open_: int | None,
        jobs: int,
        people_met: int,
        now: datetime | None,
        **options: Any,
    ) -> None:
        if opinions < 1 or years <= 0 or jobs < 1:
            raise CommandError("--opinions, --years and --jobs must be positive")
        now = now or timezone.now()
        now = now if timezone.is_aware(now) else timezone.make_aware(now)
        self.started = time.monotonic()
        if not areas.counties():
            areas.lay_out()
            staff.people(secrets.token_urlsafe(20))
        if people_met:
            load_activities(people_met=people_met, seed=seed, years=years, now=now)
        open_ = min(MOST_OPEN, opinions // 5) if open_ is None else open_
        drawn = load.plan(opinions=opinions, seed=seed, years=years, open_=open_, now=now)
        aside = without_bigram_index(Opinion) if opinions >= MANY else nullcontext()
        try:
            with aside:
                rows = self.spread(drawn, jobs)
        finally:
            load.put_in_order()
        seconds = time.monotonic() - self.started
        self.stdout.write(
            f"{opinions} opinions, {rows} rows in {seconds:.1f} s: {rows / seconds:,.0f} rows/s"
        )

    def spread(self, drawn: load.Plan, jobs: int) -> int:
        """Load the opinions in up to `jobs` processes; return how many rows were written."""
        shares = shared_out(jobs)
        if len(shares) == 1:
            return load.load(drawn, shares[0])
        connections.close_all()  # a connection cannot be shared by processes
        with ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("fork")) as pool:
            return sum(pool.map(load.load, [drawn] * len(shares), shares))


def shared_out(jobs: int) -> list[frozenset[str]]:
    """Return the counties in up to `jobs` shares of about the same weight."""
    shares: list[list[str]] = [[] for _job in range(min(jobs, len(COUNTIES)))]
    for county in sorted(COUNTIES, key=lambda code: (-COUNTIES[code], code)):
        min(shares, key=lambda share: sum(COUNTIES[code] for code in share)).append(county)
    return [frozenset(share) for share in shares]
