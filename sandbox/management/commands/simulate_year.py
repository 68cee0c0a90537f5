"""`simulate_year`: a county's year lived through in minutes, and every notice held against the rules."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox.simulation.year import NotHere, simulate


class Command(BaseCommand):
    help = (
        "Live through a county's year: seeded people act, the sweep comes every day. Names every notice that is "
        "missing or too many, and fails if there is one. Needs a database without opinions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--county", default="433101", metavar="CODE")
        parser.add_argument("--year", type=int, default=2026)
        parser.add_argument("--opinions", type=int, default=2000, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--days", type=int, default=0, metavar="D", help="the first days only")
        parser.add_argument(
            "--workers", type=int, default=0, metavar="W", help="processes that sweep (PostgreSQL)"
        )
        parser.add_argument("--kill-weekly", action="store_true", help="kill -9 one of them each week")

    def handle(
        self,
        *,
        county: str,
        year: int,
        opinions: int,
        seed: int,
        days: int,
        workers: int,
        kill_weekly: bool,
        **options: Any,
    ) -> None:
        if kill_weekly and workers < 2:
            raise CommandError("--kill-weekly needs --workers 2 or more")
        began = time.monotonic()
        try:
            outcome = simulate(
                county=county, year=year, opinions=opinions, seed=seed, days=days, workers_=workers,
                kill_weekly=kill_weekly, say=self.stdout.write,
            )  # fmt: skip
        except NotHere as reason:
            raise CommandError(str(reason)) from None
        for name in ("missing", "surplus"):
            for row in getattr(outcome, name):
                self.stdout.write(f"{name}: {row}")
        self.stdout.write(
            f"{outcome.opinions} opinions, {outcome.acts} acts of people, {outcome.notices} notices; missing "
            f"{len(outcome.missing)}, surplus {len(outcome.surplus)}; ledger "
            f"{outcome.broken or 'ok'}; workers killed {outcome.kills}, at work {outcome.hits}; "
            f"{time.monotonic() - began:.0f} s"
        )
        if not outcome.right:
            raise CommandError("The notices are not what the rules call for.")
