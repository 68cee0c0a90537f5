"""The workbook read back: its sum is made of its rows, masked, typed, and no text is a formula."""

import re
from collections import Counter
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from accounts.models import AccessRecord
from opinions.models import Opinion
from reports.definitions import periods
from reports.freezing.services import freeze
from reports.workbook import register_sheet, workbook
from reports.workbook.workbook import write_month
from studios.models import Township
from tests.conftest import at
from tests.reports.conftest import TITLES, an_opinion

pytestmark = pytest.mark.django_db
SEPTEMBER = periods.parse("2026-09")
COUNTS = [
    "登记",
    "受理",
    "办结",
    "按期办结",
    "曾超期答复",
    "未办结",
    "其中已超期",
    "已反馈",
    "已回访",
    "已评价",
    "首次评价满意",
    "最终评价满意",
    "重办",
]
KEYS = ("编号", "乡镇代码", "主办单位", "类别", "反映渠道")  # what the first column of a table is called
RATES = {
    "办结率": ("办结", "受理"),
    "按期办结率": ("按期办结", "办结"),
    "回访率": ("已回访", "已反馈"),
    "首次满意率": ("首次评价满意", "已评价"),
    "最终满意率": ("最终评价满意", "已评价"),
    "重办率": ("重办", "受理"),
}


def made(county, period=SEPTEMBER, **more):
    target = BytesIO()
    rows = write_month(target, period=period, county=county, **more)
    target.seek(0)
    return rows, target


def table(sheet, key):
    """The rows of the table whose header begins with `key`, as dicts: a header may have two rows, and what is merged
    over the width (who signs, notes) is no row."""
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    start = next(n for n, line in enumerate(lines) if line[0] == key)
    heads = lines[start]
    if any(one.min_row == start + 1 for one in sheet.merged_cells.ranges):
        start += 1
        heads = [below or above for above, below in zip(heads, lines[start], strict=True)]
    wide = {one.min_row for one in sheet.merged_cells.ranges if one.min_row > start + 1}
    rows = [line for n, line in enumerate(lines[start + 1 :], start + 2) if n not in wide]
    return [dict(zip(heads, line, strict=True)) for line in rows]


def recounted(rows):
    """The summary's counts, from nothing but what the 台账 shows."""
    counts = Counter(dict.fromkeys(COUNTS, 0))
    for row in rows:
        accepted = row["状态"] not in ("不予受理", "已合并", "已撤回")
        closed = row["状态"] == "已办结"
        counts["登记"] += 1
        counts["受理"] += accepted
        counts["办结"] += closed
        counts["按期办结"] += closed and row["超期答复"] == "否"
        counts["曾超期答复"] += closed and row["超期答复"] == "是"
        counts["未办结"] += accepted and not closed
        counts["其中已超期"] += row["当前已超期"] == "是"
        counts["已反馈"] += accepted and (row["反馈时间"] is not None or row["轮次"] > 1)
        counts["已回访"] += accepted and row["回访时间"] is not None
        counts["已评价"] += accepted and row["首次评价"] is not None
        counts["首次评价满意"] += accepted and row["首次评价"] in ("满意", "基本满意")
        counts["最终评价满意"] += accepted and row["最终评价"] in ("满意", "基本满意")
        counts["重办"] += accepted and row["轮次"] > 1
    return counts


@pytest.fixture
def full_month(spread, office):
    """Some hundred opinions of every state, all of them of one month."""
    spread(240, seed=3)
    start = at("2026-09-01 00:00")
    for n, opinion in enumerate(Opinion.objects.order_by("pk")):
        moment = start.replace(day=n % 30 + 1, hour=n % 24, minute=59)
        Opinion.objects.filter(pk=opinion.pk).update(registered_at=moment)


