"""Why a stranger's table cannot be read, in words for the person who uploaded it."""

from django.utils.translation import gettext as _


class TableError(Exception):
    """The file cannot be read. `row` counts as a spreadsheet does; 0 when it is about the whole file."""

    def __init__(self, message: str, row: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


def not_a_table() -> str:
    """Return that the file is no table at all."""
    return _("This is no Excel workbook (.xlsx) and no CSV file.")


def damaged() -> str:
    """Return that the file is damaged."""
    return _("The file is damaged. Open it in Excel or WPS and save it again.")
