"""import_opinions FILE --as USER: an office's ledger goes in through the ordinary actions, at its own times."""

from common.import_command import ImportCommand
from opinions.importing.services import import_file
from opinions.importing.template import write_template


class Command(ImportCommand):
    help = "Import the ledger rows of an office from Excel or CSV; all or nothing unless --skip-bad."
    import_file = staticmethod(import_file)
    write_template = staticmethod(write_template)
