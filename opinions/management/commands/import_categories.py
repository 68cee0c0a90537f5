"""`import_categories [FILE.csv]` imports the category tree: the shipped one, or an office's own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from opinions.triage.category_import import SHIPPED, CategoryFileError, import_categories


class Command(BaseCommand):
    help = "Import the category tree with its keywords (code,name,keywords)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=SHIPPED)
        parser.add_argument(
            "--replace", action="store_true", help="let the file win over what the office changed"
        )

    def handle(self, *, file: Path, replace: bool, **options: Any) -> None:
        try:
            done = import_categories(file=file, replace=replace)
        except (CategoryFileError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"added {done.added}, changed {done.changed}, known {done.known}")
