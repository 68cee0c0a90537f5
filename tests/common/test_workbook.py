"""Workbooks we write: no text is a formula, numbers and dates are what they are, and they are ready to print."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from common.excel.tables import Column, Sheet, Total, write_xlsx


def written(*sheets):
    out = io.BytesIO()
    count = write_xlsx(out, sheets)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue())), count


def one_cell(value, kind="text"):
    return written(Sheet("a", [Column("头", 10, kind)], [[value]]))[0].active["A2"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "#N/A", "TRUE", "007", "1e5", "{=1}"],
)
def test_no_text_becomes_a_formula_an_error_or_a_number(text):
    cell = one_cell(text)
    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_what_looks_like_a_formula_stays_a_text_even_when_somebody_edits_the_cell(text):
    assert one_cell(text).quotePrefix


def test_control_characters_and_lone_surrogates_are_dropped_and_line_breaks_kept():
    assert one_cell("a\x00b\x07c\ud800d\uffffe\nf").value == "abcde\nf"


def test_a_text_longer_than_excel_holds_is_cut():
    assert len(one_cell("长" * 40_000).value) == 32_767


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [(3, "number", "0"), (0.857, "percent", "0.0%"), (Decimal("1234.5"), "money", "#,##0.00")],
)
def test_numbers_are_numbers(value, kind, shown):
    cell = one_cell(value, kind)
    assert (cell.data_type, float(cell.value), cell.number_format) == ("n", float(value), shown)


def test_dates_are_dates_and_moments_stand_in_the_offices_time():
    assert one_cell(date(2026, 1, 2), "date").value == datetime(2026, 1, 2)
    assert one_cell(datetime(2026, 1, 1, 20, 0, tzinfo=UTC), "moment").value == datetime(2026, 1, 2, 4, 0)
    assert one_cell(date(2026, 1, 2)).is_date


def test_a_text_in_a_column_of_numbers_stays_a_text_and_nothing_is_an_empty_cell():
    assert one_cell("—", "number").value == "—"
    assert one_cell(None, "number").value is None
    assert one_cell("").value is None


def test_header_filter_print_and_total():
    rows = [["甲", 1], Total(["合计", 1])]
    book, count = written(
        Sheet("汇总", [Column("名", 20), Column("数", 8, "number")], rows, ["标题", ["说明", 5]], frozen=1)
    )
    page = book.active
    assert count == 2
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("B4", "A3:B4", "$3:$3")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.column_dimensions["A"].width == 20
    assert [page["A1"].value, page["B2"].value, page["A3"].value] == ["标题", 5, "名"]
    fonts = [page[cell].font.name for cell in ("A1", "A3", "A4", "A5")]
    assert fonts == ["方正小标宋简体", "黑体", "宋体", "黑体"]


def test_sheet_titles_are_made_fit_and_never_alike():
    book, _count = written(
        *[Sheet("汇总/1: " + "长" * 40, [Column("a")], [])] * 3, Sheet("", [Column("a")], [])
    )
    assert len({name.lower() for name in book.sheetnames}) == 4
    assert all(0 < len(name) <= 31 for name in book.sheetnames)


def test_a_sheet_that_is_written_first_may_stand_last():
    told, seen = [Column("a")], []
    sheets = [
        Sheet("c", told, (seen.append("c") or ["1"] for _n in range(1)), last=True),
        Sheet("a", told, (seen.append("a") or ["1"] for _n in range(1))),
        Sheet("b", told, []),
    ]
    assert written(*sheets)[0].sheetnames == ["a", "b", "c"]
    assert seen == ["c", "a"]


def test_a_row_of_the_wrong_length_is_a_mistake_of_ours():
    with pytest.raises(ValueError):
        written(Sheet("a", [Column("头")], [["a", "b"]]))


def test_rows_are_read_one_by_one_as_they_are_written():
    seen = []

    def rows():
        for n in range(3):
            seen.append(n)
            yield [n]

    assert written(Sheet("a", [Column("头", 5, "number")], rows()))[1] == 3
    assert seen == [0, 1, 2]
