"""A letter's print page: the paragraphs of its .docx, so that paper and file can never say different things."""

import io
from dataclasses import dataclass

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table
from docx.text.paragraph import Paragraph

from .shipped import STYLE_NAME, STYLES, style_name

# Letters of former revisions have every style under its plain name.
BY_STYLE = {name: code for code in STYLES for name in (STYLE_NAME.format(code), style_name(code))}
BY_ALIGNMENT = {WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}


@dataclass(frozen=True)
class Block:
    """One paragraph, `look` naming its class; or the `rows` of a table."""

    text: str = ""
    look: str = "plain"
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(docx: bytes) -> list[Block]:
    """Return the letter from top to bottom. Of an office's own template: text, alignment and tables."""
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    head = (
        section.first_page_header.paragraphs if section.different_first_page_header_footer else []
    )  # the organ's name
    return [_paragraph(item) for item in head if item.text] + [
        _table(item) if isinstance(item, Table) else _paragraph(item)
        for item in document.iter_inner_content()
    ]


def _paragraph(paragraph: Paragraph) -> Block:
    style = paragraph.style
    assert style is not None  # noqa: S101 - python-docx gives the default style where none is named
    alignment = paragraph.alignment
    if alignment is None:
        alignment = style.paragraph_format.alignment
    look = BY_STYLE.get(style.name or "") or (BY_ALIGNMENT.get(alignment) if alignment else None)
    return Block(paragraph.text.strip().replace("\t", "　"), look or "plain")


def _table(table: Table) -> Block:
    return Block(rows=tuple(tuple(cell.text for cell in row.cells) for row in table.rows))
