"""`backup`: one encrypted archive of database and uploads to BACKUP_TARGET."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from congress_liaison.backup import Refused, sealing, services
from congress_liaison.backup.target import target_of


class Command(BaseCommand):
    help = "Write an encrypted archive of database and uploads to BACKUP_TARGET, and delete those no longer kept."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="list the archives, oldest first")
        parser.add_argument(
            "--identity",
            action="store_true",
            help="print the age identity that opens the archives with `age` itself",
        )

    def handle(self, **options: Any) -> None:
        from django.conf import settings

        try:
            if options["identity"]:
                self.stdout.write(str(sealing.identity(settings.BACKUP_KEY)))
            elif options["list"]:
                for name in services.archives(target_of(settings.BACKUP_TARGET)):
                    self.stdout.write(name)
            else:
                self.say(services.backup())
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def say(self, done: services.Done) -> None:
        """Print what was written, and what would be lost at worst."""
        facts = {"size": done.size / 2**20, "seconds": done.seconds}
        self.stdout.write(f"{done.name} rows {done.rows} files {done.files}")
        self.stdout.write(_("%(size).1f MB in %(seconds).1f s") % facts)
        self.stdout.write(
            _("Lost at worst (RPO): what was done since this backup; with one each night, a day.")
        )
