"""Spreadsheets that are sent to the imports. Each is made from a row that the import would take: {header: value}."""

import functools
import io
import zipfile

from tests.common.test_tables import SHEET, WEB_PAGE, package, repacked, xlsx
from tests.hostile.case import Case

DAMAGED, NO_TABLE = "文件已损坏", "这不是Excel工作簿"
LONG = "长" * 300
FAR = '</row><row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHING = f'<!DOCTYPE x [<!ENTITY l0 "哈">{LAUGHS}]>' + SHEET % (
    '<sheetData><row r="1"><c r="A1" t="str"><v>&l9;</v></c></row></sheetData>'
)
THIEVING = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SHEET % (
    '<sheetData><row r="1"><c r="A1" t="str"><v>&e;</v></c></row></sheetData>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
    'Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/></Relationships>'
)


LINKED = {
    "xl/externalLinks/externalLink1.xml": "<externalLink/>",
    "xl/externalLinks/_rels/externalLink1.xml.rels": LINKS,
}


def book(row, *more_rows, **more) -> bytes:
    return xlsx([*row], [*row.values()], *more_rows, **more)


def sheet(row, cells: str, times: int = 1) -> bytes:
    """The headers, and beneath them `cells` of XML, so many times."""
    head = "".join(f'<c t="inlineStr"><is><t>{header}</t></is></c>' for header in row)
    return repacked(
        book(row), sheet1=SHEET % f"<sheetData><row>{head}</row>{f'<row>{cells}</row>' * times}</sheetData>"
    )


def added(content: bytes, parts: dict) -> bytes:
    """The package with parts more."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as opened:
        for name, part in parts.items():
            opened.writestr(name, part)
    return out.getvalue()


def encrypted() -> bytes:
    """The container in which Excel keeps a workbook with a password, as far as it tells what it is."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(5000)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(5000)
    )


@functools.cache
def bomb() -> bytes:
    out = io.BytesIO(xlsx(["头"]))
    opened = zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=9)
    with opened, opened.open("xl/worksheets/sheet2.xml", "w") as part:
        for _ in range(310):
            part.write(bytes(1 << 20))
    return out.getvalue()


ALL_WRONG, ALL_RIGHT = "问题清单", "导入全部1行"


def file(name, made, told="无法导入", called="表.xlsx"):
    """`made` is the content, or makes it from a row; refused as a whole, or for its rows, or seen through and offered:
    `told` stands in what its sender reads."""
    return Case(name, lambda row: (called, made(row) if callable(made) else made), 200, told)


def csv(name, made, told=ALL_WRONG, called="表.csv"):
    return file(name, made, told, called)


def lines(*rows) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


def all_cells(value):
    return lambda row: lines(row, [value] * len(row))


BOOKS = [
    file("zip bomb of 310 MB", lambda row: bomb(), "解压后"),
    file("a cell in the last row and column", lambda row: sheet(row, FAR), "XFD1048576"),
    file("headings merged into one", lambda row: book(row, merged=["A1:C1"]), "行"),
    file(
        "the same heading twice",
        lambda row: xlsx([*row, next(iter(row))], [*row.values(), "x"]),
        ALL_RIGHT,
    ),
    file("no heading at all", lambda row: xlsx([*row.values()]), "没有找到表头行"),
    file("truth values for texts", lambda row: xlsx([*row], [True] * len(row)), ALL_WRONG),
    file("numbers for texts", lambda row: xlsx([*row], [1e300] * len(row)), ALL_WRONG),
    file("cells with #REF!", lambda row: sheet(row, '<c t="e"><v>#REF!</v></c>' * len(row)), "没有数据行"),
    file("formulas never computed", lambda row: xlsx([*row], ["=1+1"] * len(row)), "没有数据行"),
    file("links to other workbooks", lambda row: added(book(row), LINKED), ALL_RIGHT),
    file("macros", lambda row: added(book(row), {"xl/vbaProject.bin": bytes(999)}), ALL_RIGHT, "表.xlsm"),
    file("parts named ../../etc/passwd", lambda row: added(book(row), {"../../etc/passwd": b"x"}), ALL_RIGHT),
    file("a password", encrypted(), "密码"),
    file("billion laughs", lambda row: repacked(book(row), sheet1=LAUGHING), DAMAGED),
    file("an entity that names /etc/passwd", lambda row: repacked(book(row), sheet1=THIEVING), DAMAGED),
    file("a sheet that is not in the package", lambda row: repacked(book(row), sheet1=" "), DAMAGED),
    file("broken XML", lambda row: repacked(book(row), sheet1="<worksheet><sheetData><row"), DAMAGED),
    file("cut off", lambda row: book(row)[:-300], DAMAGED),
    file("thousands of parts", package("xl/workbook.xml", *map(str, range(2500))), DAMAGED),
    file("a Word document", package("word/document.xml", "[Content_Types].xml"), NO_TABLE),
    file("a web page called .xls", WEB_PAGE, "这是网页文件", "表.xls"),
    file("nothing at all", b"", "文件是空的"),
    csv("a picture called .csv", b"\x89PNG\r\n\x1a\n" + bytes(100), NO_TABLE),
    csv("16,384 columns", lines(range(16_384)), "没有找到表头行"),
    csv("blank rows alone", b"\n , ,\n", "没有"),
    csv("NUL bytes", all_cells("a\0b"), NO_TABLE),
    csv("a quotation never closed", lambda row: lines(row) + b'\n"' + b"x" * 1000, "引号不成对"),
    csv("a cell of 200,000 characters", lambda row: lines(row, ["长" * 200_000]), "过长"),
    csv(
        "a heading that is a formula",
        lambda row: lines([*row, "=cmd|' /C calc'!A0"], [*row.values(), "x"]),
        ALL_RIGHT,
    ),
    csv("more cells than headings", lambda row: lines(row, [*row.values(), "x", "y"]), ALL_RIGHT),
    csv("half a character", lambda row: lines(row, [*row.values()])[:-1] + b"\xe4", "无法导入"),
    csv("the 32nd day of the 45th month", all_cells("2025年45月32日")),
    csv("characters of four bytes", all_cells("𠮷😀")),
    csv("control characters", all_cells("a\x01\x1b[31m\x7f")),
    csv("formulas", all_cells("=HYPERLINK(1)")),
    csv("scripts", all_cells("<script>alert(1)</script>")),
    csv("braces of a template", all_cells("{{ settings.SECRET_KEY }}{% debug %}")),
    csv(
        "a name of 300 characters, backwards",
        lambda row: lines(row, row.values()),
        ALL_RIGHT,
        f"\u202e{LONG}.csv",
    ),
]
# As costly as it is to read: to one of the imports, which share their reader.
HEAVY = [
    file("1,048,577 rows", lambda row: sheet(row, '<c t="str"><v>x</v></c>', 1_048_576), "50000行"),
]
