"""A letter's PDF, set from its .docx: sizes, indents, spacing and lines are those that the file itself names.

Paragraphs, tables, pictures in the text, heads and feet of the page with their numbers are set; so is a paragraph that
is framed at the foot of the text (版记). What else an office's own template may hold (text boxes, drawings) is not.
"""

import base64
import io
from collections.abc import Iterator
from html import escape
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from common.ui.pdf import FANGSONG, HEI, SONG, XIAOBIAO, pdf_of

FONTS = {"方正小标宋简体": XIAOBIAO, "仿宋_GB2312": FANGSONG, "仿宋": FANGSONG, "黑体": HEI, "宋体": SONG}
ALIGN = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}
# 28 characters of 3号 on 156 mm leave no room between them: 15.79 points each, as Word's grid sets them.
TIGHT = "-0.21pt"
# The double red lines, as wide as the paragraph with its indents: thick 1.1 mm, thin 0.3 mm.
LINES = {"thickThinSmallGap": ("1.1mm", "0.3mm"), "thinThickSmallGap": ("0.3mm", "1.1mm")}
BASE = f"""
html {{ font-family: {FANGSONG}; font-size: 16pt; }}
body {{ margin: 0; }}
p {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; orphans: 1; widows: 1; }}
table {{ width: 100%; border-collapse: collapse; }}
td {{ border: .5pt solid #000; padding: 1mm 2mm; }}
.right {{ float: right; white-space: nowrap; }}
.page::after {{ content: counter(page); }}
.pages::after {{ content: counter(pages); }}
.line {{ border-style: solid; border-left: 0; border-right: 0; height: .3mm; }}
.void {{ position: absolute; top: 150mm; left: 50mm; border: 1mm solid #a8281f; padding: 2mm 6mm; color: #a8281f;
  font-size: 26pt; transform: rotate(-12deg); }}
.copies {{ float: footnote; }}
::footnote-call, ::footnote-marker {{ content: none; }}
"""


def pdf(docx: bytes, *, void: str = "") -> bytes:
    """Return the letter as PDF/A; `void` is written across the first page. Raises NoPdf."""
    document = Document(io.BytesIO(docx))
    core = document.core_properties
    author = escape(core.author or "", quote=True)
    head = f'<title>{escape(core.title or "")}</title><meta name="author" content="{author}">'
    if core.created:
        head += f'<meta name="dcterms.created" content="{core.created:%Y-%m-%dT%H:%M:%SZ}">'
    body = "".join([*_edges(document), *_blocks(document)])
    stamp = f"<div class=void>{escape(void)}</div>" if void else ""
    return pdf_of(
        f"<!doctype html><html lang=zh-Hans><head>{head}</head><body>{stamp}{body}</body></html>",
        css=_pages(document),
    )


def _mm(length: Length | None) -> float:
    return round(length.mm, 2) if length is not None else 0.0


def _pages(document: DocxDocument) -> str:
    """Return the rules of the pages: paper, margins, and what stands at the edges of each."""
    section = document.sections[0]
    width, height = _mm(section.page_width) or 210, _mm(section.page_height) or 297
    top, bottom, left, right = (
        _mm(one)
        for one in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    )
    head, foot = _mm(section.header_distance), _mm(section.footer_distance)
    wide = round(width - left - right, 2)
    rules = [
        BASE,
        f"@page {{ size: {width}mm {height}mm; margin: {top}mm {right}mm {bottom}mm {left}mm;"
        " @footnote { border: 0; padding: 0; margin: 0 } }",
    ]
    pages = ["@page"]
    if document.settings.odd_and_even_pages_header_footer:
        pages = ["@page :right", "@page :left"]
    for page, even in zip(pages, (False, True), strict=False):
        name = "even" if even else "odd"
        rules.append(
            f"{page} {{ @top-left {{ content: element({name}-head); width: {wide}mm; vertical-align: top;"
            f" margin-top: {head}mm }} @bottom-left {{ content: element({name}-foot); width: {wide}mm;"
            f" vertical-align: bottom; margin-bottom: {foot}mm }} }}"
        )
    if section.different_first_page_header_footer:
        # The head of the first page pushes the text down, as in Word: it begins where the head does.
        rules.append(
            f"@page :first {{ margin-top: {head}mm; @top-left {{ content: none }} @bottom-left {{ content: none }} }}"
            f" .first-foot {{ position: absolute; left: 0; width: {wide}mm; bottom: {round(foot - bottom, 2)}mm }}"
        )
    return "\n".join(rules)


