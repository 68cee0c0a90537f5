"""Before an opinion of somebody to be kept secret goes to an agency, an officer sees, mark by mark, what it will read;
that is what the agency reads everywhere afterwards."""

import pytest
from django.utils import timezone

from letters.models import Letter
from notifications.models import Message
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused
from opinions.models import Event, Opinion
from opinions.triage.automation import auto_triage
from opinions.workflow import register, secrecy, triage
from tests.common.dump import dump
from tests.opinions.story import routed, told

pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳秘密", "13987654321"
SECRET = {
    "citizen_name": NAME, "citizen_phone": PHONE, "keep_secret": True, "title": "工厂夜里排污",
    "body": "我家在红门对面，儿子在环保站上班，厂里值班电话8123456，2026-11-02起每晚排。", "place": "河边",
}  # fmt: skip
HIDDEN = "我家在***对面，***上班，厂里值班电话8123456，2026-11-02起每晚排。"


@pytest.fixture
def opinion(cast, office):
    return told(cast, office, **SECRET)


def page_of(client, user, opinion, action="", **data):
    client.force_login(user)
    address = f"/opinions/{opinion.number}/{action}/" if action else f"/opinions/{opinion.number}/"
    answer = client.post(address, data) if data else client.get(address)
    return answer.status_code, answer.content.decode()


def test_it_is_not_routed_before_somebody_has_looked_through(client, cast, office, opinion):
    with pytest.raises(Refused):
        triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    status, page = page_of(client, cast.officer, opinion, "route")
    assert status == 409 and "先核看承办单位将看到的内容" in page
    client.force_login(cast.officer)
    assert f"/opinions/{opinion.number}/redact/" in client.get("/opinions/triage/").content.decode()


def test_no_rule_routes_it(cast, office, opinion):
    assert auto_triage(Opinion.objects.get(pk=opinion.pk)).status == "registered"


def test_the_officer_sees_marks_changes_them_and_sees_exactly_what_the_agency_will_read(
    client, cast, opinion
):
    _status, page = page_of(client, cast.officer, opinion, "redact")
    assert "<mark>8123456</mark>" in page and "值班电话***，2026-11-02" in page
    marked = {"version": opinion.version, "hide": "红门\n儿子在环保站", "preview": "1"}
    status, page = page_of(client, cast.officer, opinion, "redact", **marked)
    assert status == 200 and f'<p class="quote">{HIDDEN}</p>' in page and "<mark>红门</mark>" in page
    assert not Event.objects.filter(action="redact").exists()
    del marked["preview"]
    assert page_of(client, cast.officer, opinion, "redact", **marked)[0] == 302
    event = Event.objects.get(action="redact")
    assert (event.data["hidden"], event.data["left"]) == (2, 1)
    assert "红门" not in dump() and "环保站" not in dump(), "what was marked lies nowhere in clear"
    assert verify().broken is None


def test_what_was_marked_is_hidden_wherever_the_agency_reads(client, cast, office, opinion):
    secrecy.redact(opinion.number, by=cast.officer, hide=["红门", "儿子在环保站"], show=["8123456"])
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport, instructions="请到红门看看")
    triage.issue_handover(opinion.number, by=cast.officer, words="红门那家不要去")
    _status, page = page_of(client, cast.handler, opinion)
    assert HIDDEN in page and "请到***看看" in page
    letter = Letter.objects.get()
    assert letter.facts["matter"] == [HIDDEN] and "红门" not in letter.facts_text
    client.force_login(cast.handler)
    assert opinion.number not in client.get("/opinions/", {"q": "红门"}).content.decode()
    assert opinion.number in client.get("/opinions/", {"q": "排污"}).content.decode()
    # More is marked when the agency has it: a new letter, and nothing in the inbox.
    secrecy.redact(opinion.number, by=cast.officer, hide=["红门", "儿子在环保站", "工厂"], show=["8123456"])
    assert "工厂" not in Letter.objects.get(cancelled_at=None).facts_text
    assert all("工厂" not in m.subject + m.body for m in Message.objects.filter(recipient=cast.handler))
    assert verify().broken is None


def test_name_and_number_on_record_are_hidden_whatever_is_left_to_be_read(client, cast, office):
    opinion = told(cast, office, **SECRET | {"body": f"我是{NAME}，{PHONE}"})
    secrecy.redact(opinion.number, by=cast.officer, show=[NAME, PHONE, "秘密"])
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    assert "我是***，***" in page_of(client, cast.handler, opinion)[1]


def test_after_a_correction_it_is_looked_through_again(cast, office, opinion):
    secrecy.redact(opinion.number, by=cast.officer)
    register.amend(opinion.number, by=cast.clerk, body="还有一个出口在我家门前。")
    with pytest.raises(Refused):
        triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)


def test_who_is_not_to_be_kept_secret_has_no_such_step(client, cast, office):
    opinion = told(cast, office)
    assert page_of(client, cast.officer, opinion, "redact")[0] == 409
    routed(cast, office)


def test_who_asks_for_secrecy_when_the_agency_has_it_is_hidden_in_letter_and_inbox(cast, office):
    opinion = routed(cast, office, **SECRET | {"keep_secret": False, "title": "拨打8222333的欧阳 秘密"})
    triage.issue_handover(opinion.number, by=cast.officer)
    assert any("8222333" in m.subject + m.body for m in Message.objects.filter(recipient=cast.handler))
    register.amend(opinion.number, by=cast.clerk, keep_secret=True)
    told_to = Message.objects.filter(recipient=cast.handler, created_at__lte=timezone.now())
    assert all("8222333" not in m.subject + m.body for m in told_to)
    assert "8222333" not in Letter.objects.get(cancelled_at=None).facts_text and "8222333" not in dump()
