"""A citizen's text message finds its opinion, evaluates, stops, begins a new one, or waits for a clerk; never twice."""

import re

import pytest
import time_machine
from django.db import OperationalError

from incoming import services
from notifications.models import Message, Muted, Received
from notifications.services import deliver, queue
from opinions.ledger.timeline import entries_of
from opinions.models import Opinion
from opinions.workflow import asking, personal_data, report_back, triage
from tests.incoming.gateway import ADDRESS, KEY, Gateway
from tests.portal.conftest import text_of

pytestmark = pytest.mark.django_db
LIN, OTHER = "13812345678", "13900001111"
LAMP = "桥头的路灯坏了半个月，晚上看不见路，希望早点修。"


@pytest.fixture
def gateway(client, settings, office):
    settings.SMS_IN_KEY, settings.SMS_IN_STUDIO, settings.QUIET_HOURS = KEY, office.studio.code, ""
    with time_machine.travel("2026-11-23 10:00+08:00"):  # a Monday morning: the office is open
        yield Gateway(client)


@pytest.fixture
def lamp(gateway):
    gateway.brings(LIN, LAMP)
    services.sweep()
    return Opinion.objects.get()


def now_is(number):
    return Opinion.objects.get(number=number)


def last_line(number):
    line = entries_of(now_is(number))[-1]
    return line.sentence, line.who, line.words


def replies():
    return list(
        Message.objects.filter(key__startswith="received-").order_by("pk").values_list("about", flat=True)
    )


def bodies():
    return [m.body for m in Message.objects.filter(key__startswith="received-").order_by("pk")]


def tell(cast, office, number):
    if now_is(number).status == "registered":
        triage.route(number, by=cast.officer, lead_agency=office.transport)
    triage.sign(number, by=cast.handler)
    report_back.answer(number, by=cast.handler, outcome="A", answer="已更换灯泡。")
    if now_is(number).status == "answered":
        report_back.report_back(number, by=cast.clerk, how="phone")


def test_a_message_from_a_new_number_is_an_opinion_with_a_code_that_finds_it(client, gateway):
    assert gateway.brings(LIN, LAMP, identity="a1", times=3).status_code == 200
    services.sweep()
    opinion = Opinion.objects.get()
    assert (opinion.channel, opinion.body, opinion.citizen_phone) == ("sms", LAMP, LIN)
    assert opinion.title == "桥头的路灯坏了半个月，晚上看不见路，希望早点修"
    assert opinion.studio.code == "jishou-qianzhou"
    (text,) = [m.body for m in Message.objects.filter(channel="sms")]
    assert text.startswith("【吉首市人大】收到您反映的事，")
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", text)[0]
    page = client.post("/p/track/", {"code": code, "tail": LIN[-4:]}, follow=True, secure=True)
    assert "桥头的路灯坏了半个月" in text_of(page)
    assert last_line(opinion.number)[1] == "群众（短信）"
    assert gateway.brings(LIN, LAMP, identity="a1").status_code == 200  # after it was worked on, too
    services.sweep()
    assert Opinion.objects.count() == Received.objects.count() == 1


