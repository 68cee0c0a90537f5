"""The annual record of a deputy: page, Word, Excel say the same, and nobody's number stands in it."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from accounts.models import AccessRecord
from deputies.activities import services
from opinions.workflow.register import register
from reports.deputies.annual_record import record_of
from tests.conftest import at
from tests.deputies.conftest import shift, team  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at("2026-12-31 10:00"), tick=False):
        yield


@pytest.fixture
def year(cast, office, shift, team):
    by = {"by": cast.clerk}
    noted = {"people_met": 30, "present": [team.yang], "at": at("2026-12-30 17:00"), "summary": "=当场答复"}
    activity = services.hold(shift(date(2026, 12, 1)).pk, **by, **noted)
    services.hold(shift(date(2026, 12, 2), kind="visit", room="").pk, **by, **noted | {"present": []})
    services.excuse(shift(date(2026, 12, 3)).pk, **by, deputy=team.yang, reason="住院")
    facts = {"township": office.qianzhou, "channel": "reception", "body": "不亮", "deputy": team.yang}
    told = {
        "citizen_name": "石头",
        "keep_secret": True,
        "title": "石头家路灯 13812345678",
        "activity": activity,
    }
    register(**by, **facts, **told, at=at("2026-12-01 10:00"))
    register(**by, **facts, title="去年的事", at=at("2025-12-01 10:00"))
    return team.yang


def test_what_was_done_is_counted_from_the_records(year, cast):
    record = record_of(year, 2026, by=cast.official, today=date(2026, 12, 31))
    assert (record.work["called"], record.work["present"], record.work["leave"]) == (2, 1, 1)
    assert (record.work["people"], record.work["reception"], record.work["visit"]) == (30, 1, 0)
    assert record.handled["all"] == 1 and len(record.taken_part) == 3


def body(response):
    return BytesIO(b"".join(response.streaming_content))


def test_page_word_and_excel_say_the_same(year, client, cast):
    client.force_login(cast.official)
    page = client.get(reverse("reports:deputy_record", args=[year.pk, 2026])).content.decode()
    word = Document(body(client.get(reverse("reports:deputy_record_docx", args=[year.pk, 2026]))))
    book = load_workbook(body(client.get(reverse("reports:deputy_record_xlsx", args=[year.pk, 2026]))))
    in_word = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    in_excel = "\n".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
    )
    for said in ("杨代表", "=当场答复", "住院", "433101-2026-000001", "乾州代表工作室"):
        assert said in page and said in in_word and said in in_excel, said
    for hidden in ("石头", "13812345678", "去年的事"):
        assert hidden not in page and hidden not in in_word and hidden not in in_excel, hidden
    figures = dict(row[:2] for row in book.worksheets[0].iter_rows(values_only=True) if row[1] is not None)
    assert figures["接待（走访）人次"] == 30 and figures["实际参加"] == 1
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert AccessRecord.objects.filter(action="exported", by=cast.official).count() == 2


def test_a_deputy_reads_their_own_and_nobody_elses(year, client, cast, team):
    client.force_login(cast.deputy)
    assert client.get(reverse("reports:deputy_record", args=[year.pk, 2026])).status_code == 200
    assert client.get(reverse("reports:deputy_record", args=[team.shi.pk, 2026])).status_code == 403
    assert client.get(reverse("reports:deputy_record", args=[year.pk, 2090])).status_code == 404
