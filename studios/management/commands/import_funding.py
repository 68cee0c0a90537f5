"""import_funding FILE --as USER: import what studios, homes and townships were given, one amount a row."""

from common.excel.import_command import ImportCommand
from studios.funding.importing import FUNDING


class Command(ImportCommand):
    help = "Import funding from Excel or CSV; all or nothing unless --skip-bad."
    import_file = staticmethod(FUNDING.import_file)
    write_template = staticmethod(FUNDING.write_template)
