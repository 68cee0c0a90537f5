"""Personal data leaves only with the right, against a reason, logged, and marked on every sheet (ADR 0031)."""

from io import BytesIO

import pytest
from django.db import IntegrityError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessRecord
from opinions.models import Opinion
from reports.workbook import unmasked
from studios.models import Membership, Role
from tests.conftest import at, person
from tests.reports.conftest import an_opinion

pytestmark = pytest.mark.django_db
PAGE = "/reports/2026-09/unmasked/"
ASKED = {"county": "433101", "reason": "专班回访 & 核对"}


@pytest.fixture
def told(office):
    day, place = at("2026-09-02 09:00"), office.qianzhou
    them = {"citizen_name": "田小花", "citizen_phone": "13800138000", "title": "田小花 13800138000"}
    secret = them | {"citizen_name": "彭大山", "citizen_phone": "13911112222", "title": "彭大山家积水"}
    Opinion.objects.bulk_create(
        [an_opinion(1, place, day, **them), an_opinion(2, place, day, keep_secret=True, **secret)]
    )


@pytest.fixture
def trusted(cast, office):
    return person("trusted", "向主任", (Role.COUNTY_OFFICIAL, {"area_code": "433101", "may_export": True}))


def taken(client, user, **sent):
    client.force_login(user)
    return client.post(PAGE, ASKED | sent)


def book(answer):
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def words(sheet):
    return "\n".join(
        str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )


def test_who_holds_the_right_gets_names_and_numbers_but_never_a_secret_one(client, told, trusted):
    register = words(book(taken(client, trusted))["台账"])
    assert "田小花" in register and register.count("13800138000") == 2
    assert "保密" in register and "彭大山" not in register and "13911112222" not in register


def test_every_sheet_and_every_printed_page_says_who_when_why_and_under_which_number(client, told, trusted):
    sheets = book(taken(client, trusted)).worksheets
    entry = AccessRecord.objects.get(action="unmasked")
    number = entry.details["number"]
    assert len(sheets) == 11
    for sheet in sheets[:-1]:  # the last has charts, of sums alone
        above = words(sheet).split("\n台账")[0]
        assert f"导出编号{number}" in above and "向主任 (trusted)" in above and ASKED["reason"] in above
        assert number in sheet.oddHeader.center.text and "trusted" in sheet.oddHeader.center.text


def test_the_auditor_reads_who_took_it_and_why(client, told, trusted, cast):
    taken(client, trusted)
    entry = AccessRecord.objects.get(action="unmasked")
    assert (entry.by, entry.reason, entry.details["rows"]) == (trusted, ASKED["reason"], 2)
    client.force_login(cast.auditor)
    page = client.get(reverse("audit"), {"action": "unmasked"}).content.decode()
    assert entry.details["number"] in page and "向主任" in page and "专班回访 &amp; 核对" in page
    assert "导出（含姓名、电话）" in page


@pytest.mark.parametrize("reason", ["", "  ", "查", "长" * 201])
def test_without_a_proper_reason_nothing_leaves(client, told, trusted, reason):
    answer = taken(client, trusted, reason=reason)
    assert answer.status_code == 422 and 'href="#id_reason"' in answer.content.decode()
    assert not AccessRecord.objects.filter(action="unmasked").exists()


def test_without_the_right_every_file_stays_masked(client, told, cast):
    assert taken(client, cast.official).status_code == 403
    assert client.get(PAGE).status_code == 403
    month = client.get("/reports/2026-09/?county=433101").content.decode()
    assert PAGE not in month
    file = book(client.get("/reports/2026-09.xlsx?county=433101"))
    assert "田小花" not in words(file["台账"]) and not file["台账"].oddHeader.center.text


def test_the_right_over_another_county_opens_nothing_here(client, told, cast):
    Membership.objects.filter(user=cast.stranger_officer).update(may_export=True)
    assert taken(client, cast.stranger_officer).status_code == 404
    two = person(
        "two",
        "两县",
        (Role.SUPERVISOR, {"area_code": "433101"}),
        (Role.SUPERVISOR, {"area_code": "433123", "may_export": True}),
    )
    assert taken(client, two).status_code == 403


def test_the_page_leads_there_and_no_copy_is_kept(client, told, trusted, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(trusted)
    assert PAGE in client.get("/reports/2026-09/?county=433101").content.decode()
    assert "2件" in client.get(f"{PAGE}?county=433101").content.decode()
    assert client.post(PAGE, ASKED).status_code == 200
    assert not list(tmp_path.iterdir())


def test_what_is_too_much_for_one_file_is_said(client, told, trusted, monkeypatch):
    monkeypatch.setattr(unmasked, "MOST", 1)
    assert taken(client, trusted).status_code == 422
    assert not AccessRecord.objects.filter(action="unmasked").exists()


def test_only_who_oversees_can_be_given_the_right(cast):
    with pytest.raises(IntegrityError):
        Membership.objects.filter(user=cast.clerk).update(may_export=True)
