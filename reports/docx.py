"""Word documents on A4 in the fonts of official ones: a title, headings, tables whose header is on every page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row

from common.excel.cells import FORBIDDEN
from reports.definitions.counts import Rate

BODY_FONT, TITLE_FONT = "仿宋", "方正小标宋简体"
TABLE_SIZE = 9  # points: a rate and what it is made of fit into a line of their own


def new_document(title_text: str) -> DocxDocument:
    """Return an A4 document with its title, in the fonts of official documents."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(title_text)
    run.font.size = Pt(20)
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE_FONT)
    return document


def heading(document: DocxDocument, words: str) -> None:
    """Add a heading, which is never the last line of a page."""
    line = document.add_paragraph()
    line.paragraph_format.space_before, line.paragraph_format.keep_with_next = Pt(12), True
    run = line.add_run(words)
    run.bold, run.font.size = True, Pt(14)


def paragraph(document: DocxDocument, words: str) -> None:
    """Add a paragraph whose first line is indented by two characters."""
    size = document.styles["Normal"].font.size
    document.add_paragraph(words).paragraph_format.first_line_indent = size * 2


def table(
    document: DocxDocument,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[float],
) -> None:
    """Add a table under its title; `widths` in centimetres."""
    heading(document, title)
    lines = grid(document, widths)
    fill(lines.add_row(), heads, widths, bold=True)
    lines.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # on every page
    for cell in lines.rows[0].cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in rows:
        fill(lines.add_row(), row, widths)
    if len(lines.rows) == 1:
        document.add_paragraph(_("Nothing yet."))


def grid(document: DocxDocument, widths: Sequence[float]) -> Table:
    """Add an empty table with borders and return it; `widths` in centimetres."""
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def fill(row: _Row, values: Sequence[Any], widths: Sequence[float], *, bold: bool = False) -> None:
    """Write `values` into the cells of `row`."""
    for cell, value, width in zip(row.cells, values, widths, strict=True):
        cell.width = Cm(width)
        _write(cell, value, bold=bold)


def _write(cell: _Cell, value: Any, *, bold: bool = False) -> None:
    """Write a value: words on the left, everything else and the heads in the middle; the parts of a rate one above
    the other."""
    text = "" if value is None else FORBIDDEN.sub("", str(value))
    if isinstance(value, Rate):
        text = text.replace("（", "\n（")
    line = cell.paragraphs[0]
    if bold or not isinstance(value, str):
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = line.add_run(text)
    run.font.size, run.bold = Pt(TABLE_SIZE), bold
