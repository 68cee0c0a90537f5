"""A calendar file for 2027, and a calendar read anew for each test."""

import io

import pytest

from workdays import calendar

# A plausible 2027, made up for the tests: the real one is the State Council's to publish.
NOTICE_2027 = """date,kind,name
2027-01-01,holiday,元旦
2027-01-02,holiday,元旦
2027-01-03,holiday,元旦
2027-01-04,holiday,元旦
2027-01-09,workday,元旦调休上班
2027-02-05,holiday,春节
2027-02-06,holiday,春节
2027-02-07,holiday,春节
2027-02-08,holiday,春节
2027-04-05,holiday,清明节
2027-05-01,holiday,劳动节
2027-05-02,holiday,劳动节
2027-05-03,holiday,劳动节
2027-06-09,holiday,端午节
2027-09-15,holiday,中秋节
2027-10-01,holiday,国庆节
2027-10-02,holiday,国庆节
2027-10-03,holiday,国庆节
"""


@pytest.fixture(autouse=True)
def calendar_read_anew():
    # A test's rows are rolled back, which the copy in memory cannot notice.
    calendar.forget()
    yield
    calendar.forget()


@pytest.fixture
def notice():
    """Makes the binary file an office would hand in."""

    def make(text=NOTICE_2027, encoding="utf-8"):
        return io.BytesIO(text.encode(encoding))

    return make
