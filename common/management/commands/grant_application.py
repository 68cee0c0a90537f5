"""`grant_application`: give the application's role in PostgreSQL its rights; run as the owner after each `migrate`."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.db.roles import grant_application


class Command(BaseCommand):
    help = (
        "Make the role that APPLICATION_DATABASE_URL names, with the rights of the application and no others."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="instead of APPLICATION_DATABASE_URL (or …_FILE)")

    def handle(self, *, url: str, **options: object) -> None:
        parts = urlsplit(url or _from_environment())
        if not parts.username or not parts.password:
            raise CommandError("APPLICATION_DATABASE_URL must name a role and its password")
        try:
            tables = grant_application(unquote(parts.username), unquote(parts.password))
        except ValueError as error:
            raise CommandError(str(error)) from None
        # Operators' scripts read this line: it is the same in every language.
        self.stdout.write(f"ok role {unquote(parts.username)}, {len(tables)} tables only grow")


def _from_environment() -> str:
    file = os.environ.get("APPLICATION_DATABASE_URL_FILE", "")
    return Path(file).read_text().strip() if file else os.environ.get("APPLICATION_DATABASE_URL", "")
