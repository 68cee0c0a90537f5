"""The year's page: every day is what the calendar says, and an unpublished year says so."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workdays.calendar import is_workday, years_to_import
from workdays.models import CalendarYear
from workdays.services import import_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="staff", name="职工"))
    return lambda year="": client.get(f"/calendar/{f'{year}/' if year else ''}")


def days(page) -> dict:
    months = page.context["months"]
    return {day.date: day.kind for month in months for week in month["weeks"] for day in week if day}


@pytest.mark.parametrize("year", [2004, 2025, 2026, 2027])
def test_every_day_of_the_year_is_what_the_arithmetic_counts_by(look, year):
    page = look(year)
    shown = days(page)
    assert len(shown) == 366 if year % 4 == 0 else 365
    assert {day: kind in ("work", "makeup") for day, kind in shown.items()} == {
        d: is_workday(d) for d in shown
    }
    assert page.context["workdays"] == sum(map(is_workday, shown))


def test_spring_festival_and_its_make_up_days(look):
    shown = days(look(2026))
    assert (shown[date(2026, 2, 14)], shown[date(2026, 2, 28)]) == ("makeup", "makeup")
    assert {shown[date(2026, 2, day)] for day in range(15, 24)} == {"holiday"}
    shown = days(look(2025))
    assert (shown[date(2025, 1, 26)], shown[date(2025, 2, 8)]) == ("makeup", "makeup")


def test_published_or_provisional(look, notice):
    page = look(2026).text
    assert (
        "已公布" in page
        and "国务院办公厅历年放假通知（随系统安装）" in page
        and "chinesecalendar" not in page
    )
    page = look(2027)
    assert "暂定" in page.text and "春节" in page.text
    import_calendar(file=notice(), by=None)
    page = look(2027)
    assert "已公布" in page.text and "元旦调休上班" in page.text
    assert days(page)[date(2027, 1, 9)] == "makeup"


def test_this_year_and_the_neighbours(look):
    assert look().context["year"] == date.today().year
    assert look(1990).context["before"] is None and look(2100).context["after"] is None
    assert look(1989).status_code == look(2101).status_code == 404


def test_few_queries_for_any_year(look):
    def asked(year):
        with CaptureQueriesContext(connection) as captured:
            look(year)
        return len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]])

    look(2026)
    assert asked(2026) <= 7 and asked(2027) <= asked(2026)


def test_which_years_an_administrator_is_asked_for():
    assert years_to_import(date(2026, 10, 31)) == []
    assert years_to_import(date(2026, 11, 1)) == [2027]
    assert years_to_import(date(2027, 1, 1)) == [2027]
    CalendarYear.objects.create(year=2027, published=True)
    from workdays import calendar

    calendar.forget()
    assert years_to_import(date(2026, 12, 31)) == []