def test_more_goes_to_the_open_opinion_and_an_answer_to_the_agencys_question(lamp, gateway, cast, office):
    gateway.brings(LIN, "灯杆编号是QZ-018")
    services.sweep()
    assert last_line(lamp.number) == ("群众补充情况", "群众（短信）", "灯杆编号是QZ-018")
    triage.route(lamp.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(lamp.number, by=cast.handler)
    asking.ask_citizen(lamp.number, by=cast.handler, question="是桥东头还是桥西头？")
    gateway.brings(LIN, "桥东头")
    services.sweep()
    assert last_line(lamp.number)[1:] == ("群众（短信）", "桥东头")
    assert now_is(lamp.number).suspended_on is None


def test_one_two_three_evaluate_and_three_asks_for_the_reason_before_it_reopens(lamp, gateway, cast, office):
    tell(cast, office, lamp.number)
    gateway.brings(LIN, "３。")  # full-width, with a full stop
    services.sweep()
    assert (now_is(lamp.number).status, now_is(lamp.number).satisfaction) == ("reported_back", "")
    assert bodies()[-1] == "【吉首市人大】您对办理结果哪里不满意？请用几个字回复，我们继续办理。"
    gateway.brings(LIN, "灯又灭了")
    services.sweep()
    assert (now_is(lamp.number).status, now_is(lamp.number).round) == ("routed", 2)
    rated = lamp.events.get(action="evaluate")
    assert (rated.data["satisfaction"], rated.data["how"], rated.via) == ("not", "sms", "sms")
    assert lamp.events.get(action="reopen").words.text == "灯又灭了"
    tell(cast, office, lamp.number)
    gateway.brings(LIN, "1", times=2)
    services.sweep()
    assert (now_is(lamp.number).status, now_is(lamp.number).satisfaction) == ("closed", "satisfied")
    assert Received.objects.exclude(state="done").count() == 0


def test_three_with_its_reason_reopens_at_once_and_a_list_of_numbers_is_no_grade(lamp, gateway, cast, office):
    tell(cast, office, lamp.number)
    gateway.brings(LIN, "1、灯亮了 2、谢谢你们")
    services.sweep()
    assert now_is(lamp.number).satisfaction == ""
    assert last_line(lamp.number)[2] == "1、灯亮了 2、谢谢你们"
    gateway.brings(LIN, "不满意，还有一盏没修")
    services.sweep()
    assert lamp.events.get(action="reopen").words.text == "还有一盏没修"


def test_nobody_else_reaches_an_opinion_by_its_number(lamp, gateway):
    gateway.brings(OTHER, f"{lamp.number} 我来补充一点别的情况")
    services.sweep()
    assert now_is(lamp.number).version == lamp.version
    assert Received.objects.get(state="waiting").about == ""


def test_stop_ends_the_messages_and_the_clerks_learn_that_they_must_tell_another_way(lamp, gateway):
    gateway.brings(LIN, "退订。")
    services.sweep()
    assert Muted.objects.count() == 1
    message = queue(key="x/y", channel="sms", subject="答复", body="有答复了", address=LIN, about=lamp.number)
    assert deliver(message.pk) == "failed"
    message.refresh_from_db()
    assert message.last_error == "群众已退订短信，请用其他方式告知"
    gateway.brings(LIN, "恢复")
    services.sweep()
    assert Muted.objects.count() == 0


def test_outside_office_hours_one_answer_a_day(lamp, gateway):
    with time_machine.travel("2026-11-28 10:00+08:00"):  # a Saturday
        gateway.brings(LIN, "灯杆又歪了")
        gateway.brings(LIN, "灯杆倒了")
        services.sweep()
    assert bodies()[1:] == ["【吉首市人大】您的短信已收到。现在是非工作时间，11月30日查看处理。"]
    assert replies() == [lamp.number, lamp.number]


def test_what_is_not_signed_old_or_broken_is_refused_and_one_number_cannot_flood(client, gateway, settings):
    assert Gateway(client, "x" * 40).brings(LIN, LAMP).status_code == 401
    assert gateway.brings(LIN, LAMP, age=301).status_code == 401
    assert gateway.brings(LIN, "长" * 9000).status_code == 413
    assert gateway.brings("10690000123456", "【某商城】大促销").status_code == 200
    assert gateway.brings(LIN, LAMP, identity="x" * 101).status_code == 400
    assert Received.objects.count() == 0
    answers = [gateway.brings(LIN, f"第{n}条消息").status_code for n in range(22)]
    assert answers == [200] * 20 + [429] * 2
    settings.SMS_IN_KEY = ""
    assert client.post(ADDRESS, secure=True).status_code == 404


def test_a_clerk_places_what_waits_and_nobody_else_sees_it(client, gateway, cast, lamp):
    for text in ("好的", "在吗", "谢谢"):
        gateway.brings(OTHER, text)
    services.sweep()
    first, second, third = Received.objects.filter(state="waiting").order_by("pk")
    client.force_login(cast.stranger_clerk)
    assert client.get(f"/received/{first.pk}/", secure=True).status_code == 404
    client.force_login(cast.clerk)
    page = text_of(client.get("/received/", secure=True))
    assert "好的" in page and "139****1111" in page and OTHER not in page
    wrong = client.post(f"/received/{first.pk}/attach/", {"number": "433101-2026-999999"}, secure=True)
    assert (wrong.status_code, "433101-2026-999999" in wrong.content.decode()) == (422, True)
    client.post(f"/received/{first.pk}/attach/", {"number": lamp.number}, secure=True)
    assert last_line(lamp.number) == ("群众补充情况", "吴文员 · 工作室工作人员", "好的")
    client.post(f"/received/{second.pk}/register/", {"title": "有人在问"}, secure=True)
    new = Opinion.objects.exclude(pk=lamp.pk).get()
    assert (new.title, new.body, new.citizen_phone, new.channel) == ("有人在问", "在吗", OTHER, "sms")
    client.post(f"/received/{third.pk}/set-aside/", secure=True)
    assert not Received.objects.filter(state="waiting").exists()
    again = client.post(f"/received/{second.pk}/register/", {"title": "有人在问"}, secure=True, follow=True)
    assert "这条短信已有人处理" in text_of(again) and Opinion.objects.count() == 2
    with time_machine.travel("2026-12-28 10:00+08:00"):
        services.sweep()
    third.refresh_from_db()
    assert (third.body, third.sender) == ("", "")


def test_what_fails_is_tried_again_and_then_waits_for_a_clerk(gateway, monkeypatch):
    monkeypatch.setattr("incoming.matching.register", lambda **_: 1 / 0)
    gateway.brings(LIN, LAMP)
    states = [services.sweep() and Received.objects.get().state for _ in range(4)]
    assert states == ["new", "new", "new", "waiting"]
    assert Message.objects.count() == 0


def test_what_the_database_breaks_off_is_tried_again_however_often(gateway, monkeypatch):
    def broken_off(*_args):
        raise OperationalError("canceling statement due to lock timeout")

    with monkeypatch.context() as patched:
        patched.setattr(services.matching, "act", broken_off)
        gateway.brings(LIN, LAMP)
        for _ in range(6):
            services.sweep()
    assert Received.objects.get().state == "new"
    services.sweep()
    assert (Received.objects.get().state, Opinion.objects.get().body) == ("done", LAMP)


def test_erasing_an_opinion_erases_its_messages(lamp, cast, gateway):
    gateway.brings(LIN, "灯杆编号是QZ-018")
    services.sweep()
    Opinion.objects.filter(pk=lamp.pk).update(status="withdrawn")
    personal_data.erase(lamp.number, by=cast.supervisor, reason="本人要求")
    assert [(r.sender, r.sender_index, r.body) for r in Received.objects.all()] == [("", "", "")] * 2
