"""import_studios FILE --as USER: import an office's register of studios and deputies' homes, one a row."""

from common.excel.import_command import ImportCommand
from studios.rolls.studios import STUDIOS


class Command(ImportCommand):
    help = "Import studios and deputies' homes from Excel or CSV; all or nothing unless --skip-bad."
    import_file = staticmethod(STUDIOS.import_file)
    write_template = staticmethod(STUDIOS.write_template)
