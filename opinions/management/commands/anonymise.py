"""anonymise: erase for good what was kept for RETENTION_YEARS; every figure stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.ops.now_option import parse_now_option
from opinions.jobs.retention import anonymise, kept_long_enough


class Command(BaseCommand):
    help = (
        "Erase words, files and personal data of opinions that ended RETENTION_YEARS ago. Cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now")
        parser.add_argument("--dry-run", action="store_true", help="only say how many it would be")

    def handle(self, *, now: str | None, dry_run: bool, **options: Any) -> None:
        moment = parse_now_option(now)
        count = kept_long_enough(moment).count() if dry_run else anonymise(now=moment)
        self.stdout.write(f"{'to be erased' if dry_run else 'erased'} {count}")
