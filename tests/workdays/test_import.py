"""Importing a year: wholly or not at all, replacing what was there, and moving what depends on it."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from workdays import services
from workdays.calendar import Deadline, add_workdays, is_workday
from workdays.calendar_file import CalendarFileError
from workdays.models import CalendarYear, Holiday
from workdays.services import import_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved_by(monkeypatch):
    """Registers one function that rooms above would register, and notes how it was called."""
    calls = []

    def recompute(*, year, by, now, progress):
        calls.append((year, by, now, add_workdays(date(2026, 12, 11), 15)))
        return 7

    monkeypatch.setattr(services, "after_import", [recompute, recompute])
    return calls


def test_a_provisional_deadline_becomes_final(notice):
    assert add_workdays(date(2026, 12, 11), 15) == Deadline(date(2027, 1, 4), True)
    import_calendar(file=notice(), by=None)
    assert add_workdays(date(2026, 12, 11), 15) == Deadline(date(2027, 1, 5), False)
    assert is_workday(date(2027, 1, 9))


def test_the_year_says_who_when_and_from_where(notice):
    by, now = get_user_model().objects.create(username="zhou"), timezone.now()
    imported = import_calendar(file=notice(), by=by, now=now, source="国办发明电〔2026〕7号")
    year = CalendarYear.objects.get(pk=2027)
    assert (year.published, year.imported_by, year.imported_at) == (True, by, now)
    assert year.source == "国办发明电〔2026〕7号"
    assert (imported.year, imported.days, imported.moved, imported.unnamed) == (2027, 18, 0, {})


def test_what_depends_on_it_is_moved_by_the_new_calendar(notice, moved_by):
    now = timezone.now()
    assert import_calendar(file=notice(), by=None, now=now).moved == 14
    assert moved_by == [(2027, None, now, Deadline(date(2027, 1, 5), False))] * 2


def test_importing_again_replaces_the_year_and_only_it(notice):
    others = list(Holiday.objects.values_list())
    import_calendar(file=notice(), by=None)
    import_calendar(file=notice(), by=None)
    assert Holiday.objects.filter(date__year=2027).count() == 18
    import_calendar(file=notice("date,kind\n2027-10-01,holiday\n"), by=None)
    assert list(Holiday.objects.exclude(date__year=2027).values_list()) == others
    assert Holiday.objects.get(date__year=2027).date == date(2027, 10, 1)


def test_days_off_by_law_that_the_file_leaves_out_are_told(notice):
    imported = import_calendar(file=notice("date,kind\n2027-01-01,holiday\n"), by=None)
    assert imported.unnamed[date(2027, 10, 1)] == "国庆节"
    assert date(2027, 5, 1) not in imported.unnamed  # a Saturday: not worked anyway
    assert is_workday(date(2027, 10, 1))


def test_a_bad_row_leaves_everything_as_it_was(notice, moved_by):
    before = list(Holiday.objects.values_list())
    with pytest.raises(CalendarFileError):
        import_calendar(file=notice("date,kind\n2026-01-01,workday\n2026-01-02,?\n"), by=None)
    assert list(Holiday.objects.values_list()) == before
    assert not is_workday(date(2026, 1, 1)) and moved_by == []


def test_last_december_may_be_moved_but_not_against_its_own_notice(notice):
    import_calendar(file=notice("date,kind\n2026-12-31,holiday\n2027-01-01,休\n2027-01-02,休\n"), by=None)
    assert add_workdays(date(2026, 12, 30), 1) == Deadline(date(2027, 1, 4), False)
    assert Holiday.objects.get(pk="2026-12-31").calendar_year_id == 2027

    against = "date,kind\n2026-12-31,workday\n2026-01-01,holiday\n2026-10-01,holiday\n"
    with pytest.raises(CalendarFileError) as refused:
        import_calendar(file=notice(against), by=None)
    assert [(e.row, e.column) for e in refused.value.errors] == [(2, "kind")]
    assert "2027" in str(refused.value)
    assert Holiday.objects.filter(calendar_year_id=2026).count() == 39
