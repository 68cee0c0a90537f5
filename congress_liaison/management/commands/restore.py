"""`restore`: an archive onto an empty server; `restore --check`: for trial, without touching anything."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from congress_liaison.backup import Refused, services


class Command(BaseCommand):
    help = (
        "Put an archive of BACKUP_TARGET (the newest) into this empty installation and verify keys, counts, ledger, "
        "audit trail and files. With --check into a database that is deleted afterwards."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="the archive; see backup --list")
        parser.add_argument("--check", action="store_true", help="only try it out")

    def handle(self, *, name: str, check: bool, **options: Any) -> None:
        try:
            done = services.check(name) if check else services.restore(name)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        facts = {"seconds": done.seconds, "hours": done.age.total_seconds() / 3600}
        self.stdout.write(f"ok {done.name} rows {done.rows} files {done.files}")
        self.stdout.write(
            _("Restored and verified in %(seconds).1f s (RTO); the archive is %(hours).1f hours old (RPO).")
            % facts
        )
