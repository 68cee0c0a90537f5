"""Charts of the tables of a workbook, on a sheet of their own: bars that read the cells of the table."""

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties

MOST_BARS = 60  # more names than this cannot be read
WIDTH, HEIGHT = 17.5, 7.8  # centimetres
APART = 17  # rows between the beginnings of two charts


@dataclass(frozen=True)
class Chart:
    """`title` above it; `name` the place of the column with the names, `bars` of those with the numbers (from 1)."""

    title: str
    name: int
    bars: tuple[int, ...]


@dataclass(frozen=True)
class Charted:
    """A table that was written: `head` its row of headers, `first` and `last` its rows."""

    page: WriteOnlyWorksheet
    chart: Chart
    head: int
    first: int
    last: int


def draw(book: Workbook, title: str, tables: list[Charted]) -> None:
    """Add a sheet `title` with a chart for each table that has rows; none where no table has."""
    drawn = [one for one in tables if one.last >= one.first]
    if not drawn:
        return
    page = book.create_sheet(title)
    page.page_setup.orientation, page.page_setup.paperSize = "portrait", 9
    page.page_setup.fitToWidth = page.page_setup.fitToHeight = 1  # no chart is cut in two
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    for place, one in enumerate(drawn):
        page.add_chart(_bars(one), f"A{1 + place * APART}")


def _bars(table: Charted) -> BarChart:
    bars = BarChart()
    bars.type, bars.title, bars.style = "col", table.chart.title, 10
    bars.width, bars.height, bars.gapWidth = WIDTH, HEIGHT, 60
    last = min(table.last, table.first + MOST_BARS - 1)
    for column in table.chart.bars:
        numbers = Reference(table.page, min_col=column, min_row=table.first, max_row=last)
        bars.add_data(numbers, titles_from_data=False)
        head = f"'{table.page.title}'!${get_column_letter(column)}${table.head}"
        bars.series[-1].tx = SeriesLabel(strRef=StrRef(head))
    bars.set_categories(Reference(table.page, min_col=table.chart.name, min_row=table.first, max_row=last))
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.y_axis.number_format = "0"
    bars.legend.position = "b"
    return bars
