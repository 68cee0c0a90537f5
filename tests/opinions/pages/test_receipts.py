"""Nobody leaves with empty hands: a query code with every registration, the slip, the text message, another code."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessRecord
from notifications.models import Message
from opinions.lifecycle.origins import IMPORT
from opinions.models import Opinion, Receipt
from opinions.workflow import personal_data, receipts, register, report_back, triage
from tests.opinions.story import PHONE, answered, reported, statements, told
from tests.portal.conftest import Citizen

from .test_entry import typed

pytestmark = pytest.mark.django_db

SLIP = "/opinions/{}/slip/"


def code_on(text: str) -> str:
    return re.search(r'class="slip-code">([\d ]{19})<', text)[1]


@pytest.fixture
def citizen(client, office):
    return Citizen(client, office.studio)


@pytest.fixture
def slip(client):
    def show(user, opinion):
        client.force_login(user)
        return client.get(SLIP.format(opinion.number))

    return show


@pytest.mark.parametrize("channel", ["reception", "phone", "opinion_box", "visit"])
def test_whatever_the_channel_the_code_on_the_slip_finds_the_matter(slip, citizen, cast, office, channel):
    opinion = told(cast, office, channel=channel)
    text = slip(cast.clerk, opinion).text
    code = code_on(text)
    assert opinion.number in text and "前转给负责的单位" in text and "<svg" in text
    citizen.client.logout()
    assert citizen.looks_up(code, PHONE[-4:]).status_code == 200
    assert citizen.looks_up(code, "0000").status_code == 422
    stored = str(list(Receipt.objects.values_list("lookup", "consent")))
    assert code.replace(" ", "") not in stored


def test_the_slip_names_the_studio_and_its_phone(slip, cast, office):
    office.studio.phone = "0743-8075482"
    office.studio.save()
    text = slip(cast.clerk, told(cast, office)).text
    assert "乾州代表工作室" in text and "0743-8075482" in text


def test_only_who_issued_the_code_sees_it_for_a_day_and_each_look_is_logged(slip, cast, office, time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    opinion = told(cast, office)
    code = code_on(slip(cast.clerk, opinion).text)
    assert code_on(slip(cast.clerk, opinion).text) == code
    assert AccessRecord.objects.filter(action="printed", subject=opinion.number).count() == 2
    for other in (cast.studio_clerk, cast.officer, cast.deputy):
        assert slip(other, opinion).status_code == 403
    assert slip(cast.stranger_clerk, opinion).status_code == 404
    time_machine.move_to("2026-11-03T10:00:01+08:00", tick=False)
    assert slip(cast.clerk, opinion).url == f"/opinions/{opinion.number}/reissue_code/"
    receipts.forget_keys()
    assert Receipt.objects.get().key is None


def test_the_register_form_carries_the_slip(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.clerk)
    assert code_on(client.get(f"/opinions/{opinion.number}/print/").text)
    client.force_login(cast.officer)
    assert "slip-code" not in client.get(f"/opinions/{opinion.number}/print/").text


def test_the_desk_offers_the_slip_after_saving(client, cast, office):
    client.force_login(cast.clerk)
    response = client.post("/opinions/new/", typed(citizen_phone=PHONE, studio=office.studio.pk), follow=True)
    opinion = Opinion.objects.get()
    assert SLIP.format(opinion.number) in response.text and "群众回执单" in response.text


def test_a_text_message_is_the_receipt_where_there_is_a_number(cast, office):
    office.studio.phone = "0743-8075482"
    office.studio.save()
    opinion = told(cast, office)
    message = Message.objects.get(channel="sms")
    day = f"{opinion.due_on.month}月{opinion.due_on.day}日"
    assert message.body == (
        f"【吉首市人大】您反映的事已经收到，{day}前转给负责的单位。查进度请用查询码。有事请拨0743-8075482。"
    )
    assert 51 <= len(message.body) <= 64
    assert opinion.title not in message.body and opinion.number not in message.body
    told(cast, office, citizen_phone="")
    assert Message.objects.filter(channel="sms").count() == 1


def test_an_import_gives_neither_message_nor_code(cast, office):
    opinion = told(cast, office, via=IMPORT, at=timezone.now())
    assert not Message.objects.exists() and not Receipt.objects.exists()
    assert personal_data.reissue_code(opinion.number, by=cast.clerk, tail=PHONE[-4:]).receipt.key


# --- another code


def reissue(client, user, opinion, **fields):
    client.force_login(user)
    version = Opinion.objects.get(pk=opinion.pk).version
    return client.post(f"/opinions/{opinion.number}/reissue_code/", {"version": version} | fields)


@pytest.mark.parametrize("said", [{"tail": "５678"}, {"name": " 张秀英 "}])
def test_a_lost_code_is_replaced_after_a_question_and_the_former_is_void(
    client, slip, citizen, cast, office, said
):
    opinion = told(cast, office)
    lost = code_on(slip(cast.clerk, opinion).text)
    response = reissue(client, cast.studio_clerk, opinion, **said)
    assert response.url == SLIP.format(opinion.number)
    code = code_on(client.get(response.url).text)
    assert code != lost
    assert slip(cast.clerk, opinion).status_code == 403
    client.logout()
    assert citizen.looks_up(lost, PHONE[-4:]).status_code == 422
    assert citizen.looks_up(code, PHONE[-4:]).status_code == 200
    assert "补发查询码" not in citizen.looks_up(code, PHONE[-4:]).text
    event = opinion.events.get(action="reissue_code")
    assert event.by == cast.studio_clerk and event.data["asked"] in ("tail", "name")


@pytest.mark.parametrize("said", [{"tail": "0000"}, {"name": "张秀"}, {}, {"tail": "0000", "name": "张秀英"}])
def test_who_does_not_know_name_or_digits_gets_no_code(client, cast, office, said):
    opinion = told(cast, office)
    before = Receipt.objects.get().lookup
    assert reissue(client, cast.clerk, opinion, **said).status_code == 422
    assert Receipt.objects.get().lookup == before


def test_an_anonymous_citizen_is_recognised_by_other_questions(client, cast, office):
    opinion = told(cast, office, citizen_name="", citizen_phone="")
    assert reissue(client, cast.clerk, opinion).status_code == 422
    words = {"reason": "说得出反映的日期和内容"}
    assert reissue(client, cast.clerk, opinion, **words).status_code == 302


def test_a_corrected_number_corrects_the_digits_asked_for_while_the_slip_can_be_printed(
    slip, citizen, cast, office
):
    opinion = told(cast, office)
    code = code_on(slip(cast.clerk, opinion).text)
    register.amend(opinion.number, by=cast.clerk, citizen_phone="13900004321")
    citizen.client.logout()
    assert citizen.looks_up(code, "4321").status_code == 200


def test_a_corrected_number_corrects_the_digits_asked_for_with_the_code_of_a_public_receipt(
    citizen, cast, office
):
    opinion, code = citizen.tells()
    register.amend(opinion.number, by=cast.clerk, citizen_phone="13900004321")
    assert citizen.looks_up(code, "4321").status_code == 200
    assert citizen.looks_up(code, PHONE[-4:]).status_code == 422


# --- the deputy


def inbox(user) -> list[str]:
    return list(Message.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


def test_the_deputy_hears_of_it_and_again_when_it_is_answered_and_evaluated(client, cast, office, citizen):
    opinion, _code = citizen.tells(deputy=cast.as_deputy.pk)
    assert inbox(cast.deputy) == [f"群众向您反映：{opinion.number}"]
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    report_back.answer(opinion.number, by=cast.handler, outcome="A", answer="已更换灯泡。")
    report_back.report_back(opinion.number, by=cast.clerk, how="phone")
    report_back.evaluate(opinion.number, by=cast.clerk, satisfaction="satisfied", how="phone")
    assert inbox(cast.deputy)[1:] == [f"已答复：{opinion.number}", f"已评价：{opinion.number}"]


def test_a_deputy_who_wrote_it_down_is_not_told_what_they_know(cast, office):
    told(cast, office, by=cast.deputy)
    assert inbox(cast.deputy) == []
    answered(cast, office, by=cast.deputy)
    assert len(inbox(cast.deputy)) == 1


def test_registering_costs_at_most_twelve_statements(client, cast, office):
    client.force_login(cast.clerk)
    client.post("/opinions/new/", typed(citizen_phone=PHONE, studio=office.studio.pk))
    opinion = Opinion.objects.get()
    words = {
        name: getattr(opinion, name) for name in ("township", "channel", "title", "body", "citizen_phone")
    }
    with CaptureQueriesContext(connection) as captured:
        register.register(by=cast.clerk, studio=office.studio, deputy=cast.as_deputy, **words)
    asked = statements(captured.captured_queries)
    assert len(asked) <= 12, asked


def test_a_slip_of_yesterday_is_not_offered_on_the_page(client, cast, office, time_machine):
    opinion = reported(cast, office)
    client.force_login(cast.clerk)
    assert SLIP.format(opinion.number) in client.get(f"/opinions/{opinion.number}/").text
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert SLIP.format(opinion.number) not in client.get(f"/opinions/{opinion.number}/").text
