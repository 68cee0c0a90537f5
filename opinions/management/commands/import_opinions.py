"""import_opinions FILE --as USER: an office's ledger goes in through the ordinary actions, at its own times."""

from functools import partial

from common.excel.import_command import ImportCommand
from common.ops.now_option import moment
from opinions.importing.services import import_file
from opinions.importing.template import write_template


class Command(ImportCommand):
    help = "Import the ledger rows of an office from Excel or CSV; all or nothing unless --skip-bad."
    write_template = staticmethod(write_template)

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--now", metavar="ISO", help="the moment up to which rows may date, to try it out"
        )

    def handle(self, *, now, **options):
        self.import_file = partial(import_file, now=moment(now) if now else None)
        super().handle(**options)
