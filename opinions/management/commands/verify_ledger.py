"""`verify_ledger` verifies all chains; prints `ok N opinions, M events`, or what does not hold with exit code 1."""

import os
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from anchors import checking
from opinions.ledger import anchored, series
from opinions.ledger.verify import Proof, verify
from opinions.models import Opinion

REPORT_EVERY_SECONDS = 10


class Command(BaseCommand):
    help = "Recompute every ledger chain and name the first row that does not hold, and every number that is gone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--opinion", metavar="NUMBER", default="", help="only the opinion of this number")
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count(), help="processes in parallel (the machine's cores)"
        )

    def handle(self, *, opinion: str, jobs: int, **options: Any) -> None:
        started = self.reported_at = time.monotonic()
        try:
            proof = verify(number=opinion, jobs=jobs, report=self.report)
        except Opinion.DoesNotExist:
            raise CommandError(_("There is no opinion %s.") % opinion) from None
        wrong = [str(proof.broken)] if proof.broken else []
        if not opinion:
            wrong += [*series.gaps(), *checking.problems(), *anchored.problems()]
        if wrong:
            raise CommandError("\n".join(wrong))
        seconds = time.monotonic() - started
        if options["verbosity"] > 1:
            self.stderr.write(f"{proof.events / max(seconds, 0.001):,.0f} events/s")
        # Operators' scripts read this line: it is the same in every language.
        self.stdout.write(f"ok {proof.opinions} opinions, {proof.events} events")

    def report(self, proof: Proof) -> None:
        """Print the progress now and then."""
        if time.monotonic() - self.reported_at > REPORT_EVERY_SECONDS:
            self.reported_at = time.monotonic()
            self.stderr.write(f"… {proof.opinions} opinions, {proof.events} events")
