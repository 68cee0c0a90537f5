"""Tables as offices keep them (../shared/cases), each taken in as it is meant to be: every sheet, every merged cell,
every header that is recognised or asked about, and nothing left out in silence."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import timezone

from common.excel.tables import BROWSER
from opinions.importing import columns as c
from opinions.importing.decisions import Decisions
from opinions.importing.services import import_file, preview_file
from opinions.importing.survey import survey
from opinions.models import Opinion
from studios.models import Agency, County, Township, Village
from tests.availability import ROOT
from tests.conftest import at, person

CASES = ROOT.parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="no tables of offices beside this checkout (../shared/cases)"
)
NOW = at("2026-11-23 10:00")
HEADER = [
    "登记时间",
    "乡镇代码",
    "标题",
    "内容",
    "渠道",
    "姓名",
    "电话",
    "承办单位",
    "答复内容",
    "答复时间",
    "办理结果",
    "满意度",
]


@pytest.fixture
def county(office):
    """The county of the tables: its townships and agencies as they are called there."""
    jishou = County.objects.get(pk="433101")
    township = Township.objects.create(code="433101101", county=jishou, name="马颈坳镇", kind="town")
    Township.objects.create(
        code="433101202",
        county=jishou,
        name="排绸乡",
        kind="township",
        valid_to=date(2016, 1, 1),
        successor=township,
    )
    Village.objects.create(code="433101101201", township=township, name="榔木村")
    Agency.objects.create(county=jishou, name="吉首市水利局")
    return SimpleNamespace(
        clerk=person("ledger", "县文员", ("clerk", {"area_code": "433101"})), township=township, office=office
    )


def looked(county, name, **decided):
    with (CASES / name).open("rb") as file:
        found = survey(file, name, limits=BROWSER, chosen=decided.get("columns"))
        file.seek(0)
        decisions = Decisions(**decided | {"columns": found.targets})
        return preview_file(file, name, by=county.clerk, now=NOW, decisions=decisions, sample=100)


def taken(county, name, **decided):
    with (CASES / name).open("rb") as file:
        return import_file(
            file, name, by=county.clerk, now=NOW, decisions=Decisions(**decided), skip_bad=True
        )


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("header_colon.xlsx", 1),
        ("header_linebreak.xlsx", 1),
        ("header_space_inside.xlsx", 1),
        ("header_zero_width.xlsx", 1),
        ("header_serial_column.xlsx", 2),
        ("header_empty_named_serial.xlsx", 2),
        ("header_remark_column.xlsx", 1),
        ("header_two_rows_merged.xlsx", 3),
        ("header_only_first_sheet.xlsx", 1),
        ("twelve_month_sheets.xlsx", 12),
        ("title_rows_eleven.xlsx", 1),
        ("phone_row_above.xlsx", 1),
        ("blank_rows.xlsx", 2),
        ("hidden_rows.xlsx", 4),
        ("stray_space_last_row.xlsx", 1),
        ("backslash_paths.xlsx", 2),
        ("equals_quote.csv", 1),
        ("tsv_named.xls", 1),
        ("same_words_two_citizens.xlsx", 2),
        ("old_ledger_20_open_rows.xlsx", 20),
    ],
)
def test_every_row_is_read_and_none_refused(county, name, rows):
    summary = looked(county, name)
    assert (str(summary), summary.errors) == (f"read {rows} / added {rows} / known 0 / refused 0", [])


def test_headers_in_the_words_of_an_office_are_recognised(county):
    with (CASES / "header_real_words.xlsx").open("rb") as file:
        found = survey(file, "a.xlsx", limits=BROWSER)
    assert found.targets == {
        "受理时间": "登记时间",
        "乡镇": "乡镇代码",
        "问题摘要": "标题",
        "反映内容": "内容",
        "来源": "反映渠道",
        "反映人": "姓名",
        "联系电话": "电话",
        "责任单位": "主办单位",
        "办理情况": "答复内容",
        "办结时间": "答复时间",
        "办理结果": "办理结果",
        "群众满意度": "群众评价",
    }
    asked = {column.header for column in found.columns if column.asked}
    assert "办理情况" in asked and "责任单位" not in asked
    assert looked(county, "header_real_words.xlsx").added == 1


def test_a_remark_column_is_kept_with_the_opinion_as_a_note(county):
    assert taken(county, "header_remark_column.xlsx").added == 1
    note = Opinion.objects.get().events.get(action="note_internally")
    assert note.words.text == "备注：已电话回访"


@pytest.mark.parametrize(
    ("name", "column", "value", "rows"),
    [
        ("merged_answer.xlsx", "answer", "已统一修复。", 3),
        ("merged_answer_down.xlsx", "answer", None, None),
        ("merged_answer_with_agency.xlsx", "answer", None, None),
        ("merged_channel_agency_down.xlsx", "channel", None, None),
        ("merged_citizen_down.xlsx", "citizen_name", None, None),
    ],
)
def test_a_merged_cell_counts_for_each_of_its_rows(county, name, column, value, rows):
    summary = taken(county, name, agency="unknown")
    assert (summary.refused, summary.added) == (0, summary.read)
    values = {getattr(opinion, column) for opinion in Opinion.objects.all()}
    assert len(values) == 1
    assert values != {""}
    assert value is None or (values, summary.added) == ({value}, rows)


def test_hidden_rows_are_counted_and_can_be_left_out(county):
    summary = looked(county, "hidden_rows.xlsx")
    assert [(sheet["hidden_rows"], sheet["hidden"]) for sheet in summary.found["sheets"]] == [(2, [3, 4])]
    assert looked(county, "hidden_rows.xlsx", hidden=False).added == 2


def test_notes_beside_the_table_are_named_by_their_cell(county):
    summary = looked(county, "note_outside_table.xlsx")
    assert summary.refused == 0
    outside = [
        place for sheet in summary.found["sheets"] for place, _words in sheet["outside"] + sheet["other"]
    ]
    assert outside


def test_a_cell_far_away_is_named(county):
    summary = taken(county, "stray_space_corner.xlsx")
    assert (summary.added, "XFD1048576" in summary.broken) == (0, True)


def test_a_byte_that_cannot_be_read_names_its_row_and_the_others_are_read(county):
    summary = looked(county, "gbk_one_bad_byte.csv")
    assert {error.row for error in summary.errors} == {3}
    assert summary.added == 1


def test_numbers_that_begin_again_each_year_are_never_taken_for_known(county):
    assert taken(county, "number_restarts_2024.xlsx").added == 3
    assert taken(county, "number_restarts_2025.xlsx").added == 3
    assert Opinion.objects.count() == 6


@pytest.mark.parametrize("name", ["order_numbers_as_numbers_jan.xlsx", "order_numbers_as_numbers_feb.xlsx"])
def test_a_number_whose_digits_excel_has_replaced_is_refused_by_name(county, name):
    summary = looked(county, name)
    assert summary.added == 0
    assert {error.column for error in summary.errors} == {"来件编号"}
    assert "15" in summary.errors[0].reason


def test_the_same_table_later_with_answers_offers_them_and_enters_them_by_the_ordinary_actions(county):
    assert taken(county, "march_first.xlsx").added == 2
    summary = looked(county, "march_later_with_answers.xlsx")
    assert summary.found["known"]["counts"] == {"same": 0, "words": 0, "answer": 1, "similar": 1}
    later = taken(county, "march_later_with_answers.xlsx", answers=True)
    assert (later.added, later.known, later.answered) == (0, 2, 1)
    opinion = next(one for one in Opinion.objects.all() if "第8件" in one.title)
    assert (opinion.status, opinion.answer, opinion.outcome, opinion.satisfaction) == (
        "closed",
        "已加固护栏。",
        "A",
        "satisfied",
    )
    assert str(timezone.localdate(opinion.answered_at)) == "2026-04-01"


def test_names_of_townships_are_taken_where_certain_and_else_suggested(county):
    summary = looked(county, "townships.xlsx")
    refused = {error.row for error in summary.errors}
    assert refused == {4, 11, 12, 13, 16}
    asked = {word["shown"]: word["suggested"] for word in summary.found["words"]}
    assert asked["马颈坳"] == asked["排绸乡"] == ["433101101"]
    decided = {c.TOWNSHIP: {"马颈坳": "433101101", "排绸乡": "433101101"}}
    assert looked(county, "townships.xlsx", words=decided).refused == 3


def test_names_of_agencies_are_taken_where_certain_and_else_suggested(county):
    summary = looked(county, "agencies.xlsx")
    assert {error.row for error in summary.errors} == {5, 6, 7, 8, 9}
    transport = str(Agency.objects.get(name="吉首市交通运输局").pk)
    assert all(word["suggested"][0] == transport for word in summary.found["words"])


def test_days_are_read_where_certain_and_refused_by_row_elsewhere(county):
    summary = looked(county, "dates_text.xlsx")
    refused = {error.row for error in summary.errors}
    assert refused == {18, 19, 20, 21, 22, 34, 35, 45, 54, 55, 59, 63}
    assert {error.column for error in summary.errors} == {"登记时间"}
    assert summary.found["without_year"] == 2


def test_phone_numbers_follow_one_rule(county):
    summary = looked(county, "phones_text.xlsx")
    reasons = {error.row: error.reason for error in summary.errors}
    assert "身份证" in reasons[49]
    assert {47, 48} <= set(reasons)
    two = looked(county, "two_phones.xlsx")
    assert {error.row for error in two.errors} == {3, 5}


def test_a_realistic_ledger_comes_in_whole_and_nothing_of_it_is_lost(county):
    name = "realistic_old_ledger.xlsx"
    first = looked(county, name)
    assert first.read == 3
    other = [(row, kind) for sheet in first.found["sheets"] for row, kind, _words in sheet["other"]]
    assert other == [(7, "total"), (9, "signature")]
    assert first.found["without_year"] > 0
    words = {(word["column"], word["word"]) for word in first.found["words"]}
    water = str(Agency.objects.get(name="吉首市水利局").pk)
    decided = {column: {} for column, _word in words}
    for column, word in words:
        decided[column][word] = {c.AGENCY: water}.get(column, "-")
    done = taken(county, name, words=decided, year=2026, township="433101101", agency="unknown")
    assert (done.added, done.refused) == (3, 0), done.errors
    opinions = list(Opinion.objects.order_by("registered_at"))
    assert [str(timezone.localdate(one.registered_at)) for one in opinions] == [
        "2026-03-05",
        "2026-03-12",
        "2026-03-20",
    ]
    assert [one.citizen_phone for one in opinions] == ["13800138000", "", "13800138001"]
    assert [one.status for one in opinions] == ["closed", "routed", "closed"]
    assert opinions[1].place == "榔木村"
    notes = [event.words.text for one in opinions for event in one.events.filter(action="note_internally")]
    assert any("0743-8222123" in note for note in notes)
    assert any("正在办理" in note for note in notes)
    assert any("接待代表：李某" in note for note in notes)
