"""The days off by law, for years nobody has published: checked where the published years let us."""

from collections import Counter
from datetime import date

import chinese_calendar
import pytest

from workdays.statutory import statutory_days


@pytest.mark.parametrize("year", range(2008, 2027))
def test_the_festivals_were_days_off_in_every_published_year(year):
    days = statutory_days(year)
    eve = min(day for day, name in days.items() if name == "春节")
    new_in_2025 = {eve, date(year, 5, 2)} if year < 2025 else set()
    worked = {day for day in days if chinese_calendar.is_workday(day)}
    assert worked <= new_in_2025


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2100])
def test_the_law_gives_thirteen_days(year):
    assert Counter(statutory_days(year).values()) == {
        "元旦": 1,
        "春节": 4,
        "清明节": 1,
        "劳动节": 2,
        "端午节": 1,
        "中秋节": 1,
        "国庆节": 3,
    }


def test_two_festivals_on_one_day_are_one_day():
    assert statutory_days(2031)[date(2031, 10, 1)] == "国庆节"  # 中秋 as well
    assert len(statutory_days(2031)) == 12


def test_outside_the_table_the_fixed_dates_remain():
    assert len(statutory_days(1949)) == len(statutory_days(2101)) == 6
