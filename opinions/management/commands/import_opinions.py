"""`import_opinions FILE --as USER` imports an office's ledger through the ordinary actions, at the ledger's own
times."""

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from common.excel.import_command import ImportCommand
from common.ops.now_option import moment
from opinions.importing.decisions import Decisions
from opinions.importing.services import import_file
from opinions.importing.template import write_template
from opinions.models import Import


class Command(ImportCommand):
    help = "Import the ledger rows of an office from Excel or CSV; all or nothing unless --skip-bad."
    write_template = staticmethod(write_template)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--now", metavar="ISO", help="the moment up to which rows may date, to try it out"
        )
        parser.add_argument(
            "--open-rows",
            choices=Import.OpenRows.values,
            default=Import.OpenRows.TODAY,
            help="rows without an answer: deadlines count from today (default), an archive, or as dated",
        )

    def handle(self, **options: Any) -> None:
        now, open_rows = options.pop("now"), options.pop("open_rows")
        self.import_file = partial(
            import_file, now=moment(now) if now else None, decisions=Decisions(open_rows=open_rows)
        )
        super().handle(**options)
