"""The copy of the calendar in memory: cheap, and never stale for long."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from workdays import calendar
from workdays.models import CalendarYear, Holiday
from workdays.seed import seed_calendar

DAY = date(2026, 6, 1)


@pytest.mark.django_db
def test_the_first_call_costs_one_query_and_the_next_thousand_none(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar.add_workdays(DAY, 15)
    with django_assert_num_queries(0):
        for n in range(1000):
            calendar.add_workdays(DAY, n)
            calendar.workdays_between(DAY, date(2030, 1, 1))


@pytest.mark.django_db
def test_a_change_made_elsewhere_is_seen_when_the_copy_is_old(monkeypatch, django_assert_num_queries):
    assert calendar.is_workday(DAY)
    Holiday.objects.create(date=DAY, is_workday=False, calendar_year_id=2026)
    assert calendar.is_workday(DAY)

    monkeypatch.setattr(calendar, "CACHE_SECONDS", 0)
    with django_assert_num_queries(1):
        assert not calendar.is_workday(DAY)


@pytest.mark.django_db
def test_forget_makes_a_change_seen_at_once():
    assert calendar.is_workday(DAY)
    Holiday.objects.create(date=DAY, is_workday=False, calendar_year_id=2026)
    calendar.forget()
    assert not calendar.is_workday(DAY)


@pytest.mark.django_db(transaction=True)
def test_no_thread_sees_what_another_has_not_committed():
    if not CalendarYear.objects.exists():  # an earlier test of this kind emptied the tables
        seed_calendar(CalendarYear, Holiday)
    seen = []

    def look():
        seen.append(calendar.is_workday(DAY))
        connection.close()

    with transaction.atomic():
        Holiday.objects.create(date=DAY, is_workday=False, calendar_year_id=2026)
        calendar.forget()
        assert not calendar.is_workday(DAY)
        if connection.vendor != "sqlite":  # an in-memory SQLite is one connection for all threads
            other = threading.Thread(target=look)
            other.start()
            other.join()
            assert seen == [True]
        transaction.set_rollback(True)
    calendar.forget()
    assert calendar.is_workday(DAY)
