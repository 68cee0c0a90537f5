"""The templates that come with the product: the words of letters/wording/ in the 信函格式 of GB/T 9704-2012 (10.1).

Sizes: 3号 is 16 points, 2号 is 22, 4号 is 14; 22 lines of 28 characters a page; text 156 mm × 225 mm, 28 mm from the
left edge. The organ's name stands 30 mm below the upper edge, a red double line of 170 mm 4 mm below it, another 20 mm
above the lower edge of the first page. What depends on the words is set when a letter is made (letters/finishing.py).
"""

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

WORDING = Path(__file__).parent / "wording"
# Goes up whenever wording or form change: letters issued before keep the former version.
REVISION = 5
LINE = Pt(28.95)  # 22 lines on 225 mm
RED = RGBColor(0xD8, 0x00, 0x00)
XIAOBIAO, FANGSONG, SONG, HEI = "方正小标宋简体", "仿宋_GB2312", "宋体", "黑体"
# The fonts to use where a computer does not have the font of the standard, in this order.
INSTEAD = {
    XIAOBIAO: "方正小标宋_GBK,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    FANGSONG: "仿宋,FangSong,华文仿宋,STFangsong,宋体,SimSun,Noto Serif CJK SC",
    HEI: "SimHei,华文黑体,STHeiti,微软雅黑,Noto Sans CJK SC",
}
CENTER, RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
INDENT = {"first_line_indent": Pt(32)}
# The red lines are longer than the text: 20 mm from either edge of the paper.
WIDE = {"left_indent": Mm(-8), "right_indent": Mm(-6)}
# A frame at the foot of the text, as wide as it, in twentieths of a point.
FOOT = {
    "w": str(round(Mm(156).pt * 20)),
    "wrap": "notBeside",
    "vAnchor": "margin",
    "hAnchor": "margin",
    "xAlign": "center",
    "yAlign": "bottom",
}
# Style → font, points, alignment, and other properties of the paragraph.
STYLES: dict[str, tuple[str, int, WD_ALIGN_PARAGRAPH | None, dict[str, Any]]] = {
    "organ": (XIAOBIAO, 26, CENTER, {**WIDE, "line_spacing": Pt(27.3)}),
    # The mark of urgency left, the number right, 7/8 of a 3号 character below the line.
    "number": (FANGSONG, 16, None, {"space_before": Pt(14)}),
    "title": (XIAOBIAO, 22, CENTER, {"space_before": Pt(57.9), "space_after": LINE, "line_spacing": Pt(32)}),
    "addressee": (FANGSONG, 16, None, {}),
    "text": (FANGSONG, 16, JUSTIFY, INDENT),
    # The last paragraph stays on the page of the signature: no letter is signed on a page without text.
    "closing": (FANGSONG, 16, JUSTIFY, {**INDENT, "keep_with_next": True, "keep_together": True}),
    "enclosure": (FANGSONG, 16, JUSTIFY, {**INDENT, "space_before": LINE, "keep_with_next": True}),
    # Room for the seal above the organ's name; never alone on a page.
    "sign": (FANGSONG, 16, RIGHT, {"space_before": Pt(57.9), "right_indent": Pt(32), "keep_with_next": True}),
    "date": (FANGSONG, 16, RIGHT, {"right_indent": Pt(64), "keep_with_next": True}),
    "note": (FANGSONG, 16, None, INDENT),
    "annex": (HEI, 16, None, {"page_break_before": True}),
    "heading": (XIAOBIAO, 22, CENTER, {"space_before": LINE, "space_after": LINE, "line_spacing": Pt(32)}),
    # 版记: 抄送 alone, at the foot of the last page, one character free on either side.
    "copies": (
        FANGSONG,
        14,
        JUSTIFY,
        {"left_indent": Pt(56), "right_indent": Pt(14), "first_line_indent": Pt(-42)},
    ),
}
STYLE_NAME = "Letter {}"
# These three are set out by letters/finishing.py; letters of former revisions have them under their plain names.
NAMED = {"organ": "head", "sign": "signature", "date": "day"}
# 一、… begins a paragraph in 黑体, up to its first stop.
MARK = "|"  # what stands before it is at the left edge, the rest at the right
BEGINNING = re.compile(r"[一二三四五六七]、[^。：{]*[。：]?")


def style_name(code: str) -> str:
    """Return the name of a paragraph style in the document."""
    return STYLE_NAME.format(NAMED.get(code, code))


