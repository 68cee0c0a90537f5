"""Months, quarters and years by the office's clock."""

from datetime import date

import pytest

from opinions.models import Opinion
from reports.definitions import periods
from tests.conftest import at
from tests.reports.conftest import an_opinion


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("all", None, None),
    ],
)
def test_a_code_says_first_and_last_day(code, first, last):
    period = periods.parse(code)
    assert (period.code, period.first, period.last) == (code, first, last)


@pytest.mark.parametrize(
    "code", ["", None, "2026-13", "2026-9", "2026-Q5", "26-09", "2026-09-01", "٢٠٢٦", "1999", "x"]
)
def test_anything_else_is_no_period(code):
    assert periods.parse(code) is None
    assert periods.parse_month(code) is None


def test_a_quarter_is_no_month():
    assert periods.parse_month("2026-Q1") is None
    assert periods.parse_month("2026") is None


@pytest.mark.parametrize(
    ("code", "previous", "following", "year_before"),
    [
        ("2026-01", "2025-12", "2026-02", "2025-01"),
        ("2026-12", "2026-11", "2027-01", "2025-12"),
        ("2024-02", "2024-01", "2024-03", "2023-02"),
        ("2026-Q1", "2025-Q4", "2026-Q2", "2025-Q1"),
        ("2026", "2025", "2027", "2025"),
    ],
)
def test_neighbours(code, previous, following, year_before):
    period = periods.parse(code)
    assert [p.code for p in (period.previous, period.next, period.year_before)] == [
        previous,
        following,
        year_before,
    ]


def test_thirteen_months_end_with_the_one_given():
    months = periods.months_until(periods.parse("2026-02"))
    assert (len(months), months[0].code, months[-1].code) == (13, "2025-02", "2026-02")


def test_all_time_has_no_neighbours():
    period = periods.parse("all")
    assert not period.previous and not period.next and period.parameters == {}


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2026-09-30 23:30", "2026-09"),  # 15:30 of the same day in UTC
        ("2026-10-01 00:00", "2026-10"),  # still 30 September in UTC
        ("2026-10-01 07:59", "2026-10"),
        ("2026-12-31 23:59", "2026-12"),
        ("2027-01-01 00:00", "2027-01"),
    ],
)
def test_a_month_ends_at_the_offices_midnight(office, moment, month):
    Opinion.objects.bulk_create([an_opinion(1, office.qianzhou, at(moment))])
    for code in ["2026-08", "2026-09", "2026-10", "2026-12", "2027-01"]:
        assert Opinion.objects.filter(periods.parse(code).registered).count() == (code == month), code
