"""Rows of a ledger against the office's areas, agencies and categories: each error names row, column and reason."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opinions.importing.services import preview_file
from opinions.models import Category, Opinion
from tests.conftest import at, person
from tests.opinions.ledger.ledgers import OPEN_ROW, WHOLE_ROW, as_csv, as_xlsx, many

NOW = at("2026-11-23 10:00")


def looked(by, *rows, file=as_csv):
    return preview_file(file(*rows), "台账.csv", by=by, now=NOW, sample=3)


def errors(by, **changed):
    """(row, column) of everything wrong with a whole row changed like this."""
    return [(error.row, error.column) for error in looked(by, WHOLE_ROW | changed).errors]


def test_a_good_file_is_counted_and_shown_and_nothing_is_written(cast):
    tally = looked(cast.clerk, WHOLE_ROW, OPEN_ROW)
    assert (str(tally), tally.errors) == ("read 2 / added 2 / known 0 / refused 0", [])
    assert tally.sample[0][1]["标题"] == WHOLE_ROW["标题"]
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("file", [as_csv, as_xlsx])
def test_excel_and_csv_say_the_same(cast, file):
    assert looked(cast.officer, WHOLE_ROW, OPEN_ROW, file=file).added == 2


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"登记时间": ""}, "登记时间"),
        ({"登记时间": "去年"}, "登记时间"),
        ({"登记时间": "2027-01-01"}, "登记时间"),
        ({"乡镇代码": "4331010050001"}, "乡镇代码"),
        ({"乡镇代码": "433101"}, "乡镇代码"),
        ({"乡镇代码": "433101999"}, "乡镇代码"),
        ({"乡镇代码": "乾州镇"}, "乡镇代码"),
        ({"乡镇代码": "4.33101E+08"}, "乡镇代码"),
        ({"标题": "长" * 101}, "标题"),
        ({"内容": ""}, "内容"),
        ({"内容": "长" * 10_001}, "内容"),
        ({"来件编号": "9" * 61}, "来件编号"),
        ({"反映渠道": "飞鸽"}, "反映渠道"),
        ({"事项类型": "闲谈"}, "事项类型"),
        ({"类别": "天文"}, "类别"),
        ({"姓名": "名" * 51}, "姓名"),
        ({"电话": "见附件"}, "电话"),
        ({"保密": "也许"}, "保密"),
        ({"主办单位": "吉首市交通局"}, "主办单位"),
        ({"主办单位": "凤凰县交通运输局"}, "主办单位"),
        ({"答复内容": ""}, "答复内容"),
        ({"答复内容": "长" * 10_001}, "答复内容"),
        ({"答复时间": "2025-03-18 09:29"}, "答复时间"),
        ({"答复时间": "2025-03-17"}, "答复时间"),
        ({"答复时间": "2026-11-23 10:01"}, "答复时间"),
        ({"办理结果": "E"}, "办理结果"),
        ({"群众评价": "还行"}, "群众评价"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_each_error_names_its_row_and_column(cast, changed, column):
    assert errors(cast.officer, **changed) == [(2, column)]


def test_all_errors_of_all_rows_are_collected(cast):
    tally = looked(
        cast.clerk,
        OPEN_ROW | {"标题": "长" * 101, "内容": ""},
        OPEN_ROW,
        OPEN_ROW | {"反映渠道": "飞鸽", "标题": "另一件"},
    )
    assert [(e.row, e.column) for e in tally.errors] == [(2, "标题"), (2, "内容"), (4, "反映渠道")]
    assert (tally.read, tally.added, tally.refused) == (3, 1, 2)


def test_near_names_are_suggested_for_an_agency_that_does_not_exist(cast):
    error = looked(cast.officer, WHOLE_ROW | {"主办单位": "吉首市交通局"}).errors[0]
    assert "吉首市交通运输局" in str(error)
    assert "凤凰县" not in str(error)


def test_a_township_of_others_is_refused_in_the_same_words_as_one_that_does_not_exist(cast):
    foreign = looked(cast.clerk, OPEN_ROW | {"乡镇代码": "433123100"}).errors[0].reason
    missing = looked(cast.clerk, OPEN_ROW | {"乡镇代码": "433123999"}).errors[0].reason
    assert foreign.replace("433123100", "…") == missing.replace("433123999", "…")


@pytest.mark.parametrize(
    "who", ["handler", "supervisor", "official", "deputy", "auditor", "administrator", "nobody"]
)
def test_only_clerks_and_officers_import(cast, who):
    assert errors(getattr(cast, who))[0] == (2, "乡镇代码")


def test_codes_as_other_programs_write_them(cast):
    for code in ("433101005.0", "433101005000"):
        assert looked(cast.officer, OPEN_ROW | {"乡镇代码": code}).added == 1


def test_a_row_after_the_end_of_its_township_names_the_successor(cast, office):
    office.zhenxi.valid_to, office.zhenxi.successor = at("2024-01-01 00:00").date(), office.qianzhou
    office.zhenxi.save()
    late = looked(cast.officer, OPEN_ROW | {"乡镇代码": "433101007"})
    assert "433101005" in late.errors[0].reason
    assert looked(cast.officer, OPEN_ROW | {"乡镇代码": "433101007", "登记时间": "2023-12-31"}).added == 1


def test_a_category_by_name_or_code_and_an_ambiguous_name_asks_for_the_code(cast):
    Category.objects.create(code="0301", name="噪音")
    Category.objects.create(code="0201", name="噪音")
    assert looked(cast.clerk, OPEN_ROW | {"类别": "交通运输"}).added == 1
    assert looked(cast.clerk, OPEN_ROW | {"类别": "0301"}).added == 1
    assert "0201、0301" in looked(cast.clerk, OPEN_ROW | {"类别": "噪音"}).errors[0].reason


def test_an_answer_without_its_agency_goes_to_the_one_the_rules_are_sure_of(cast):
    row = WHOLE_ROW | {"主办单位": ""}
    assert looked(cast.officer, row).added == 1
    assert errors(cast.officer, 主办单位="", 标题="谢谢", 内容="没有别的事") == [(2, "主办单位")]


@pytest.mark.parametrize(("column", "cell"), [("办理结果", "A"), ("群众评价", "满意")])
def test_a_result_without_an_answer_is_refused(cast, column, cell):
    tally = looked(cast.clerk, OPEN_ROW | {column: cell})
    assert [(e.row, e.column) for e in tally.errors] == [(2, column)]


def test_the_day_of_registration_may_be_the_day_of_the_answer(cast):
    assert looked(cast.officer, WHOLE_ROW | {"答复时间": "2025-03-18"}).errors == []


def test_unknown_columns_are_kept_as_notes_and_missing_ones_are_named_before_any_row_is_read(cast):
    unknown = looked(cast.clerk, OPEN_ROW | {"备注": "无", "领导批示": "请办"})
    assert (unknown.added, unknown.errors) == (1, [])
    missing = looked(cast.officer, {"标题": "甲", "内容": "乙"})
    assert "登记时间、乡镇代码" in missing.broken


def test_an_empty_title_is_the_beginning_of_the_words(cast):
    summary = looked(cast.clerk, OPEN_ROW | {"标题": ""})
    assert (summary.added, summary.errors) == (1, [])


def test_a_star_in_the_header_and_any_order_of_columns_are_fine(cast):
    starred = {f"{header}*": cell for header, cell in reversed(OPEN_ROW.items())}
    assert looked(cast.clerk, starred).added == 1


def test_a_row_given_twice_is_known_the_second_time_but_a_number_is_not_given_to_something_else(cast):
    tally = looked(cast.officer, WHOLE_ROW, WHOLE_ROW, WHOLE_ROW | {"标题": "别的事"}, OPEN_ROW, OPEN_ROW)
    assert str(tally) == "read 5 / added 2 / known 2 / refused 1"
    assert (tally.errors[0].row, tally.errors[0].column) == (4, "来件编号")


def test_what_a_row_costs_does_not_grow_with_the_rows(cast):
    def queries(count):
        with CaptureQueriesContext(connection) as caught:
            looked(cast.officer, *many(count, WHOLE_ROW))
        return len(caught)

    queries(1)  # the person's scope is read once
    assert queries(2) == queries(200) <= 8


def test_a_person_of_two_counties_has_each_countys_agencies(cast, office):
    both = person("both", "两县", ("clerk", {"area_code": "433101"}), ("clerk", {"area_code": "433123"}))
    there = WHOLE_ROW | {"乡镇代码": "433123100", "主办单位": "凤凰县交通运输局"}
    assert looked(both, WHOLE_ROW, there).added == 2


@pytest.mark.parametrize(
    ("live", "wrong"),
    [
        (None, []),
        (date(2025, 4, 9), []),
        (date(2025, 4, 8), [(2, "答复时间")]),
        (date(2025, 1, 1), [(2, "答复时间")]),
    ],
)
def test_what_was_answered_since_the_office_works_here_is_not_imported(cast, settings, live, wrong):
    """The whole row was answered on 8 April 2025; a clerk alone enters no answers of the time since then."""
    settings.GO_LIVE = live
    found = looked(cast.clerk, WHOLE_ROW, OPEN_ROW)
    assert [(error.row, error.column) for error in found.errors] == wrong
    assert found.added == 2 - len(wrong)
    assert not wrong or "并在办理页面录入答复，或者由另一人审批后导入" in found.errors[0].reason
