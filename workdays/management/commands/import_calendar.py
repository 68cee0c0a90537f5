"""`import_calendar 2027.csv --as admin` takes in one year's published calendar."""

from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from workdays.calendar_file import CalendarFileError
from workdays.services import import_calendar


class Command(BaseCommand):
    help = "Import one year's calendar (date,kind,name) and move the provisional deadlines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", metavar="USER", help="who imports it")
        parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="the time to record")

    def handle(self, *, file: Path, username: str | None, now: datetime | None, **options: object) -> None:
        by = _user(username) if username else None
        if now and timezone.is_naive(now):
            now = timezone.make_aware(now)
        try:
            with file.open("rb") as stream:
                imported = import_calendar(file=stream, by=by, now=now, source=file.name)
        except CalendarFileError as error:
            raise CommandError(_("%s\nNothing was imported.") % error) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        for day, name in sorted(imported.unnamed.items()):
            self.stderr.write(_("Not in the file, so counted as worked: %s") % f"{day} {name}")
        self.stdout.write(f"days {imported.days}, deadlines moved {imported.moved}")


def _user(username: str) -> User:
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("No active account is named %s.") % username)
    return user