@cache
def build(kind: str) -> bytes:
    """Return the shipped .docx of a kind of letter; made once in a process."""
    document = Document()
    _page(document)
    for code, (font, size, alignment, more) in STYLES.items():
        _style(document, code, font, size, alignment, more)
    for line in (WORDING / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
        code, words = line.split(": ", 1)
        if code == "organ":
            paragraph = document.sections[0].first_page_header.paragraphs[0]
            paragraph.style = style_name(code)
        else:
            paragraph = document.add_paragraph(style=style_name(code))
        _words(paragraph, words)
        if code == "copies" and not words.startswith("{%"):
            _at_the_foot(paragraph)
    _red_line(document.styles[style_name("organ")].element.get_or_add_pPr(), "thickThinSmallGap", 11)
    _feet(document)
    _fonts(document)
    _without_traces(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(30), Mm(20)
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True


def _style(
    document: DocxDocument,
    code: str,
    font: str,
    size: float,
    alignment: WD_ALIGN_PARAGRAPH | None,
    more: dict[str, Any],
) -> None:
    style = document.styles.add_style(style_name(code), WD_STYLE_TYPE.PARAGRAPH)
    _font(style.font, style.element.get_or_add_rPr(), font, size)
    paragraph = style.paragraph_format
    paragraph.alignment = alignment
    paragraph.space_before = paragraph.space_after = Pt(0)
    paragraph.widow_control = False
    paragraph.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.line_spacing = LINE
    for name, value in more.items():
        setattr(paragraph, name, value)
    if code == "organ":
        style.font.color.rgb = RED
    if code == "number":
        paragraph.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)


def _font(font: Any, properties: Any, name: str, size: float) -> None:
    font.name, font.size = "Times New Roman", Pt(size)
    properties.rFonts.set(qn("w:eastAsia"), name)


def _words(paragraph: Paragraph, words: str) -> None:
    """Write `words`; quotation marks are as wide as Chinese ones in every program."""
    if MARK in words:
        mark, words = words.split(MARK)
        parts = [(mark, HEI), ("\t" + words, "")]
    elif begun := BEGINNING.match(words):
        parts = [(begun.group(), HEI), (words[begun.end() :], "")]
    else:
        parts = [(words, "")]
    for text, font in parts:
        run = paragraph.add_run(text)
        fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:hint"), "eastAsia")
        if font:
            fonts.set(qn("w:eastAsia"), font)


def _at_the_foot(paragraph: Paragraph) -> None:
    frame = OxmlElement("w:framePr")
    for name, value in FOOT.items():
        frame.set(qn(f"w:{name}"), value)
    paragraph._p.get_or_add_pPr().insert_element_before(frame, "w:widowControl", "w:spacing", "w:ind", "w:jc")


def _red_line(properties: Any, kind: str, space: int) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in {"val": kind, "sz": "24", "space": str(space), "color": "D80000"}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    # The schema fixes the order: borders stand before spacing.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _feet(document: DocxDocument) -> None:
    """Draw the second red line on the first page, which has no number; write — 2 — in 4号 7 mm below the text of the
    others, on the outer side."""
    section = document.sections[0]
    first = section.first_page_footer.paragraphs[0]
    _exactly(first, 1)
    for name, value in WIDE.items():
        setattr(first.paragraph_format, name, value)
    _red_line(first._p.get_or_add_pPr(), "thinThickSmallGap", 0)
    outer = Pt(14)  # one character free
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    odd.alignment, odd.paragraph_format.right_indent = RIGHT, outer
    even.alignment, even.paragraph_format.left_indent = WD_ALIGN_PARAGRAPH.LEFT, outer
    for paragraph in (odd, even):
        _exactly(paragraph, 14)
        paragraph.paragraph_format.space_after = Mm(3)
        _page_number(paragraph)


def _exactly(paragraph: Paragraph, points: float) -> None:
    look = paragraph.paragraph_format
    look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)
    look.space_before = look.space_after = Pt(0)


def _page_number(paragraph: Paragraph) -> None:
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
    """Name the fonts to use for one that is not installed, and the language of the text."""
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
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _without_traces(document: DocxDocument) -> None:
    """Drop what the library's own template brings: a picture of it, its program and its author."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype in (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES):
            del package.rels[key]
    document.core_properties.author = document.core_properties.comments = ""
