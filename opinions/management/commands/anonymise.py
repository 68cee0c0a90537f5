"""anonymise: what the nightly run does. It plans the erasing of what was kept for RETENTION_YEARS, and erases what was
planned RETENTION_GRACE_DAYS ago; every figure stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.ops.now_option import parse_now_option
from opinions.jobs import retention
from workdays import clock


class Command(BaseCommand):
    help = (
        "Plan and do the erasing of words, files and personal data of opinions that ended RETENTION_YEARS ago. What is"
        " erased cannot be brought back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="with --dry-run: the moment to take for now")
        parser.add_argument("--dry-run", action="store_true", help="only say how many it would be")

    def handle(self, *, now: str | None, dry_run: bool, **options: Any) -> None:
        moment = parse_now_option(now)
        if dry_run:
            self.stdout.write(f"kept long enough {retention.kept_long_enough(moment).count()}")
            self.stdout.write(f"to be erased {retention.to_erase(moment).count()}")
            return
        if now:
            raise CommandError(
                _("--now is for --dry-run: nothing is erased by a time that is not the present.")
            )
        if why := clock.doubt():
            raise CommandError(_("The clock is in doubt: %s.") % why)
        self.stdout.write(f"planned {retention.plan()}")
        self.stdout.write(f"erased {retention.anonymise()}")
