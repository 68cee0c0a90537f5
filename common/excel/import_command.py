"""The command line of an import: the same options and the same last line for every table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from .importing import ImportSummary

SHOWN = 100


class ImportCommand(BaseCommand):
    """Set `import_file(stream, name, *, by, dry_run, skip_bad) -> ImportSummary` and `write_template(target)`."""

    import_file: Callable[..., ImportSummary]
    write_template: Callable[[Any], object]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="an .xlsx or .csv file")
        parser.add_argument("--as", dest="username", metavar="USER", help="who imports it")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="take in the good rows, list the others")
        parser.add_argument(
            "--template", type=Path, metavar="OUT.xlsx", help="write an empty table to fill in"
        )

    def handle(
        self,
        *,
        file: Path | None,
        username: str | None,
        dry_run: bool,
        skip_bad: bool,
        template: Path | None,
        **options: object,
    ) -> None:
        if template:
            with template.open("wb") as target:
                self.write_template(target)
            self.stdout.write(str(template))
        if file is None:
            if template:
                return
            raise CommandError(_("Name the file to import, or --template."))
        summary = self.take(file, self.person(username), dry_run, skip_bad)
        for error in summary.errors[:SHOWN]:
            self.stderr.write(str(error))
        if len(summary.errors) > SHOWN:
            self.stderr.write(_("… and %d more") % (len(summary.errors) - SHOWN))
        if dry_run:
            self.stdout.write(_("Only checked; nothing was written."))
        self.stdout.write(str(summary))
        if summary.broken or (summary.errors and not skip_bad):
            raise CommandError(_("Nothing was imported."))

    def take(self, file: Path, user: AbstractBaseUser, dry_run: bool, skip_bad: bool) -> ImportSummary:
        """Import `file`; an unreadable one raises CommandError."""
        try:
            with file.open("rb") as stream:
                return self.import_file(stream, file.name, by=user, dry_run=dry_run, skip_bad=skip_bad)
        except OSError as error:
            raise CommandError(str(error)) from error

    def person(self, username: str | None) -> AbstractBaseUser:
        """Return the active account of that name; CommandError where there is none."""
        if not username:
            raise CommandError(_("Say who imports it: --as USER."))
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("No active account is named %s.") % username)
        return user
