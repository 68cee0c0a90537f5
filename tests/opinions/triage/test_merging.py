"""Whoever is merged is told, gets the answer, evaluates it and may go their own way again: through the pages."""

import re

import pytest
from django.urls import reverse

from letters.models import Letter, Organ
from notifications.models import Message
from opinions.jobs import sweep
from opinions.models import Opinion
from opinions.triage.similarity import store_shingles
from opinions.workflow import merging, register, report_back, triage
from tests.opinions.story import answered, reported, routed, told
from tests.portal.conftest import Citizen
from workdays import office_hours

pytestmark = pytest.mark.django_db

PHONE = "13900002222"


@pytest.fixture(params=[True, False], ids=["letters", "no letters"])
def letters(request, office, monkeypatch):
    """The office is open: at night and at week-ends a citizen's reopening would leave its letter for the morning."""
    monkeypatch.setattr(office_hours, "is_open", lambda moment: True)
    names = {"name": "吉首市人大常委会办公室", "short_name": "吉人大办"}
    Organ.objects.create(county=office.jishou, issues_on_route=request.param, **names)
    return request.param


@pytest.fixture
def citizen(client, office):
    return Citizen(client, office.studio)


def texts() -> list[str]:
    return list(Message.objects.filter(channel="sms").order_by("pk").values_list("body", flat=True))


def plain(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def merges(client, user, opinion, **fields):
    client.force_login(user)
    version = Opinion.objects.get(pk=opinion.pk).version
    return client.post(reverse("opinions:act", args=[opinion.number, "merge"]), {"version": version} | fields)


def tells(citizen, **more):
    """Their own code, and the opinion; whoever was logged in is not any more."""
    citizen.client.logout()
    return citizen.tells(citizen_phone=PHONE, citizen_name="石大姐", **more)


def test_into_an_open_one_the_citizen_is_told_and_later_gets_the_answer_and_evaluates(
    letters, client, citizen, cast, office
):
    lead = routed(cast, office)
    mine, code = tells(citizen)
    assert merges(client, cast.officer, mine, into=lead.number).status_code == 302
    assert texts()[-1].startswith(
        "【吉首市人大】您反映的事和别人反映的是同一件，已一起办理，结果会一样告诉您。"
    )
    triage.sign(lead.number, by=cast.handler)
    report_back.answer(lead.number, by=cast.handler, outcome="A", answer="雨棚已装好。")
    client.logout()
    page = plain(citizen.looks_up(code, PHONE[-4:]))
    assert "雨棚已装好" not in page and "您对答复满意吗" not in page
    report_back.report_back(lead.number, by=cast.clerk, how="phone")
    assert any("雨棚已装好" in body for body in texts())
    told_page = citizen.looks_up(code, PHONE[-4:])
    assert "雨棚已装好" in plain(told_page) and "您对答复满意吗" in plain(told_page)
    done = citizen.takes("evaluate", told_page, satisfaction="satisfied")
    assert done.status_code == 200 and "谢谢" in plain(done)
    mine.refresh_from_db()
    assert (mine.status, mine.satisfaction) == ("merged", "satisfied")
    assert Opinion.objects.get(pk=lead.pk).status == "reported_back"
    assert [event.action for event in mine.events.order_by("sequence")][-2:] == ["share_answer", "evaluate"]


def test_not_satisfied_goes_its_own_way_again_to_the_same_agency_and_the_lead_stays(
    letters, client, citizen, cast, office, monkeypatch
):
    # Outside office hours the letter would wait for the sweep, and this test would fail at night.
    monkeypatch.setattr("workdays.office_hours.is_open", lambda at: True)
    lead = answered(cast, office)
    mine, code = tells(citizen)
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    report_back.report_back(lead.number, by=cast.clerk, how="phone")
    client.logout()
    page = citizen.looks_up(code, PHONE[-4:])
    done = citizen.takes("evaluate", page, satisfaction="not", reason="我们那一站没有装")
    assert done.status_code == 200
    mine.refresh_from_db()
    assert (mine.status, mine.round, mine.merged_into, mine.designated) == ("routed", 2, None, True)
    assert mine.lead_agency == office.transport
    assert Opinion.objects.get(pk=lead.pk).status == "reported_back"
    assert Letter.objects.filter(about=mine.number).count() == (1 if letters else 0)
    assert "我们那一站没有装" in client_page(client, cast.handler, mine)


def client_page(client, user, opinion) -> str:
    client.force_login(user)
    return client.get(f"/opinions/{opinion.number}/").text


def test_when_the_lead_has_closed_the_merged_citizen_may_still_reopen_theirs(client, citizen, cast, office):
    lead = reported(cast, office)
    mine, code = tells(citizen)
    merging.merge(mine.number, by=cast.officer, into=lead.number, answered="copy")
    report_back.evaluate(lead.number, by=cast.clerk, satisfaction="satisfied", how="phone")
    client.logout()
    page = citizen.looks_up(code, PHONE[-4:])
    citizen.takes("evaluate", page, satisfaction="satisfied")
    page = citizen.looks_up(code, PHONE[-4:])
    citizen.takes("reopen", page, reason="又漏雨了")
    mine.refresh_from_db()
    assert (mine.status, mine.round) == ("routed", 2)
    assert Opinion.objects.get(pk=lead.pk).status == "closed"


# --- into one that is answered already


def test_into_an_answered_one_the_officer_must_say_what_happens(client, citizen, cast, office):
    lead = reported(cast, office)
    mine, _code = tells(citizen)
    refused = merges(client, cast.officer, mine, into=lead.number)
    assert refused.status_code == 422 and "那件意见已经答复过" in refused.text
    assert lead.number in refused.text and "公交站台没有雨棚" in refused.text  # what it is about stands there
    mine.refresh_from_db()
    assert mine.status == "registered"


def test_its_answer_is_passed_on_when_the_officer_says_so(client, citizen, cast, office):
    lead = reported(cast, office)
    mine, code = tells(citizen)
    assert merges(client, cast.officer, mine, into=lead.number, answered="copy").status_code == 302
    assert any("雨棚已于本周装好" in body for body in texts())
    client.logout()
    page = plain(citizen.looks_up(code, PHONE[-4:]))
    assert "雨棚已于本周装好" in page and "您对答复满意吗" in page


def test_it_is_reopened_for_both_when_the_officer_says_so(letters, client, citizen, cast, office):
    lead = reported(cast, office)
    mine, code = tells(citizen)
    assert merges(client, cast.officer, mine, into=lead.number, answered="reopen").status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.round, lead.lead_agency) == ("routed", 2, office.transport)
    assert f"{mine.number}又反映了同一件事" in client_page(client, cast.officer, lead)
    client.logout()
    assert "前办出结果" in plain(citizen.looks_up(code, PHONE[-4:]))


