"""The words of offices: which headers are recognised or offered, and what the words in the columns mean. The real ones,
as seen, are in ../shared/field; those that an office is sure to have are here."""

import csv

import pytest

from opinions.importing import columns as c
from opinions.importing.survey import ColumnFound, propose
from opinions.importing.vocabulary.headers import NOTE, OUT, candidates
from opinions.importing.vocabulary.meaning import AskedWord, meaning
from tests.availability import ROOT

FIELD = ROOT.parent / "shared" / "field"
real = pytest.mark.skipif(
    not FIELD.is_dir(), reason="no words of offices beside this checkout (../shared/field)"
)
FIELDS = {
    "外部编号": "来件编号",
    "登记时间": "登记时间",
    "乡镇代码": "乡镇代码",
    "标题": "标题",
    "内容": "内容",
    "渠道": "反映渠道",
    "事项类型": "事项类型",
    "类别": "类别",
    "姓名": "姓名",
    "电话": "电话",
    "保密": "保密",
    "承办单位": "主办单位",
    "答复内容": "答复内容",
    "答复时间": "答复时间",
    "办理结果": "办理结果",
    "满意度": "群众评价",
}


def rows_of(name):
    with (FIELD / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


@real
def test_of_the_real_headers_of_our_fields_95_in_100_are_recognised_or_offered():
    ours = [(FIELDS[row[0]], row[1]) for row in rows_of("aliases.csv") if row[0] in FIELDS]
    found = [header for column, header in ours if column in candidates(header)]
    assert len(ours) > 400
    assert len(found) >= 0.95 * len(ours), sorted({header for column, header in ours} - set(found))


@real
def test_every_real_word_is_mapped_asked_or_refused_as_its_row_says():
    codes = {"(empty)": "", "是": True, "否": False}
    wrong = []
    for field, word, code, *_rest in rows_of("values.csv"):
        if field not in ("渠道", "事项类型", "保密", "办理结果", "满意度"):
            continue
        try:
            got, asked = [meaning(FIELDS[field], word, header=field)], False
        except AskedWord as error:
            got, asked = list(error.suggested), True
        right = asked if code == "?" else codes.get(code, code) in got
        if not right:
            wrong.append((field, word, code, asked, got))
    assert not wrong


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("姓 名", "姓名"),
        ("电话（手机）", "电话"),
        ("登记\n时间", "登记时间"),
        ("*标题", "标题"),
        ("内容（必填）", "内容"),
        ("承办单位：", "主办单位"),
        ("\u200b反映人", "姓名"),
        ("12345受理时间", "登记时间"),
        ("序号", OUT),
        ("备注", NOTE),
        ("身份证号", OUT),
    ],
)
def test_a_header_is_recognised_however_it_is_written(header, meant):
    assert candidates(header)[0] == meant


@pytest.mark.parametrize(
    ("column", "word", "code"),
    [
        ("反映渠道", "工作室接待", "reception"),
        ("反映渠道", "12345或信访转来", "transferred"),
        ("反映渠道", "0001 来信", "letter"),
        ("反映渠道", "微信", "web"),
        ("事项类型", "求助类", "help"),
        ("事项类型", "举报", "complaint"),
        ("办理结果", "Ａ类", "A"),
        ("办理结果", "a：已解决", "A"),
        ("群众评价", "双满意", "satisfied"),
        ("群众评价", "满意（80–100）", "satisfied"),
        ("群众评价", "未回访", ""),
        ("保密", "√", True),
    ],
)
def test_words_of_offices_and_of_the_register_itself_are_understood(column, word, code):
    assert meaning(column, word) == code


def test_a_false_friend_is_asked_about_under_a_header_of_others_and_not_under_our_own():
    assert meaning("反映渠道", "走访", header="反映渠道") == "visit"
    with pytest.raises(AskedWord) as asked:
        meaning("反映渠道", "走访", header="信访形式")
    assert asked.value.suggested == ("reception", "visit")


def test_what_a_person_decided_about_a_word_holds():
    assert meaning("反映渠道", "飞鸽", {"飞鸽": "letter"}) == "letter"
    assert meaning("群众评价", "还行", {"还行": "-"}) == ""


def test_a_column_of_results_that_holds_free_text_is_taken_for_the_answer_and_asked_about():
    column = ColumnFound("处理结果", ["已于四月装好雨棚", "已修复"])
    result = ColumnFound("办理结果", ["已协调交通局于三月前完成修复工作", "已回复群众并做好解释工作等"])
    propose([result], {})
    assert (result.target, result.asked) == (c.ANSWER, True)
    propose([column, ColumnFound("是否解决", ["是", "否"])], {})
    assert column.target == c.ANSWER


def test_two_headers_are_never_one_column_and_the_second_is_kept_as_a_note():
    columns = [ColumnFound("受理时间", ["2026-03-05"]), ColumnFound("登记时间", ["2026-03-05"])]
    propose(columns, {})
    assert [column.target for column in columns] == [NOTE, c.REGISTERED_AT]


def test_what_was_chosen_for_a_header_before_is_chosen_again():
    column = ColumnFound("群众呼声", ["路灯不亮"])
    propose([column], {"群众呼声": c.BODY})
    assert (column.target, column.asked) == (c.BODY, False)
