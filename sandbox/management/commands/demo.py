"""`demo` makes the demo office in an empty database; a second run adds nothing. It prints the accounts last."""

import secrets
import unicodedata
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from common.ops.now_option import moment
from sandbox import staff
from sandbox.demo import build


class Command(BaseCommand):
    help = "Make the demo office: real areas, invented people, 14 months of opinions. Idempotent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password", metavar="P", help="of every demo account; else one is made and printed"
        )
        parser.add_argument("--now", metavar="ISO", help="the moment at which the demo's story ends")
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")

    def handle(self, *, password: str | None, accounts: bool, now: str | None, **options: Any) -> None:
        if not accounts:
            self.make(password, moment(now) if now else None)
        self.print_accounts()

    def make(self, password: str | None, now: datetime | None) -> None:
        """Create the demo unless it is complete, and print what was added."""
        if build.is_complete():
            self.stdout.write(_("The demo is already here; nothing was added."))
            return
        made, password = not password, password or secrets.token_urlsafe(9)
        try:
            told = build.make(password=password, now=now, say=lambda text: self.stdout.write(f"… {text}"))
        except build.NotHere as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("Opinions added: %d") % told)
        if made:
            self.stdout.write(_("The password of every demo account: %s") % password)

    def print_accounts(self) -> None:
        """Print the accounts to try the product with."""
        rows = [(_("account"), _("name"), _("role"), _("in charge of")), *staff.shown()]
        if len(rows) == 1:
            raise CommandError(_("There is no demo here; make it with manage.py demo."))
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)]
            self.stdout.write("  " + "  ".join(cells).rstrip())
        others = User.objects.count() - len(rows) + 1
        self.stdout.write(_("  and %d more, listed in the administration") % others)


def width(text: str) -> int:
    """Return the columns on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