def test_one_closed_for_more_than_a_year_is_not_reopened_and_nothing_is_merged(
    client, citizen, cast, office, time_machine
):
    time_machine.move_to("2025-03-03T10:00:00+08:00")
    lead = reported(cast, office)
    report_back.evaluate(lead.number, by=cast.clerk, satisfaction="satisfied", how="phone")
    time_machine.move_to("2026-06-01T10:00:00+08:00")
    mine, _code = tells(citizen)
    refused = merges(client, cast.officer, mine, into=lead.number, answered="reopen")
    assert refused.status_code == 422 and "一年" in refused.text
    mine.refresh_from_db()
    assert mine.status == "registered"


def test_an_urgent_one_is_merged_only_by_who_has_read_both(client, citizen, cast, office):
    lead = routed(cast, office)
    mine, _code = tells(citizen)
    Opinion.objects.filter(pk=mine.pk).update(urgency="urgent")
    refused = merges(client, cast.officer, mine, into=lead.number)
    assert refused.status_code == 422 and "紧急件" in refused.text
    assert merges(client, cast.officer, mine, into=lead.number, urgent_seen="on").status_code == 302


def test_the_panel_says_of_an_answered_one_that_it_is_answered(client, citizen, cast, office):
    lead, mine = reported(cast, office), told(cast, office, citizen_phone=PHONE)
    store_shingles([lead, mine])  # as the worker does within a second
    client.force_login(cast.officer)
    assert "已答复，合并…" in client.get(f"/opinions/{mine.number}/alike/").text


# --- nobody is left in a corner


def test_the_agency_that_had_it_is_told_and_its_letter_is_void(letters, client, cast, office):
    lead, other = routed(cast, office), routed(cast, office, citizen_phone=PHONE)
    merges(client, cast.officer, other, into=lead.number)
    subjects = Message.objects.filter(recipient=cast.handler).values_list("subject", flat=True)
    assert f"已合并：{other.number}" in subjects
    void = Letter.objects.filter(about=other.number, cancelled_at__isnull=False).count()
    assert void == (1 if letters else 0)


def test_when_the_lead_is_taken_back_the_others_go_back_to_triage(client, citizen, cast, office):
    lead = routed(cast, office)
    mine, _code = tells(citizen)
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    register.withdraw(lead.number, by=cast.clerk, reason="自己解决了")
    mine.refresh_from_db()
    assert (mine.status, mine.merged_into) == ("registered", None)
    assert f"恢复单独办理：{mine.number}" in Message.objects.filter(recipient=cast.officer).values_list(
        "subject", flat=True
    )


def test_when_the_lead_is_declined_the_others_are_told_the_door_too(client, citizen, cast, office):
    lead = routed(cast, office)
    mine, _code = tells(citizen)
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    triage.decline(lead.number, by=cast.officer, reason="litigation", right_door="人民法院")
    doors = Message.objects.filter(channel="sms", body__contains="").order_by("pk")
    assert [m.address for m in doors if "人民法院" in m.body] == ["13812345678", PHONE]


def test_without_a_number_the_clerk_is_told_to_tell(citizen, cast, office):
    lead = answered(cast, office)
    mine = told(cast, office, citizen_phone="", citizen_name="")
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    report_back.report_back(lead.number, by=cast.clerk, how="phone")
    assert f"待反馈：{mine.number}" in Message.objects.filter(recipient=cast.clerk).values_list(
        "subject", flat=True
    )


def test_the_sweep_passes_the_answer_on_with_its_own_report_back(citizen, cast, office, client):
    lead, _lead_code = citizen.tells()  # told on the web, with a number: the system reports back
    mine, _code = tells(citizen)
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    triage.route(lead.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(lead.number, by=cast.handler)
    report_back.answer(lead.number, by=cast.handler, outcome="A", answer="雨棚已装好。")
    sweep.sweep()
    sent = Message.objects.filter(channel="sms")
    assert sorted(m.about for m in sent if "雨棚已装好" in m.body) == sorted([lead.number, mine.number])
    assert mine.events.filter(action="share_answer").count() == 1
