"""A letter measured against GB/T 9704-2012, 10.1 (信函格式): in the document's own XML always; in millimetres of the
PDF that LibreOffice makes of it where soffice and poppler are installed. Where they are not, that half is skipped, and
says so."""

import io
import re
import shutil
import subprocess

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from letters.facts import sample
from letters.rendering import render
from letters.shipped import build

MM = 72 / 25.4
ORGAN = "吉首市人民代表大会常务委员会办公室"
LONG_ORGAN = "湘西土家族苗族自治州人民代表大会常务委员会"
SHORT = {"long": "", "instead_of": "", "previous": "", "times": ""}
office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice and poppler-utils"
)


def letter(kind="handover", **more) -> bytes:
    return render(build(kind), sample() | SHORT | more)


def document(**more):
    return Document(io.BytesIO(letter(**more)))


def style(made, code):
    return made.styles[f"Letter {code}"]


def millimetres(length):
    return round(length.mm, 1)


# --- the document itself


def test_paper_and_type_area_are_the_standards():
    section = document().sections[0]
    assert [millimetres(one) for one in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [millimetres(one) for one in margins] == [37, 35, 28, 26]
    assert [millimetres(one) for one in (section.header_distance, section.footer_distance)] == [30, 20]


def test_both_red_lines_are_170_mm_and_the_number_begins_on_page_two():
    made = document()
    section = made.sections[0]
    head = style(made, "head")
    assert millimetres(head.paragraph_format.left_indent) == -8
    assert millimetres(head.paragraph_format.right_indent) == -6
    first = head.element.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    second = section.first_page_footer.paragraphs[0]._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert first.get(qn("w:val")) == "thickThinSmallGap" and second.get(qn("w:val")) == "thinThickSmallGap"
    assert first.get(qn("w:color")) == second.get(qn("w:color")) == "D80000"
    assert section.different_first_page_header_footer and made.settings.odd_and_even_pages_header_footer
    assert section.first_page_footer.paragraphs[0].text == ""
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0), "odd right, even left"
    assert {run.font.size.pt for run in odd.runs} == {14}


@pytest.mark.parametrize(
    ("code", "font", "points"),
    [
        ("head", "方正小标宋简体", 26),
        ("title", "方正小标宋简体", 22),
        ("text", "仿宋_GB2312", 16),
        ("copies", "仿宋_GB2312", 14),
        ("annex", "黑体", 16),
    ],
)
def test_fonts_and_sizes(code, font, points):
    found = style(document(), code)
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font and found.font.size.pt == points


def test_the_first_level_is_in_heiti_and_quotation_marks_are_chinese():
    made = document()
    line = next(row for row in made.paragraphs if row.text.startswith("二、群众反映的内容"))
    fonts = [run._element.rPr.rFonts for run in line.runs]
    assert fonts[0].get(qn("w:eastAsia")) == "黑体" and fonts[0].get(qn("w:hint")) == "eastAsia"


@pytest.mark.parametrize(
    ("organ", "points", "sign", "date"),
    [(ORGAN, 26, 0, 80), (LONG_ORGAN, 21, 0, 112), ("吉首市人大常委会", 26, 56, 64)],
)
def test_a_long_name_shrinks_and_the_signature_is_centred_over_the_date(organ, points, sign, date):
    made = document(organ=organ, date="2026年11月25日")
    assert style(made, "head").font.size.pt == points
    rows = {row.style.name: row.paragraph_format.right_indent.pt for row in made.paragraphs if row.style.name in
            ("Letter signature", "Letter day")}  # fmt: skip
    assert rows == {"Letter signature": sign, "Letter day": date}


def test_the_file_names_its_organ_and_nothing_of_the_program_that_made_it():
    properties = document().core_properties
    assert properties.author == "吉首市人民代表大会常务委员会办公室" and properties.comments == ""
    assert properties.title == "关于重新办理“公交站台没有雨棚”问题的函 吉人大办交〔2026〕12号"
    assert f"{properties.created:%Y-%m-%d}" == "2026-11-25"
    content = letter()
    assert b"thumbnail" not in content and b"app.xml" not in content


# --- the paper


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """Letters printed by LibreOffice: (words with their places in millimetres, the first page at 100 dpi)."""
    folder = tmp_path_factory.mktemp("paper")
    cases = {
        "plain": letter(),
        "long": letter(long="1", matter=["我家门前的路坏了，下雨走不了人。" * 20] * 5, organ=LONG_ORGAN),
    }
    for name, content in cases.items():
        (folder / f"{name}.docx").write_bytes(content)
    run = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    files = [folder / f"{name}.docx" for name in cases]
    subprocess.run([*run, "--outdir", folder, *files], check=True, capture_output=True, timeout=180)
    return {name: printed(folder / f"{name}.pdf") for name in cases}


def printed(pdf):
    text = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True).stdout
    pages = [
        [
            (word, *(float(place) / MM for place in places))
            for *places, word in re.findall(
                r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', page
            )
        ]
        for page in text.split("<page ")[1:]
    ]
    subprocess.run(
        ["pdftoppm", "-r", "100", "-png", "-l", "1", "-singlefile", pdf, pdf.with_suffix("")], check=True
    )
    return pages, Image.open(pdf.with_suffix(".png")).convert("RGB")


def red_lines(image):
    """(top, left, right) in millimetres of each stripe of red that is longer than 100 mm."""
    mm = image.width / 210
    found = []
    for y in range(image.height):
        red = [x for x in range(image.width) if (p := image.getpixel((x, y)))[0] > 180 and p[1] < 90]
        if len(red) / mm > 150:
            found.append((y / mm, red[0] / mm, red[-1] / mm))
    return found


@office
def test_the_red_lines_lie_where_the_standard_wants_them(paper):
    for _pages, image in paper.values():
        lines = red_lines(image)
        assert lines, "no red line"
        assert all(abs(left - 20) < 0.6 and abs(right - 190) < 0.6 for _y, left, right in lines)
        above, below = [y for y, *_x in lines if y < 100], [y for y, *_x in lines if y > 100]
        assert 41 < min(above) < 46 and max(above) - min(above) < 2.5, "4 mm below the organ's name"
        assert min(below) > 274.5 and max(below) < 278, "20 mm above the lower edge"


@office
def test_pages_have_their_numbers_from_the_second_on_outside(paper):
    pages, _image = paper["long"]
    assert len(pages) >= 4

    def number(page):
        return [(word, left) for word, left, top, *_rest in page if top > 265 and word.isdigit()]

    assert number(pages[0]) == []
    assert number(pages[1])[0][0] == "2" and number(pages[1])[0][1] < 60
    assert number(pages[2])[0][0] == "3" and number(pages[2])[0][1] > 150


@office
def test_the_organ_is_on_one_line_and_everything_within_the_type_area(paper):
    for name, organ in (("plain", ORGAN), ("long", LONG_ORGAN)):
        pages, _image = paper[name]
        head = [row for row in pages[0] if row[0] == organ]
        assert head and 26 < head[0][2] < 32, "30 mm below the upper edge, the line's own room included"
        for page in pages:
            for word, left, top, right, bottom in page:
                # A full stop may hang over the edge of the text.
                assert left > 26 and right < 190, word
                assert top > 26 and bottom < 280, word


@office
def test_the_copies_stand_at_the_foot_of_the_last_page(paper):
    pages, _image = paper["plain"]
    copies = [row for row in pages[-1] if row[0].startswith("抄送：")]
    assert len(copies) == 1 and 258 < copies[0][4] <= 262.5
