"""import_activities FILE --as USER: import an office's list of activities, one a row."""

from common.excel.import_command import ImportCommand
from deputies.activities.importing import ACTIVITIES


class Command(ImportCommand):
    help = "Import activities from Excel or CSV; all or nothing unless --skip-bad."
    import_file = staticmethod(ACTIVITIES.import_file)
    write_template = staticmethod(ACTIVITIES.write_template)