def _edges(document: DocxDocument) -> Iterator[str]:
    """Yield the heads and feet; those of the first page stand on it, the others are repeated by the page's rules."""
    section = document.sections[0]
    named = {"odd-head": section.header, "odd-foot": section.footer}
    if document.settings.odd_and_even_pages_header_footer:
        named |= {"even-head": section.even_page_header, "even-foot": section.even_page_footer}
    for name, part in named.items():
        words = "".join(_paragraph(row) for row in part.paragraphs)
        yield f'<div style="position: running({name})">{words}</div>'
    if section.different_first_page_header_footer:
        foot = "".join(_paragraph(row) for row in section.first_page_footer.paragraphs)
        yield f"<div class=first-foot>{foot}</div>"
        yield "".join(_paragraph(row) for row in section.first_page_header.paragraphs)


def _blocks(document: DocxDocument) -> Iterator[str]:
    for block in document.iter_inner_content():
        yield _table(block) if isinstance(block, Table) else _paragraph(block)


def _table(table: Table) -> str:
    rows = (
        "".join(f"<td>{''.join(_paragraph(row) for row in cell.paragraphs)}</td>" for cell in row.cells)
        for row in table.rows
    )
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _inherited(paragraph: Paragraph, name: str) -> Any:
    """Return a property of the paragraph: its own, or that of its style and the styles it is based on."""
    value = getattr(paragraph.paragraph_format, name)
    style: Any = paragraph.style
    while value is None and style is not None:
        value = getattr(style.paragraph_format, name)
        style = style.base_style
    return value


def _border(paragraph: Paragraph) -> Any:
    """Return the line under the paragraph: its own or its style's."""
    for properties in (
        paragraph._p.pPr,
        paragraph.style.element.pPr if paragraph.style is not None else None,
    ):
        borders = None if properties is None else properties.find(qn("w:pBdr"))
        found = None if borders is None else borders.find(qn("w:bottom"))
        if found is not None and found.get(qn("w:val")) not in ("nil", "none"):
            return found
    return None


def _paragraph(paragraph: Paragraph) -> str:
    look = {
        "text-align": ALIGN.get(_inherited(paragraph, "alignment"), "left"),
        "text-indent": _points(_inherited(paragraph, "first_line_indent")),
        "margin": " ".join(
            _points(_inherited(paragraph, name))
            for name in ("space_before", "right_indent", "space_after", "left_indent")
        ),
        "line-height": _line(paragraph),
        "break-before": "page" if _inherited(paragraph, "page_break_before") else "auto",
        "break-after": "avoid" if _inherited(paragraph, "keep_with_next") else "auto",
        "break-inside": "avoid" if _inherited(paragraph, "keep_together") else "auto",
        **_font(paragraph, None),
    }
    words = "".join(_run(run, paragraph) for run in paragraph.runs)
    if "\t" in words:
        left, _tab, right = words.partition("\t")
        words = f"<span class=right>{right}</span>{left}"
    framed = paragraph._p.pPr is not None and paragraph._p.pPr.find(qn("w:framePr")) is not None
    made = f'<p style="{_css(look)}">{words or "&#8203;"}</p>'
    if framed:
        made = f"<div class=copies>{made}</div>"
    line = _border(paragraph)
    if line is None:
        return made
    colour = line.get(qn("w:color")) or "000000"
    colour = "000000" if colour == "auto" else colour
    over, under = LINES.get(line.get(qn("w:val")), ("0.3mm", "0"))
    left, right = (_points(_inherited(paragraph, name)) for name in ("left_indent", "right_indent"))
    sides = f"margin-left: {left}; margin-right: {right}"
    space = line.get(qn("w:space")) or "0"
    if not words:
        made = ""
    return (
        f'{made}<div class=line style="margin-top: {space}pt; border-color: #{colour}; border-top-width: {over};'
        f' border-bottom-width: {under}; {sides}"></div>'
    )


