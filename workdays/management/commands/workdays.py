"""`workdays 2026-09-30 5` prints the day five working days after."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from workdays.calendar import add_workdays

# Relied on by scripts, so the same in every language.
PROVISIONAL = "暂定"


class Command(BaseCommand):
    help = "Print the date N working days after a date; 暂定 if its year's calendar is not published yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", metavar="YYYY-MM-DD")
        parser.add_argument("days", metavar="N", type=int)

    def handle(self, *, start: str, days: int, **options: object) -> None:
        try:
            deadline = add_workdays(date.fromisoformat(start), days)
        except (ValueError, OverflowError) as error:
            raise CommandError(_("No such day or number of days: %s") % error) from error
        self.stdout.write(f"{deadline.date:%Y-%m-%d}{f' {PROVISIONAL}' if deadline.provisional else ''}")
