"""Reading strangers' tables: what is right arrives as it was meant, what is wrong is refused in words."""

import io
import subprocess
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from common.excel.tables import BROWSER, CELL, Limits, TableError, read_table

SMALL = Limits(2 << 20, 8 << 20, 100, 512, 20)


def xlsx(*rows, sheet="台账", **more):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for place, value in more.get("cells", {}).items():
        page[place] = value
    for area in more.get("merged", []):
        page.merge_cells(area)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, **changed):
    """The package with parts replaced: `sheet1` is the first sheet, `strings` the shared texts."""
    names = {"sheet1": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    changed = {names[name]: text for name, text in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, changed.pop(entry, None) or old.read(entry))
        for entry, text in changed.items():
            new.writestr(entry, text)
    return out.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'


def read(content, name="a.xlsx", *, limits=SMALL, known=None):
    """(headers of the first sheet that was read, [(row, its cells)])."""
    anchors = frozenset([known]) if known else frozenset()
    table = read_table(
        io.BytesIO(content),
        name,
        limits=limits,
        known=(lambda header: header if header in ("标题", "内容") else "") if known else None,
        anchors=anchors,
    )
    found = [(line.number, line.cells) for line in table]
    return next(list(sheet.header.keys) for sheet in table.sheets if sheet.header), found


def rows(content, name="a.xlsx", **more):
    return [row for _number, row in read(content, name, **more)[1]]


def refusal(content, name="a.xlsx", **more):
    with pytest.raises(TableError) as caught:
        read(content, name, **more)
    return caught.value


# --- what is right


def test_numbers_dates_and_texts_of_excel_arrive_as_they_were_meant():
    content = xlsx(
        ["代码", "日期", "时刻", "数", "字"],
        [433101002, date(2026, 1, 2), datetime(2026, 1, 2, 9, 30, 5), 1.5, " 两端 有空 "],
    )
    columns, found = read(content)
    assert columns == ["代码", "日期", "时刻", "数", "字"]
    number, row = found[0]
    assert number == 2
    assert row["代码"] == "433101002"
    assert row["日期"] in (date(2026, 1, 2), datetime(2026, 1, 2))
    assert row["时刻"] == datetime(2026, 1, 2, 9, 30, 5)
    assert (row["数"], row["字"]) == ("1.5", "两端 有空")


def test_a_title_above_the_header_blank_rows_and_merged_cells_are_passed_over():
    content = xlsx(
        ["吉首市 2025 年台账"],
        [],
        ["标题", "内容"],
        [],
        ["甲", "乙"],
        [],
        ["丙", None],
        merged=["A1:B1", "A7:B8"],
    )
    columns, found = read(content, known="标题")
    assert columns == ["标题", "内容"]
    assert found == [(5, {"标题": "甲", "内容": "乙"}), (7, {"标题": "丙", "内容": ""})]


def test_the_row_numbers_are_those_that_the_spreadsheet_shows():
    assert [n for n, _ in read(xlsx(cells={"B3": "头", "B4": "一", "B9": "二"}))[1]] == [4, 9]


def test_every_visible_sheet_that_holds_anything_is_read():
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["秘密"])
    book.create_sheet("空的")
    book.create_sheet("台账").append(["头"])
    book["台账"].append(["值"])
    book.create_sheet("续").append(["头"])
    book["续"].append(["又一个"])
    assert rows(saved(book)) == [{"头": "值"}, {"头": "又一个"}]


