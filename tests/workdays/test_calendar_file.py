"""A calendar file: what is read, and what is said of each bad row."""

import io
from datetime import date

import pytest
from django.utils import translation

from workdays.calendar_file import CalendarFileError, read_calendar


def problems(notice, text, encoding="utf-8"):
    with translation.override("en"), pytest.raises(CalendarFileError) as refused:
        read_calendar(notice(text, encoding))
    return [(error.row, error.column, error.reason) for error in refused.value.errors]


def test_a_year_is_read(notice):
    read = read_calendar(notice())
    assert (read.year, len(read.days)) == (2027, 18)
    assert [d.date for d in read.days if d.is_workday] == [date(2027, 1, 9)]
    assert read.days[0].name == "元旦"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_chinese_excel_saves_is_read(notice, encoding):
    text = "名称,日期,类型\r\n国庆节,2027/10/1,休\r\n,,\r\n国庆节调休,2027-10-09,班\r\n"
    read = read_calendar(notice(text, encoding))
    assert [(d.row, d.date, d.is_workday, d.name) for d in read.days] == [
        (2, date(2027, 10, 1), False, "国庆节"),
        (4, date(2027, 10, 9), True, "国庆节调休"),
    ]


def test_the_name_may_be_left_out_and_last_december_moved(notice):
    read = read_calendar(notice("date,kind\n2026-12-31,holiday\n2027-01-01,HOLIDAY\n2027-01-02,holiday\n"))
    assert (read.year, len(read.days)) == (2027, 3)


def test_every_bad_row_is_named(notice):
    text = (
        "date,kind,name\n2027-01-01,holiday,元旦\n2027-02-30,holiday,春节\n2027-02-06,off,春节\n"
        "2027-01-01,workday,元旦\n2026-11-30,holiday,x\n2028-01-01,holiday,x\n"
        f"2027-05-01,holiday,{'长' * 51}\n2027-10-01,holiday,国庆节\n"
    )
    assert problems(notice, text) == [
        (3, "date", "“2027-02-30” is not a date; write it as 2027-01-01"),
        (4, "kind", "“off” is neither holiday (休) nor workday (班)"),
        (5, "date", "the day is already in row 2"),
        (6, "date", "not a day of 2027, the year of the other rows"),
        (7, "date", "not a day of 2027, the year of the other rows"),
        (8, "name", "longer than 50 characters"),
    ]


def test_a_wrong_header_is_refused_by_name(notice):
    assert problems(notice, "date,type,date\n2027-01-01,holiday,元旦\n") == [
        (1, "type", "unknown column"),
        (1, "date", "the column is missing or there twice"),
        (1, "kind", "the column is missing or there twice"),
    ]


@pytest.mark.parametrize("text", ["date,kind,name\n", "date,kind,name\n,,\n"])
def test_a_file_without_days_is_refused(notice, text):
    assert problems(notice, text) == [(2, "date", "the file holds no days")]


def test_no_year_far_away_is_taken(notice):
    assert problems(notice, "date,kind\n1989-10-01,holiday\n") == [
        (2, "date", "only calendars of 1990 to 2100 are kept")
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04\xff\xff\x00\x81",
        b'date,kind\n"2027-01-01,holiday\n',
        b"x" * 300_000,
        b"date,kind,name\n2027-01-01,holiday,a\0b\n",
    ],
)
def test_anything_else_is_refused_and_does_not_crash(content):
    with pytest.raises(CalendarFileError) as refused:
        read_calendar(io.BytesIO(content))
    assert refused.value.errors[0].row == 1
