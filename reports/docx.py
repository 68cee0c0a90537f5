"""Word documents on A4 in the fonts of official ones: a title, headings, tables whose header is on every page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from common.excel.cells import FORBIDDEN
from reports.definitions.counts import Rate

BODY_FONT, TITLE_FONT, HEADING_FONT = "仿宋", "方正小标宋简体", "黑体"
TABLE_SIZE = 9  # points: a rate and what it is made of fit into a line of their own


def new_document(title_text: str, *, author: str = "", at: datetime, official: bool = False) -> DocxDocument:
    """Return an A4 document with its title, in the fonts of official documents; `author` and `at` are its properties.
    `official`: as GB/T 9704-2012 sets out a document, with text of 三号 in lines of 29 points and numbered pages."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    if official:
        page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
        page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
        style.font.size = Pt(16)
        style.paragraph_format.line_spacing, style.paragraph_format.space_after = Pt(28.95), Pt(0)
        _page_number(page.footer.paragraphs[0])
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(29 if official else 8)
    run = title.add_run(title_text)
    run.font.size = Pt(22 if official else 20)
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE_FONT)
    properties = document.core_properties
    properties.author = properties.last_modified_by = author
    properties.title, properties.comments, properties.language = title_text[:250], "", "zh-CN"
    properties.created = properties.modified = at.replace(tzinfo=None)
    return document


def _page_number(line: Paragraph) -> None:
    """Write — 1 — in the middle of the foot."""
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.line_spacing = 1
    line.add_run("— ")
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = words
        run._r.append(part)
    line.add_run(" —")
    for run in line.runs:
        run.font.size = Pt(14)
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def heading(document: DocxDocument, words: str) -> None:
    """Add a heading, which is never the last line of a page."""
    line = document.add_paragraph()
    line.paragraph_format.space_before, line.paragraph_format.keep_with_next = Pt(12), True
    run = line.add_run(words)
    run.font.size = max(document.styles["Normal"].font.size, Pt(14))
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEADING_FONT)


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
    line.paragraph_format.line_spacing = 1
    if bold or not isinstance(value, str):
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = line.add_run(text)
    run.font.size, run.bold = Pt(TABLE_SIZE), bold
