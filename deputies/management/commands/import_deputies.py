"""import_deputies FILE --as USER: import an office's register of deputies, one seat a row."""

from common.excel.import_command import ImportCommand
from deputies.roll.importing import DEPUTIES


class Command(ImportCommand):
    help = "Import deputies from Excel or CSV; all or nothing unless --skip-bad."
    import_file = staticmethod(DEPUTIES.import_file)
    write_template = staticmethod(DEPUTIES.write_template)
