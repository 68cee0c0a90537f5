"""`import_areas FILE.csv` takes in the townships of whole counties, or their villages."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from studios.areas.importing import Imported, import_areas
from studios.areas.parser import AreaFileError


class Command(BaseCommand):
    help = (
        "Import areas from a CSV file: county_code,county,township_code,township or "
        "township_code,village_code,village. All or nothing; importing a file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", metavar="USER", help="who imports it")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument(
            "--now", type=datetime.fromisoformat, metavar="ISO", help="the day of retirements"
        )

    def handle(
        self, *, file: Path, username: str | None, dry_run: bool, now: datetime | None, **options: Any
    ) -> None:
        by = _user(username) if username else None
        today = now.date() if now else timezone.localdate()
        try:
            with file.open("rb") as stream:
                imported = import_areas(file=stream, by=by, today=today, dry_run=dry_run)
        except AreaFileError as error:
            raise CommandError(_("%s\nNothing was imported.") % error) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self._say(imported)

    def _say(self, imported: Imported) -> None:
        for area, was in imported.renamed:
            self.stdout.write(_("renamed: %(code)s %(was)s → %(name)s") % {
                "code": area.pk, "was": was, "name": area.name,
            })  # fmt: skip
        for township in imported.retired:
            self.stdout.write(_("retired: %s %s") % (township.pk, township))
        for unit in imported.other:
            self.stdout.write(_("not counted as a township: %s %s") % (unit.pk, unit))
        self.stdout.write(str(imported))


def _user(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("No active account is named %s.") % username)
    return user