def _line(paragraph: Paragraph) -> str:
    spacing, rule = _inherited(paragraph, "line_spacing"), _inherited(paragraph, "line_spacing_rule")
    if spacing is None:
        return "1.3"
    if isinstance(spacing, Length) or rule in (WD_LINE_SPACING.EXACTLY, WD_LINE_SPACING.AT_LEAST):
        return _points(spacing)
    return str(round(float(spacing) * 1.3, 2))


def _points(length: Length | None) -> str:
    return f"{round(length.pt, 2)}pt" if length is not None else "0"


def _css(look: dict[str, str]) -> str:
    return escape("; ".join(f"{name}: {value}" for name, value in look.items()), quote=True)


def _font(paragraph: Paragraph, run: Run | None) -> dict[str, str]:
    """Return how words look: what the run says, else (without a run) what the paragraph's style says."""
    look: dict[str, str] = {}
    found: list[Any] = [] if run is None else [run]
    if run is None:
        style: Any = paragraph.style
        while style is not None:
            found.append(style)
            style = style.base_style
    for holder in reversed(found):  # what is nearer wins
        font, properties = holder.font, holder._element.rPr if run is not None else holder.element.rPr
        if font.size:
            look["font-size"] = _points(font.size)
            look["letter-spacing"] = TIGHT if font.size.pt == 16 else "0"
        if font.bold is not None:
            look["font-weight"] = "bold" if font.bold else "normal"
        if font.color is not None and font.color.rgb is not None:
            look["color"] = f"#{font.color.rgb}"
        fonts = None if properties is None else properties.find(qn("w:rFonts"))
        name = None if fonts is None else fonts.get(qn("w:eastAsia"))
        if name:
            look["font-family"] = FONTS.get(name, f"'{name}', {FANGSONG}".replace('"', "'")).replace('"', "'")
    return look


def _run(run: Run, paragraph: Paragraph) -> str:
    words = ""
    for child in run._element:
        tag = child.tag
        if tag == qn("w:t"):
            words += escape(child.text or "")
        elif tag == qn("w:tab"):
            words += "\t"
        elif tag in (qn("w:br"), qn("w:cr")):
            words += '<br style="break-after: page">' if child.get(qn("w:type")) == "page" else "<br>"
        elif tag == qn("w:instrText"):
            words += _field((child.text or "").split())
        elif tag == qn("w:drawing"):
            words += _picture(child, run)
    look = _font(paragraph, run)
    return f'<span style="{_css(look)}">{words}</span>' if look and words and "\t" not in words else words


def _field(code: list[str]) -> str:
    """Return the number of the page, or of all pages."""
    counter = {"PAGE": "page", "NUMPAGES": "pages"}.get(code[0].upper() if code else "")
    return f"<span class={counter}></span>" if counter else ""


def _picture(drawing: Any, run: Run) -> str:
    extent = drawing.find(f".//{qn('wp:extent')}")
    blip = drawing.find(f".//{qn('a:blip')}")
    part = None if blip is None else run.part.related_parts.get(blip.get(qn("r:embed")))
    if part is None or extent is None:
        return ""
    width, height = Length(int(extent.get("cx"))).mm, Length(int(extent.get("cy"))).mm
    data = base64.b64encode(part.blob).decode()
    return f'<img style="width: {width:.1f}mm; height: {height:.1f}mm" src="data:{part.content_type};base64,{data}">'
