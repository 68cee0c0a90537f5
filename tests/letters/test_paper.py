"""A letter's PDF measured against GB/T 9704-2012, 10.1: millimetres and points of the paper that is sealed."""

import re
import shutil
import subprocess
from itertools import pairwise

import pytest
from PIL import Image

from common.ui import pdf
from letters.facts import sample
from letters.paper import pdf as pdf_of_letter
from letters.rendering import render
from letters.shipped import build

pytestmark = pytest.mark.skipif(
    not (pdf.available() and shutil.which("pdftotext")), reason="needs Pango and poppler-utils"
)
SHORT = {"long": "", "instead_of": "", "previous": "", "times": ""}
LONG_ORGAN = "湘西土家族苗族自治州人民代表大会常务委员会"
LONG = {"long": "1", "matter": ["䶮家村的路不通，𬱟家也说雨天积水。" * 294]}
LETTERS = {"ordinary": {}, "long": LONG, "organ": {"organ": LONG_ORGAN}}


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Each letter: (its words with page and place in millimetres, number of pages, the first page at 254 dpi)."""
    folder, made = tmp_path_factory.mktemp("papers"), {}
    for name, more in LETTERS.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(pdf_of_letter(render(build("handover"), sample() | SHORT | more)))
        subprocess.run(
            ["pdftoppm", "-r", "254", "-f", "1", "-l", "1", "-png", path, folder / name], check=True
        )
        text = subprocess.run(
            ["pdftotext", "-bbox", path, "-"], check=True, capture_output=True
        ).stdout.decode()
        words, page = [], 0
        for line in text.splitlines():
            page += "<page " in line
            if found := re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<', line):
                words.append((page, found[5], *(float(value) * 25.4 / 72 for value in found.groups()[:4])))
        made[name] = words, page, Image.open(next(folder.glob(f"{name}-*.png"))).convert("RGB")
    return made


def red_lines(image) -> list[tuple[float, float, float]]:
    """(top, left, right) in millimetres of each run of rows that are red over more than 150 mm; 10 pixels are 1 mm."""
    found, above = [], False
    for y in range(image.height):
        red = [x for x in range(0, image.width, 2) if (c := image.getpixel((x, y)))[0] > 180 and c[1] < 90]
        line = len(red) > 700
        if line and not above:
            found.append((y / 10, red[0] / 10, red[-1] / 10))
        above = line
    return found


def ink(image, below: float) -> tuple[float, float]:
    """Top and bottom, in millimetres, of what is red above `below`: the organ's name."""
    rows = [
        y
        for y in range(int(below * 10))
        if any(image.getpixel((x, y))[1] < 90 for x in range(0, image.width, 3))
    ]
    return rows[0] / 10, rows[-1] / 10


def test_the_red_lines_are_170_mm_and_where_the_standard_has_them(papers):
    lines = red_lines(papers["ordinary"][2])
    assert len(lines) == 4, "two double lines"
    assert all(abs(left - 20) < 0.5 and abs(right - 190) < 0.5 for _top, left, right in lines)
    top, bottom = ink(papers["ordinary"][2], below=lines[0][0] - 0.5)
    assert abs(top - 30) < 1.5, "the organ's name 30 mm below the upper edge"
    assert 3 < lines[0][0] - bottom < 5.5, "4 mm below the organ's name"
    assert lines[1][0] > lines[0][0] + 1, "thick above thin"
    assert abs(lines[3][0] - 277) < 1.5, "20 mm above the lower edge"


def test_a_long_organ_stands_on_one_line(papers):
    words = [word for word in papers["organ"][0] if word[0] == 1 and word[3] < 44]
    assert [word[1] for word in words] == [LONG_ORGAN]


def test_text_is_inside_the_type_area_in_lines_of_28_characters(papers):
    words, pages, _image = papers["long"]
    assert pages == 11
    text = [word for word in words if word[0] > 2 and word[3] < 255]
    assert all(word[2] > 27.5 and word[4] < 184.8 for word in words if 45 < word[3] < 262)
    assert max(len(word[1]) for word in text) == 28
    full = [word for word in words if word[0] == 5 and word[3] < 262]
    assert len({round(word[3]) for word in full}) == 22, "22 lines on a page"
    rows = sorted({word[3] for word in full})
    assert all(abs(below - above - 28.95 * 25.4 / 72) < 0.1 for above, below in pairwise(rows))


def test_page_numbers_begin_on_page_two_and_stand_outside(papers):
    words = papers["long"][0]
    numbers = {
        page: left for page, word, left, top, *_ in reversed(words) if top > 266 and word.startswith("—")
    }
    assert 1 not in numbers
    assert numbers[2] < 40 and numbers[3] > 165, "even left, odd right"


def test_rare_characters_are_there_and_the_signature_is_centred_over_the_date(papers):
    words = papers["ordinary"][0]
    assert any("䶮家村三组" in word[1] for word in words)
    assert any("𬱟" in word[1] for word in papers["long"][0])
    last = max(word[0] for word in words)
    sign = next(word for word in words if word[0] == last and word[1] == "吉首市人民代表大会常务委员会办公室")
    date = next(
        word for word in words if word[0] == last and word[1] == "2026年11月25日" and word[3] > sign[3]
    )
    assert abs((sign[2] + sign[4]) / 2 - (date[2] + date[4]) / 2) < 2
    copies = next(word for word in words if word[1].startswith("抄送"))
    assert copies[0] == last and 255 < copies[5] < 263, "抄送 at the foot of the last page"
