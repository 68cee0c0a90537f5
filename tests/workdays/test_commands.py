"""The two commands, as scripts rely on them."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import translation

from workdays.models import CalendarYear

pytestmark = pytest.mark.django_db


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def path(notice, tmp_path):
    path = tmp_path / "2027.csv"
    path.write_bytes(notice().read())
    return path


def test_workdays_prints_the_date_alone():
    assert run("workdays", "2026-09-30", "5") == ("2026-10-13\n", "")
    assert run("workdays", "2026-12-11", "15") == ("2027-01-04 暂定\n", "")


@pytest.mark.parametrize("args", [("2026-02-30", "1"), ("yesterday", "1"), ("2026-01-01", "--", "-1")])
def test_workdays_refuses_what_is_no_day(args):
    with pytest.raises(CommandError):
        run("workdays", *args)


def test_import_calendar_ends_with_the_counts(path):
    by = get_user_model().objects.create(username="zhou")
    out, err = run("import_calendar", str(path), "--as", "zhou", "--now", "2026-11-25T09:00")
    assert out.splitlines()[-1] == "days 18, deadlines moved 0"
    assert err == ""
    year = CalendarYear.objects.get(pk=2027)
    assert (year.imported_by, year.source) == (by, "2027.csv")
    assert year.imported_at.isoformat() == "2026-11-25T01:00:00+00:00"
    assert run("workdays", "2026-12-11", "15") == ("2027-01-05\n", "")


def test_import_calendar_warns_of_days_off_by_law_left_out(path):
    path.write_text("date,kind\n2027-01-01,holiday\n")
    out, err = run("import_calendar", str(path))
    assert out.splitlines()[-1] == "days 1, deadlines moved 0"
    assert "2027-10-01 国庆节" in err


def test_import_calendar_says_which_rows_are_bad(path):
    path.write_text("date,kind\n2027-01-01,?\n2027-13-01,holiday\n")
    with translation.override("en"), pytest.raises(CommandError) as refused:
        run("import_calendar", str(path))
    first, second, last = str(refused.value).splitlines()
    assert first == "Row 2, kind: “?” is neither holiday (休) nor workday (班)"
    assert second == "Row 3, date: “2027-13-01” is not a date; write it as 2027-01-01"
    assert last == "Nothing was imported."
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_import_calendar_needs_a_real_file_and_a_real_account(path):
    with pytest.raises(CommandError):
        run("import_calendar", str(path.with_name("none.csv")))
    with pytest.raises(CommandError, match="nobody"):
        run("import_calendar", str(path), "--as", "nobody")
    get_user_model().objects.create(username="gone", is_active=False)
    with pytest.raises(CommandError, match="gone"):
        run("import_calendar", str(path), "--as", "gone")
