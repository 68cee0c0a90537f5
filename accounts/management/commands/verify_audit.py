"""verify_audit: recompute the audit trail; `ok N records`, or the first broken row and exit code 1."""

from django.core.management.base import BaseCommand, CommandError

from accounts.audit import verify


class Command(BaseCommand):
    help = "Recompute the chains of the audit trail and name the first row that does not hold."

    def handle(self, **options: object) -> None:
        count, broken = verify()
        if broken:
            raise CommandError(broken)
        # Operators' scripts read this line: it is the same in every language.
        self.stdout.write(f"ok {count} records")
