"""Every total, share and median of the sheets, recomputed from nothing but what the file itself shows."""

from statistics import median

import pytest
from openpyxl import load_workbook

from opinions.models import Opinion
from tests.conftest import at
from tests.reports.conftest import an_opinion
from tests.reports.test_workbook import COUNTS, RATES, full_month, made, table  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
SHEETS = {"汇总": "乡镇街道", "主办单位": "主办单位", "类别": "类别", "反映渠道": "反映渠道"}
NEEDS = {
    "办结率": "其中已超期",
    "回访率": "办结",
    "重办率": "已反馈",
}  # before it counts anything, 0 % says nothing
UNNAMED = {"尚未交办": None, "未归类": None}


@pytest.fixture
def book(full_month, office):
    before = [an_opinion(900 + day, office.zhenxi, at(f"2026-08-{day:02d} 09:00")) for day in range(1, 8)]
    Opinion.objects.bulk_create([*before, an_opinion(999, office.qianzhou, at("2025-09-09 09:00"))])
    return load_workbook(made(office.jishou)[1], data_only=True)


def lines(book, title) -> tuple[list, dict]:
    """The rows of a sheet above its total, and the total."""
    rows = table(book[title], "乡镇代码" if title == "汇总" else title)
    end = next(n for n, row in enumerate(rows) if row[SHEETS[title]] == "合计")
    return rows[:end], rows[end]


@pytest.mark.parametrize("title", SHEETS)
def test_rows_make_the_total_and_counts_make_the_rates(book, title):
    rows, total = lines(book, title)
    compared = [name for name in total if name.startswith("上") and name.endswith("受理")]
    assert rows and compared and total["上月受理"] == 7
    for name in [*COUNTS, *compared]:
        assert total[name] == sum(row[name] for row in rows), name
    for row in [*rows, total]:
        for rate, (over, under) in RATES.items():
            share = row[over] / row[under] if row[under] else "—"
            if share == 0 and NEEDS.get(rate) and not row[NEEDS[rate]]:
                assert row[rate] == "未到期"
                continue
            assert row[rate] == (share if share == "—" else pytest.approx(share)), (row, rate)
        if "较上月增减" in row:
            assert row["较上月增减"] == row["受理"] - row["上月受理"]


@pytest.mark.parametrize("title", SHEETS)
def test_medians_are_those_of_the_days_that_stand_in_the_register(book, title):
    axis, took = SHEETS[title], {}
    for row in table(book["台账"], "编号"):
        if row["状态"] == "已办结":
            days = (row["办结时间"].date() - row["登记时间"].date()).days
            took.setdefault(row[axis], []).append(days)
            took.setdefault("合计", []).append(days)
    rows, total = lines(book, title)
    assert took
    for row in [*rows, total]:
        found = took.get(UNNAMED.get(row[axis], row[axis]))
        assert row["办结用时中位数（天）"] == (median(found) if found else None)