def test_every_total_is_made_of_the_rows(full_month, office):
    rows, file = made(office.jishou)
    book = load_workbook(file, data_only=True)
    register = table(book["台账"], "编号")
    assert rows == len(register) == Opinion.objects.filter(county=office.jishou).count() > 50
    summary = {row["乡镇街道"]: row for row in table(book["汇总"], "乡镇代码")}
    for name in ("乾州街道", "镇溪街道"):
        expected = recounted(row for row in register if row["乡镇街道"] == name)
        assert {count: summary[name][count] for count in COUNTS} == expected
    total = summary["合计"]
    assert {count: total[count] for count in COUNTS} == recounted(register)
    for rate, (over, under) in RATES.items():
        assert total[rate] == pytest.approx(total[over] / total[under]), rate


def test_rows_are_read_in_slices_and_each_stands_there_once(office, monkeypatch):
    """Also those registered in the same moment on both sides of a slice's edge; the progress is told on the way."""
    monkeypatch.setattr(register_sheet, "SLICE", 4)
    monkeypatch.setattr(workbook, "EVERY", 5)
    moments = [at(f"2026-09-{day:02d} 09:00") for day in (9, 1, 5, 5, 5, 5, 5, 5, 5, 2, 30)]
    Opinion.objects.bulk_create(an_opinion(n, office.qianzhou, one) for n, one in enumerate(moments, start=1))
    seen = []
    rows, file = made(office.jishou, progress=lambda *told: seen.append(told))
    register = table(load_workbook(file, data_only=True)["台账"], "编号")
    assert rows == len({row["编号"] for row in register}) == len(register) == 11
    assert [row["登记时间"] for row in register] == sorted(row["登记时间"] for row in register)
    assert seen == [(5, 11), (10, 11), (11, 11)]


def test_the_workbook_the_page_and_the_list_say_the_same(full_month, client, cast, office):
    client.force_login(cast.official)
    page = client.get(reverse("reports:month", args=["2026-09"]), {"county": "433101"})
    _rows, file = made(office.jishou, by=cast.official)
    total = next(
        row
        for row in table(load_workbook(file, data_only=True)["汇总"], "乡镇代码")
        if row["乡镇街道"] == "合计"
    )
    shown = {cell.code: cell.value for cell in page.context["total"]}
    assert [shown[code] for code in ("accepted", "on_time", "late", "open")] == [
        total[name] for name in ("受理", "按期办结", "曾超期答复", "未办结")
    ]
    assert shown["closed_rate"].share == pytest.approx(total["办结率"])
    found = client.get(page.context["register_url"])
    assert found.context["page"].paginator.count == total["登记"]


