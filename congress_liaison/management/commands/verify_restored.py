"""`verify_restored FACTS.json`: whether this installation holds what an archive said. `restore` calls it."""

import json
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from congress_liaison.backup import archive, engines
from congress_liaison.doctor import keys
from congress_liaison.doctor.findings import FAIL

# Django writes these by itself when it migrates.
OWN = {"django_migrations", "django_content_type", "auth_permission"}


class Command(BaseCommand):
    help = "Verify keys, counts, ledger, audit trail and files against what an archive said; used by restore."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("facts", type=Path)

    def handle(self, *, facts: Path, **options: Any) -> None:
        said = json.loads(facts.read_text())
        if (
            said["migrations"] == archive.migrations()
        ):  # else tables were changed since, as the code wants them
            here = engines.counts(engines.ask)
            wrong = {table: (here.get(table), count) for table, count in said["rows"].items()
                     if table not in OWN and here.get(table) != count}  # fmt: skip
            if wrong:
                raise CommandError(f"rows (here, archive) differ: {wrong}")
        if bad := [str(one) for one in keys.examine() if one.level == FAIL]:
            raise CommandError("\n".join(bad))
        gone = [name for name, (size, _hash) in said["files"].items() if not self.there(name, size)]
        if gone:
            raise CommandError(f"{len(gone)} files are not there as they were, the first: {gone[0]}")
        call_command("verify_ledger", stdout=self.stdout)
        call_command("verify_audit", stdout=self.stdout)

    def there(self, name: str, size: int) -> bool:
        """Return whether an upload is there with this size of content, which was compared when it was unpacked."""
        try:
            with default_storage.open(name) as file:  # the store's own size is that of the encrypted file
                return file.size == size
        except OSError:
            return False
