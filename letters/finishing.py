"""What a letter's form owes to its own words: the size of the organ's name, the signature centred over the date.

Only letters whose template has the styles of letters/shipped.py are touched; those of former revisions have others, and
stay as they were. Source: GB/T 9704-2012, 7.3.5 and 10.1.
"""

import re
from datetime import datetime
from typing import Any

from docx.document import Document as DocxDocument
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from .shipped import style_name

LARGEST = 26  # points, of the organ's name
TEXT_WIDTH = Mm(156).pt
CHARACTER = 16  # points, 3号
FREE = 4  # characters to the right of the date
DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def finish(document: DocxDocument, facts: dict[str, Any]) -> None:
    """Set out the letter by its words; the document's properties name organ, title and day."""
    if style_name("organ") not in {style.name for style in document.styles}:
        return
    _organ(document, facts["organ"])
    _signature(document, facts["organ"], facts["date"])
    properties = document.core_properties
    properties.author = properties.last_modified_by = facts["organ"]
    properties.title = " ".join([*_of_style(document, "title"), facts["number"]])[:250]
    if found := DAY.fullmatch(facts["date"]):
        year, month, day = map(int, found.groups())
        properties.created = properties.modified = datetime(year, month, day, 12)


def _of_style(document: DocxDocument, code: str) -> list[str]:
    return [paragraph.text for paragraph in _paragraphs(document, code)]


def _paragraphs(document: DocxDocument, code: str) -> list[Paragraph]:
    name = style_name(code)
    return [row for row in document.paragraphs if row.style is not None and row.style.name == name]


def _organ(document: DocxDocument, organ: str) -> None:
    """Make the organ's name as large as one line allows."""
    size = min(LARGEST, int(TEXT_WIDTH / max(len(organ), 1)))
    style: Any = document.styles[style_name("organ")]
    style.font.size, style.paragraph_format.line_spacing = Pt(size), Pt(size * 1.05)


def _signature(document: DocxDocument, organ: str, date: str) -> None:
    """Centre the organ's name over the date, whose right end is four characters from the edge of the text; a longer
    name pushes both to the left."""
    beside = float(FREE * CHARACTER)
    sign = beside + (_width(date) - _width(organ)) / 2
    if sign < 0:
        beside, sign = beside - sign, 0
    for code, indent in (("sign", sign), ("date", beside)):
        for paragraph in _paragraphs(document, code):
            paragraph.paragraph_format.right_indent = Pt(round(indent, 1))


def _width(text: str) -> int:
    return sum(CHARACTER if ord(character) > 0x2000 else CHARACTER // 2 for character in text)