def test_no_text_is_a_formula(office):
    Opinion.objects.bulk_create(
        an_opinion(
            n, office.qianzhou, at(f"2026-09-{n:02d} 09:00"), title=title, answer=title, citizen_name="=1+1"
        )
        for n, title in enumerate(TITLES, start=1)
    )
    _rows, file = made(office.jishou)
    sheet = load_workbook(file, data_only=True)["台账"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    titles = [row["标题"] for row in table(sheet, "编号")]
    assert titles[1:6] == TITLES[1:6]
    file.seek(0)
    values = CalamineWorkbook.from_filelike(file).get_sheet_by_name("台账").to_python()
    assert '=HYPERLINK("http://x","点")' in values[6]


def test_the_citizen_stays_masked_everywhere(office):
    secret = {"keep_secret": True, "citizen_name": "彭大山", "citizen_phone": "13911112222"}
    Opinion.objects.bulk_create(
        [
            an_opinion(
                1,
                office.qianzhou,
                at("2026-09-03 09:00"),
                citizen_name="田小花",
                citizen_phone="13800138000",
                title="田小花反映公交不进站 13800138000",
                answer="已电话告知田小花，身份证433101199001011234已核对",
            ),
            an_opinion(2, office.qianzhou, at("2026-09-04 09:00"), title="彭大山家门口积水", **secret),
        ]
    )
    _rows, file = made(office.jishou)
    words = " ".join(
        str(v) for row in load_workbook(file, data_only=True)["台账"].iter_rows(values_only=True) for v in row
    )
    assert not re.search("田小花|彭大山|13800138000|13911112222|199001011234", words)
    first, second = table(load_workbook(file, data_only=True)["台账"], "编号")
    assert (first["姓名"], first["电话"]) == ("田**", "138****8000")
    assert (second["姓名"], second["电话"]) == ("保密", None)


def test_numbers_are_numbers_and_dates_are_dates(full_month, office):
    _rows, file = made(office.jishou)
    book = load_workbook(file, data_only=True)
    for row in table(book["台账"], "编号"):
        assert isinstance(row["登记时间"], datetime)
        assert isinstance(row["轮次"], int)
        assert isinstance(row["答复时间"], datetime | None)
        assert isinstance(row["当前期限"], date | None)
    for row in table(book["汇总"], "乡镇代码")[:3]:
        assert all(isinstance(row[name], int) for name in COUNTS)
        assert all(isinstance(row[name], int | float) or row[name] == "—" for name in RATES)


def test_the_sheets_are_ready_to_filter_and_to_print(full_month, office):
    _rows, file = made(office.jishou)
    for sheet in load_workbook(file, data_only=True):
        if sheet.title == "图表":
            continue
        header = next(n for n, row in enumerate(sheet.iter_rows(values_only=True), 1) if row[0] in KEYS)
        last = header + (f"A{header}:A{header + 1}" in [str(one) for one in sheet.merged_cells.ranges])
        assert sheet.freeze_panes.endswith(str(last + 1))
        assert (sheet.auto_filter.ref or "").startswith(f"A{header}:") == (sheet.title in ("督办", "台账"))
        assert sheet.print_title_rows == f"${header}:${last}"
        paper = 8 if sheet.title in ("汇总", "主办单位", "类别", "反映渠道", "台账") else 9
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", paper)


def test_the_first_sheet_says_what_it_is(office, cast):
    _rows, file = made(office.jishou, by=cast.official)
    book = load_workbook(file, data_only=True)
    assert book.sheetnames == [
        "汇总",
        "主办单位",
        "类别",
        "反映渠道",
        "单位分渠道",
        "办理结果",
        "工作室与五有",
        "代表活动",
        "督办",
        "台账",
        "图表",
    ]
    words = "\n".join(
        str(v) for row in book["汇总"].iter_rows(values_only=True) for v in row if v is not None
    )
    for part in [
        "吉首市2026年9月",
        "2026年9月1日",
        "2026年9月30日",
        "麻主任",
        "未冻结",
        "办结 ÷ 受理",
        "指标口径",
    ]:
        assert part in words


def broken_down(rows, axis):
    """The sheet's counts by another column, from nothing but what the 台账 shows."""
    return {name: recounted(row for row in rows if row[axis] == name) for name in {row[axis] for row in rows}}


@pytest.mark.parametrize("axis", ["主办单位", "类别", "反映渠道"])
def test_the_other_sheets_are_made_of_the_rows_too(full_month, office, axis):
    _rows, file = made(office.jishou)
    book = load_workbook(file, data_only=True)
    expected = broken_down(table(book["台账"], "编号"), axis)
    expected["合计"] = recounted(table(book["台账"], "编号"))
    named = {"尚未交办": None, "未归类": None}
    found = {named.get(row[axis], row[axis]): row for row in table(book[axis], axis)}
    assert {key: {name: row[name] for name in COUNTS} for key, row in found.items()} == expected


def test_a_frozen_months_sheets_say_what_was_frozen_and_what_changed(full_month, cast, office):
    """Every total of the frozen sheets is made of the 台账's column of what was counted then; with the adjustments it
    is what the same rows say today."""
    freeze(county=office.jishou, month=SEPTEMBER, by=cast.official)
    moved = Opinion.objects.filter(county=office.jishou, status__in=["closed", "handling"])
    moved.update(status="declined", channel="letter", version=7)
    late = an_opinion(950, office.zhenxi, at("2026-09-30 23:00"))
    Opinion.objects.bulk_create([late])
    rows, file = made(office.jishou, by=cast.official)
    book = load_workbook(file, data_only=True)
    register = table(book["台账"], "编号")
    assert rows == len(register)
    then = [(row["冻结时计入"] or "").split("、") for row in register]
    names = {"其中已超期": "已超期", "登记": "登记", "首次评价满意": "首次评价满意"}
    summary = {row["乡镇街道"]: row for row in table(book["汇总"], "乡镇代码")}
    for name in COUNTS:
        counted = sum(names.get(name, name) in words for words in then)
        assert summary["合计"][name] == counted, name
        assert summary["冻结后调整"][name] + counted == summary["目前实况"][name]
    assert {name: summary["目前实况"][name] for name in COUNTS} == recounted(register)
    for axis in ("主办单位", "类别", "反映渠道"):
        total = next(row for row in table(book[axis], axis) if row[axis] == "合计")
        assert {name: total[name] for name in COUNTS} == {name: summary["合计"][name] for name in COUNTS}
    changed = {row["编号"]: row["冻结后变化"] for row in register}
    assert changed[late.number] == "冻结后登记"
    assert sum(bool(words) for words in changed.values()) > 20
    assert "麻主任" in book["汇总"]["A2"].value and "冻结" in book["汇总"]["A2"].value


@pytest.mark.parametrize(("code", "rows"), [("2026-Q3", 3), ("2026", 4)])
def test_a_quarter_and_a_year_by_the_same_code(office, code, rows):
    moments = [
        "2026-07-01 00:00",
        "2026-08-15 12:00",
        "2026-09-30 23:59",
        "2026-01-01 00:00",
        "2025-08-01 00:00",
    ]
    Opinion.objects.bulk_create(
        an_opinion(n, office.qianzhou, at(moment)) for n, moment in enumerate(moments, start=1)
    )
    freeze(county=office.jishou, month=periods.parse("2026-08"), by=None)
    written, file = made(office.jishou, period=periods.parse(code))
    total = next(
        row
        for row in table(load_workbook(file, data_only=True)["汇总"], "乡镇代码")
        if row["乡镇街道"] == "合计"
    )
    assert (written, total["登记"]) == (rows, rows)
    assert [total[name] for name in total if re.match("上.*受理", name)] == ([0, 1] if "Q" in code else [1])


def test_the_month_before_and_a_year_before_stand_beside_it(office):
    moments = [
        "2026-01-31 23:59",
        "2025-12-01 00:00",
        "2025-12-31 23:59",
        "2025-01-15 12:00",
        "2026-02-01 00:00",
    ]
    Opinion.objects.bulk_create(
        an_opinion(n, office.qianzhou, at(moment)) for n, moment in enumerate(moments, start=1)
    )
    _rows, file = made(office.jishou, period=periods.parse("2026-01"))
    rows = {row["乡镇街道"]: row for row in table(load_workbook(file, data_only=True)["汇总"], "乡镇代码")}
    assert (rows["乾州街道"]["受理"], rows["乾州街道"]["上月受理"], rows["乾州街道"]["上年同月受理"]) == (
        1,
        2,
        1,
    )
    assert rows["上月（2025年12月）"]["受理"] == 2
    assert rows["上年同月（2025年1月）"]["受理"] == 1
    rows_of_december, _file = made(office.jishou, period=periods.parse("2025-12"))
    assert rows_of_december == 2


def test_an_hour_before_midnight_belongs_to_the_month(office):
    late = an_opinion(1, office.qianzhou, at("2026-09-30 23:30"))
    Opinion.objects.bulk_create([late, an_opinion(2, office.qianzhou, at("2026-10-01 00:00"))])
    rows, file = made(office.jishou)
    (row,) = table(load_workbook(file, data_only=True)["台账"], "编号")
    assert (rows, row["编号"], row["登记时间"]) == (1, late.number, datetime(2026, 9, 30, 23, 30))


def test_a_month_without_opinions_is_a_table_of_zeros(office):
    rows, file = made(office.jishou)
    book = load_workbook(file, data_only=True)
    assert rows == 0
    assert table(book["台账"], "编号") == []
    total = next(row for row in table(book["汇总"], "乡镇代码") if row["乡镇街道"] == "合计")
    assert {total[name] for name in COUNTS} == {0}
    assert {total[name] for name in RATES} == {"—"}


def test_other_units_are_named_when_they_have_records(office):
    farm = Township.objects.create(
        code="433101400", county=office.jishou, name="军亭界林场", kind="other", counted=False
    )
    _rows, file = made(office.jishou)
    assert "林场" not in str(table(load_workbook(file, data_only=True)["汇总"], "乡镇代码"))
    Opinion.objects.bulk_create([an_opinion(1, farm, at("2026-09-05 09:00"))])
    _rows, file = made(office.jishou)
    rows = table(load_workbook(file, data_only=True)["汇总"], "乡镇代码")
    assert rows[2]["乡镇街道"].startswith("军亭界林场（")
    assert rows[3]["登记"] == rows[2]["登记"] == 1


def test_the_workbook_is_in_the_offices_language_whoever_asks(office, client, cast):
    Opinion.objects.bulk_create([an_opinion(1, office.qianzhou, at("2026-09-05 09:00"))])
    client.force_login(cast.official)
    client.post(reverse("set_language"), {"language": "en"})
    got = client.get(reverse("reports:workbook", args=["2026-09"]), {"county": "433101"})
    book = load_workbook(BytesIO(b"".join(got.streaming_content)))
    assert table(book["台账"], "编号")[0]["反映渠道"] == "电话"
    assert "2026年9月" in book["汇总"]["A1"].value


def test_the_cost_in_queries_does_not_grow(spread, office, django_assert_max_num_queries):
    spread(200)
    with django_assert_max_num_queries(29):  # the calendar among them, where nobody has asked for it yet
        made(office.jishou, period=periods.this_month())


class TestExportMonth:
    def test_writes_the_file_and_says_how_many(self, full_month, office, tmp_path):
        out, said = tmp_path / "m.xlsx", StringIO()
        call_command("export_month", "2026-09", county="433101", out=str(out), stdout=said)
        rows = len(table(load_workbook(out, data_only=True)["台账"], "编号"))
        assert str(rows) in said.getvalue()
        record = AccessRecord.objects.get(action="exported")
        assert (record.details["rows"], record.area_code, record.username) == (rows, "433101", "export_month")
        assert [p.name for p in tmp_path.iterdir()] == ["m.xlsx"]

    def test_what_is_overdue_then_can_be_tried_out(self, office, tmp_path):
        Opinion.objects.bulk_create([an_opinion(1, office.qianzhou, at("2026-09-05 09:00"))])
        late = []
        for now in ("2026-09-06T09:00", "2026-12-06T09:00"):
            out = tmp_path / f"{now[:7]}.xlsx"
            call_command("export_month", "2026-09", county="433101", out=str(out), now=now, stdout=StringIO())
            book = load_workbook(out, data_only=True)
            late.append(table(book["台账"], "编号")[0]["当前已超期"])
            assert f"{now[:4]}年{int(now[5:7])}月{int(now[8:10])}日" in book["汇总"]["A2"].value
        assert late == ["否", "是"]

    @pytest.mark.parametrize(
        ("month", "county"), [("2026-13", "433101"), ("x", "433101"), ("2026-09", "433199")]
    )
    def test_refuses_what_does_not_exist(self, office, tmp_path, month, county):
        with pytest.raises(CommandError):
            call_command("export_month", month, county=county, out=str(tmp_path / "m.xlsx"))
        assert not list(tmp_path.iterdir())

    def test_says_when_it_cannot_write(self, office, tmp_path):
        with pytest.raises(CommandError):
            call_command("export_month", "2026-09", county="433101", out=str(tmp_path / "no" / "m.xlsx"))
