"""What may stand in the cells of a ledger, in the spellings that offices use."""

from datetime import date, datetime

import pytest

from common.excel.importing import match_header
from deputies.roll import columns as roll
from opinions.importing import columns as c
from opinions.importing.vocabulary import headers
from opinions.importing.vocabulary.meaning import meaning
from studios.rolls import studios
from tests.conftest import at

NOW = at("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2025-03-18 09:30", "2025-03-18 09:30"),
        ("2025-3-8 9:05", "2025-03-08 09:05"),
        ("2025/3/18 9:30:15", "2025-03-18 09:30:15"),
        ("2025.3.18", "2025-03-18 00:00"),
        ("2025年3月18日", "2025-03-18 00:00"),
        ("2025年3月18日 9时30分", "2025-03-18 09:30"),
        ("2025年3月18日9点30分", "2025-03-18 09:30"),
        ("20250318", "2025-03-18 00:00"),
        ("20250318 09:30", "2025-03-18 09:30"),
        ("2025-03-18T09:30:00", "2025-03-18 09:30"),
        ("2025-03-18 09：30", "2025-03-18 09:30"),
        ("45734.395833333336", "2025-03-18 09:30"),
        ("45734", "2025-03-18 00:00"),
        (datetime(2025, 3, 18, 9, 30), "2025-03-18 09:30"),
        (date(2025, 3, 18), "2025-03-18 00:00"),
    ],
)
def test_a_time_is_understood_in_the_spellings_that_offices_use(cell, meant):
    assert abs((c.moment(cell, NOW)[0] - at(meant)).total_seconds()) < 1


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "去年春天",
        "2025-02-30",
        "2025-13-01",
        "2025-03-18 25:00",
        "18/03/2025",
        "2025",
        "1.5",
        "99999",
        "2027-01-01",
        "2003-12-31",
        "0001-01-01",
        "9999-12-31",
        date(1899, 12, 31),
        "2025-03-18 09:30 与来访人",
    ],
)
def test_what_is_no_time_or_lies_outside_the_calendar_is_refused(cell):
    with pytest.raises(c.CellError):
        c.moment(cell, NOW)


def test_a_day_alone_is_told_from_a_moment():
    assert c.moment("2025-03-18", NOW)[1] is True
    assert c.moment("2025-03-18 09:30", NOW)[1] is False


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("反映渠道", "", "reception"),
        ("反映渠道", "网络", "web"),
        ("反映渠道", "12345", "transferred"),
        ("反映渠道", "12345.0", "transferred"),
        ("事项类型", "", "complaint"),
        ("事项类型", "求助", "help"),
        ("保密", "是", True),
        ("保密", "", False),
        ("办理结果", "A", "A"),
        ("办理结果", "A 已解决", "A"),
        ("办理结果", "列入计划", "C"),
        ("办理结果", "", "D"),
        ("群众评价", "基本满意", "mostly"),
        ("群众评价", "未评价", ""),
    ],
)
def test_words_and_empty_cells_have_one_meaning(column, cell, code):
    assert meaning(column, cell) == code


@pytest.mark.parametrize(
    ("column", "cell"),
    [("反映渠道", "飞鸽"), ("群众评价", "还行"), ("办理结果", "E"), ("办理结果", "已解"), ("保密", "也许")],
)
def test_an_unknown_word_is_refused_and_the_known_ones_are_named(column, cell):
    with pytest.raises(c.CellError) as caught:
        meaning(column, cell)
    assert cell in str(caught.value)
    assert next(iter(c.MEANING[column])) in str(caught.value)


@pytest.mark.parametrize("cell", ["13800138000", "13800138000.0", "0743-8222222", "+86 138 0013 8000", ""])
def test_phone_numbers_as_they_are_written(cell):
    assert not c.phone(cell).endswith(".0")


@pytest.mark.parametrize("cell", ["见附件", "138****8000", "12", "1" * 40])
def test_what_is_no_phone_number_is_refused(cell):
    with pytest.raises(c.CellError):
        c.phone(cell)


FORMER = {"来件编号": "外部编号", "反映渠道": "渠道", "主办单位": "承办单位", "群众评价": "满意度"}


def test_headers_of_former_templates_are_still_read():
    assert {name: headers.candidates(former)[0] for name, former in FORMER.items()} == {
        name: name for name in FORMER
    }
    assert all(headers.is_own(former) for former in FORMER.values())
    levels = match_header(["姓名", "代表层级", "届次", "乡镇代码*"], roll.COLUMNS)
    assert levels.spelled["人大层级"] == "代表层级"
    facts = match_header(
        ["名称", "乡镇代码", "村社区", "牌匾", "建成时间", "活动室同址", "人大办同址"], studios.COLUMNS
    )
    assert {"村（社区）", "设立日期", "人大办公室在同一处"} <= set(facts.spelled)


def test_of_two_headers_for_one_column_of_a_register_the_first_counts_and_the_other_is_named():
    matched = match_header(["姓名", "人大层级", "代表层级", "届次", "乡镇代码"], roll.COLUMNS)
    assert (matched.spelled["人大层级"], matched.unknown) == ("人大层级", ["代表层级"])