def test_a_formula_gives_its_last_result_and_nothing_is_computed():
    formula = SHEET % (
        '<sheetData><row r="1"><c r="A1" t="str"><v>头</v></c></row>'
        '<row r="2"><c r="A2"><f>WEBSERVICE("http://127.0.0.1")</f><v>7</v></c></row></sheetData>'
    )
    assert rows(repacked(xlsx(["头"]), sheet1=formula)) == [{"头": "7"}]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"], ids=lambda encoding: f"csv-{encoding}"
)
def test_csv_in_every_encoding_that_excel_and_wps_write(encoding):
    text = '标题,内容\r\n甲,"一,二\r\n三"\r\n\r\n乙,四\r\n'
    assert read(text.encode(encoding), "台账.CSV")[1] == [
        (2, {"标题": "甲", "内容": "一,二\n三"}),
        (4, {"标题": "乙", "内容": "四"}),
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_with_every_usual_delimiter(delimiter):
    assert rows(f"标题{delimiter}内容\n甲{delimiter}乙\n".encode(), "a.csv") == [{"标题": "甲", "内容": "乙"}]


def test_a_workbook_under_the_name_of_a_csv_file_is_read_for_what_it_is():
    assert rows(xlsx(["头"], ["值"]), "a.csv") == [{"头": "值"}]


def test_a_short_csv_row_is_filled_up_and_control_characters_are_dropped():
    assert rows("头,尾\n值\x07\n".encode(), "a.csv") == [{"头": "值", "尾": ""}]


def test_a_cell_beyond_the_limit_comes_cut_so_that_its_row_can_be_refused():
    long = "长" * (CELL + 500)
    assert len(rows(xlsx(["头"], [long]))[0]["头"]) == CELL + 1
    assert len(rows(f"头\n{long}\n".encode(), "a.csv")[0]["头"]) == CELL + 1


def test_formatted_but_empty_rows_down_to_the_last_of_the_sheet_cost_nothing():
    sheet = SHEET % (
        '<dimension ref="A1:XFD1048577"/><sheetData><row r="1"><c r="A1" t="str"><v>头</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>值</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    )
    assert rows(repacked(xlsx(["头"]), sheet1=sheet)) == [{"头": "值"}]


# --- what is wrong

WEB_PAGE = "<html><body><table><tr><td>标题</td></tr></table></body></html>".encode()
BOMB = repacked(xlsx(["头"]), sheet1=SHEET % ("<!--" + " " * (20 << 20) + "-->"))
FAR_CELL = repacked(
    xlsx(["头"]),
    sheet1=SHEET
    % (
        '<sheetData><row r="1"><c r="A1" t="str"><v>头</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    ),
)
REPEATED_TEXT = repacked(
    xlsx(["头"]),
    sheet1=SHEET
    % ("<sheetData>" + '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 30_000 + "</sheetData>"),
    strings='<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
    % ("a" * 100_000),
)


def package(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def lying_about_its_size():
    """A package that says each part unpacks to one byte."""
    with zipfile.ZipFile(io.BytesIO(BOMB)) as bomb:
        sizes = [entry.file_size for entry in bomb.infolist() if entry.file_size > 1 << 20]
    return BOMB.replace(sizes[0].to_bytes(4, "little"), (1).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"", "a.xlsx", id="empty"),
        pytest.param(b"", "a.csv", id="empty-csv"),
        pytest.param(b"\xef\xbb\xbf", "a.csv", id="only-a-mark"),
        pytest.param(b"\n\r\n , ,\n", "a.csv", id="only-blank-rows"),
        pytest.param(xlsx(), "a.xlsx", id="blank-sheet"),
        pytest.param(WEB_PAGE, "a.xlsx", id="web-page-named-xlsx"),
        pytest.param(WEB_PAGE, "a.csv", id="web-page-named-csv"),
        pytest.param(b"\xef\xbb\xbf \n" + WEB_PAGE, "a.xls", id="web-page-with-a-mark"),
        pytest.param(b"%PDF-1.7 ...", "a.xlsx", id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(100), "a.csv", id="picture-named-csv"),
        pytest.param(bytes(range(256)) * 20, "a.csv", id="binary-named-csv"),
        pytest.param(b"a,b\n1,\x002\n", "a.csv", id="nul-bytes"),
        pytest.param("标题\n".encode("utf-16-le"), "a.csv", id="utf-16-without-a-mark"),
        pytest.param("标题".encode("utf-16")[:-1], "a.csv", id="half-a-character"),
        pytest.param(xlsx(["头"])[:-300], "a.xlsx", id="cut-off"),
        pytest.param(xlsx(["头"])[:40], "a.xlsx", id="only-the-start"),
        pytest.param(b"PK\x03\x04" + bytes(500), "a.xlsx", id="zip-in-name-only"),
        pytest.param(package("word/document.xml", "[Content_Types].xml"), "a.xlsx", id="word-document"),
        pytest.param(package("xl/workbook.xml"), "a.xlsx", id="package-without-content"),
        pytest.param(package("xl/workbook.xml", *map(str, range(2500))), "a.xlsx", id="thousands-of-parts"),
        pytest.param(repacked(xlsx(["头"]), sheet1="<worksheet><sheetData><row"), "a.xlsx", id="broken-xml"),
        pytest.param(BOMB, "a.xlsx", id="zip-bomb"),
        pytest.param(lying_about_its_size(), "a.xlsx", id="zip-bomb-that-lies"),
        pytest.param(FAR_CELL, "a.xlsx", id="one-cell-at-the-far-end"),
        pytest.param(REPEATED_TEXT, "a.xlsx", id="one-long-text-in-every-cell"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "a.xls", id="old-format-damaged"),
        pytest.param(b'a,b\n1,"never closed\n', "a.csv", id="quotation-never-closed"),
        pytest.param(b'a,b\n1,"x"y\n', "a.csv", id="text-after-a-quotation"),
        pytest.param(b"a\n" + b"x" * 200_000 + b"\n", "a.csv", id="an-endless-cell"),
        pytest.param(b"a\n" + b"1\n" * 101, "a.csv", id="too-many-rows-csv"),
        pytest.param(xlsx(["a"], *[[n] for n in range(101)]), "a.xlsx", id="too-many-rows"),
        pytest.param(b"a\n" + b"x" * (3 << 20), "a.csv", id="too-large"),
    ],
)
def test_a_hostile_file_is_refused_in_words(content, name):
    error = refusal(content, name)
    assert str(error)
    assert "Traceback" not in str(error)


def test_of_two_headers_that_are_the_same_the_second_is_numbered():
    assert rows("标题,内容,标题\n1,2,3\n".encode(), "a.csv") == [{"标题": "1", "内容": "2", "标题（2）": "3"}]


def test_a_cell_beyond_the_header_is_named_and_one_under_an_empty_header_has_the_letter_of_its_column():
    table = read_table(io.BytesIO("甲,,乙\n1,2,3,旁注\n".encode()), "a.csv")
    assert [line.cells for line in table] == [{"甲": "1", "B列": "2", "乙": "3"}]
    assert table.sheets[0].outside == [("D2", "旁注")]


def test_the_row_that_is_one_too_many_is_named():
    assert refusal(b"a\n" + b"1\n" * 101, "a.csv").row == 102


def test_reading_can_be_given_up_early_and_leaves_no_process_behind(monkeypatch):
    started = []
    plain = subprocess.Popen

    def noted(*args, **kwargs):
        started.append(plain(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr("subprocess.Popen", noted)
    table = read_table(io.BytesIO(xlsx(["头"], *[["值"]] * 5000)), "a.xlsx", limits=BROWSER)
    next(iter(table))
    table.close()
    assert [child.poll() is not None for child in started] == [True]
