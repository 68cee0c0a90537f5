"""The templates that come with the product: the words of letters/wording/ in the form of GB/T 9704-2012 (函).

Sizes: 3号 is 16 points, 2号 is 22; 22 lines of 28 characters a page; text 156 mm × 225 mm, 28 mm from the left edge.
"""

import io
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

WORDING = Path(__file__).parent / "wording"
# Goes up whenever wording or form change: letters issued before keep the former version.
REVISION = 4
LINE = Pt(29)
RED = RGBColor(0xD8, 0x00, 0x00)
XIAOBIAO, FANGSONG, SONG = "方正小标宋简体", "仿宋_GB2312", "宋体"
# The fonts to use where a computer does not have the font of the standard, in this order.
INSTEAD = {
    XIAOBIAO: "方正小标宋_GBK,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    FANGSONG: "仿宋,FangSong,华文仿宋,STFangsong,宋体,SimSun,Noto Serif CJK SC",
}
CENTER, RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
# Style → font, points, alignment, and other properties of the paragraph.
STYLES: dict[str, tuple[str, int, WD_ALIGN_PARAGRAPH | None, dict[str, Any]]] = {
    "organ": (XIAOBIAO, 26, CENTER, {"space_after": Pt(6)}),
    "number": (FANGSONG, 16, RIGHT, {"space_before": Pt(8)}),
    "title": (XIAOBIAO, 22, CENTER, {"space_before": LINE, "space_after": Pt(22)}),
    "addressee": (FANGSONG, 16, None, {}),
    "text": (FANGSONG, 16, JUSTIFY, {"first_line_indent": Pt(32)}),
    # The last paragraph stays on the page of the signature: no letter is signed on a page without text.
    "closing": (
        FANGSONG,
        16,
        JUSTIFY,
        {"first_line_indent": Pt(32), "keep_with_next": True, "keep_together": True},
    ),
    # Room for the seal above the organ's name; never alone on a page.
    "sign": (FANGSONG, 16, RIGHT, {"space_before": Pt(58), "right_indent": Pt(32), "keep_with_next": True}),
    "date": (FANGSONG, 16, RIGHT, {"right_indent": Pt(64)}),
}
STYLE_NAME = "Letter {}"


def build(kind: str) -> bytes:
    """Return the shipped .docx of a kind of letter."""
    document = Document()
    _page(document)
    for code, (font, size, alignment, more) in STYLES.items():
        _style(document, code, font, size, alignment, more)
    _red_lines(document)
    for line in (WORDING / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
        code, words = line.split(": ", 1)
        document.add_paragraph(words, style=STYLE_NAME.format(code))
    _page_number(document)
    _fonts(document)
    document.core_properties.author = document.core_properties.comments = ""
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(20)


def _style(
    document: DocxDocument,
    code: str,
    font: str,
    size: float,
    alignment: WD_ALIGN_PARAGRAPH | None,
    more: dict[str, Any],
) -> None:
    style = document.styles.add_style(STYLE_NAME.format(code), WD_STYLE_TYPE.PARAGRAPH)
    _font(style.font, style.element.get_or_add_rPr(), font, size)
    paragraph = style.paragraph_format
    paragraph.alignment = alignment
    paragraph.space_before = paragraph.space_after = Pt(0)
    exact = code not in ("organ", "number", "title")
    paragraph.line_spacing_rule = WD_LINE_SPACING.EXACTLY if exact else WD_LINE_SPACING.SINGLE
    if exact:
        paragraph.line_spacing = LINE
    for name, value in more.items():
        setattr(paragraph, name, value)
    if code == "organ":
        style.font.color.rgb = RED


def _font(font: Any, properties: Any, name: str, size: float) -> None:
    font.name, font.size = "Times New Roman", Pt(size)
    properties.rFonts.set(qn("w:eastAsia"), name)


def _red_lines(document: DocxDocument) -> None:
    """Draw the double line under the organ's name."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in {"val": "thickThinSmallGap", "sz": "24", "space": "6", "color": "D80000"}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    style = document.styles[STYLE_NAME.format("organ")]
    properties = style.element.get_or_add_pPr()
    # The schema fixes the order: borders stand before spacing.
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc")


def _page_number(document: DocxDocument) -> None:
    """Write — 1 — in 4号 below the text."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = CENTER
    for words, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = paragraph.add_run(words)
        _font(run.font, run._element.get_or_add_rPr(), SONG, 14)
        if field:
            for kind, text in (("begin", ""), ("", field), ("end", "")):
                part = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    part.set(qn("w:fldCharType"), kind)
                part.text = text or None
                run._element.append(part)


def _fonts(document: DocxDocument) -> None:
    """Name the fonts to use for one that is not installed."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for name, instead in INSTEAD.items()
    )
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"{rows}</w:fonts>"
    ).encode()
