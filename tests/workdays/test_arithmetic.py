"""Working days: known facts, and the whole published span against a day-by-day count."""

import io
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workdays.calendar import (
    Deadline,
    add_workdays,
    forget,
    is_published,
    is_workday,
    next_workday,
    workdays_between,
)
from workdays.models import CalendarYear
from workdays.services import import_calendar

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
# The calendar is only read, so one database set-up serves all examples.
many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def slow_add(start, days):
    """Counts one day at a time on the package the calendar was taken from."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return day


def slow_between(a, b):
    if b < a:
        return -slow_between(b, a)
    days = range(1, (b - a).days + 1)
    return sum(chinese_calendar.is_workday(a + timedelta(days=n)) for n in days)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-09-30", 1, "2026-10-08"),  # National Day week
        ("2026-09-30", 5, "2026-10-13"),  # Saturday 10 October is worked
        ("2026-09-18", 1, "2026-09-20"),  # so is Sunday 20 September
        ("2025-01-24", 1, "2025-01-26"),  # Sunday before Spring Festival 2025 is worked
        ("2025-01-24", 3, "2025-02-05"),  # … 28 January to 4 February are off
        ("2025-02-07", 1, "2025-02-08"),  # … and Saturday 8 February is worked
        ("2026-02-13", 1, "2026-02-14"),  # Saturday before Spring Festival 2026 is worked
        ("2026-02-13", 2, "2026-02-24"),  # … 15 to 23 February are off
        ("2026-02-27", 1, "2026-02-28"),  # … and Saturday 28 February is worked
        ("2018-12-28", 2, "2019-01-02"),  # a make-up day and a day off of the notice for 2019
    ],
)
def test_known_deadlines(start, days, end):
    assert add_workdays(date.fromisoformat(start), days) == Deadline(date.fromisoformat(end), False)


def test_every_seeded_day_is_what_the_state_council_published():
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [d for d in days if is_workday(d) != chinese_calendar.is_workday(d)] == []
    assert [year for year in range(2000, 2031) if is_published(year)] == list(range(2004, 2027))


@many
@given(start=st.dates(FIRST, date(2026, 9, 30)), days=st.integers(1, 60))
def test_adding_agrees_with_counting_day_by_day(start, days):
    assert add_workdays(start, days) == Deadline(slow_add(start, days), False)


@many
@given(a=st.dates(FIRST, LAST), span=st.integers(-800, 800))
def test_between_agrees_with_counting_day_by_day(a, span):
    b = min(max(a + timedelta(days=span), FIRST), LAST)
    assert workdays_between(a, b) == slow_between(a, b)


@many
@given(start=st.dates(date(1990, 1, 1), date(2100, 12, 31)), days=st.integers(1, 400))
def test_between_undoes_adding_in_any_year(start, days):
    end = add_workdays(start, days).date
    assert workdays_between(start, end) == days
    assert workdays_between(end, start) == -days
    assert is_workday(end) and end > start


def test_a_long_span_needs_no_counting_of_days():
    assert workdays_between(FIRST, LAST) == slow_between(FIRST, LAST)
    assert workdays_between(FIRST, FIRST) == 0


def test_no_days_at_all_is_today_or_the_next_working_day():
    assert add_workdays(date(2026, 9, 30), 0) == Deadline(date(2026, 9, 30), False)
    assert add_workdays(date(2026, 10, 1), 0) == Deadline(date(2026, 10, 8), False)
    assert add_workdays(date(2027, 3, 1), 0) == Deadline(date(2027, 3, 1), True)
    assert next_workday(date(2026, 9, 30)) == date(2026, 10, 8)


def test_a_deadline_is_provisional_only_if_a_counted_day_is():
    assert add_workdays(date(2026, 12, 11), 14) == Deadline(date(2026, 12, 31), False)
    assert add_workdays(date(2026, 12, 11), 15) == Deadline(date(2027, 1, 4), True)
    assert add_workdays(date(2003, 12, 31), 5).provisional is False
    assert add_workdays(date(2003, 12, 30), 5).provisional is True


def test_an_unpublished_year_keeps_the_days_off_fixed_by_law():
    off = [date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 8), date(2027, 4, 5), date(2027, 6, 9)]
    off += [date(2027, 9, 15), date(2027, 10, 1)]
    assert not any(map(is_workday, off))
    assert is_workday(date(2027, 2, 9)) and is_workday(date(2027, 10, 4))


def test_a_year_taken_back_is_provisional_again():
    CalendarYear.objects.filter(year=2026).update(published=False)
    assert add_workdays(date(2026, 6, 1), 3).provisional


def test_a_moment_is_refused_because_its_day_depends_on_the_zone():
    moment = datetime(2026, 9, 30, 17, tzinfo=UTC)
    for call in (is_workday, next_workday, lambda m: add_workdays(m, 1), lambda m: workdays_between(m, m)):
        with pytest.raises(TypeError, match="localdate"):
            call(moment)
    with pytest.raises(ValueError, match="negative"):
        add_workdays(date(2026, 9, 30), -1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    named=st.dictionaries(
        st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.booleans(), min_size=1, max_size=40
    ),
    starts=st.lists(
        st.tuples(st.dates(date(2026, 11, 1), date(2027, 11, 30)), st.integers(1, 40)), max_size=8
    ),
)
def test_an_imported_year_agrees_with_counting_day_by_day_whatever_its_notice_says(named, starts):
    def works(day):
        if day.year == 2027:
            return named.get(day, day.weekday() < 5)
        return chinese_calendar.is_workday(day)

    def slow(day, days):
        while days and day.year <= 2027:
            day += timedelta(days=1)
            days -= day.year > 2027 or works(day)
        return day

    rows = [f"{day},{'workday' if worked else 'holiday'}," for day, worked in named.items()]
    with transaction.atomic():
        import_calendar(file=io.BytesIO("\n".join(["date,kind,name", *rows]).encode()), by=None)
        for start, days in starts:
            if slow(start, days).year <= 2027:
                assert add_workdays(start, days) == Deadline(slow(start, days), False)
        transaction.set_rollback(True)
    forget()
