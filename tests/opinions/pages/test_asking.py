"""Suspended for the citizen: the question is sent, the answer lets the clock run again, no standstill is endless."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from notifications.models import Message
from opinions.jobs import sweep
from opinions.models import Opinion, TimeLimit
from opinions.workflow import asking, secrecy, supervision, triage
from tests.common.test_uploads import photo
from tests.conftest import at
from tests.opinions.story import signed
from tests.portal.conftest import Citizen

pytestmark = pytest.mark.django_db

MONDAY = "2026-03-02T09:00:00+08:00"  # no festival for weeks


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def citizen(client, office):
    return Citizen(client, office.studio)


def plain(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def in_handling(citizen, cast, office, **words):
    opinion, code = citizen.tells(**words)
    if opinion.keep_secret:
        secrecy.redact(opinion.number, by=cast.officer)
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    return triage.sign(opinion.number, by=cast.handler), code


def act(client, user, opinion, code, **fields):
    client.force_login(user)
    version = Opinion.objects.get(pk=opinion.pk).version
    return client.post(reverse("opinions:act", args=[opinion.number, code]), {"version": version} | fields)


def texts() -> list[str]:
    return list(Message.objects.filter(channel="sms").order_by("pk").values_list("body", flat=True))


def test_the_question_is_sent_and_answered_with_words_and_a_photo_and_the_clock_runs(
    client, citizen, cast, office, monday
):
    office.studio.phone = "0743-8075482"
    office.studio.save()
    opinion, code = in_handling(citizen, cast, office)
    before = opinion.handling_due_on
    assert act(client, cast.handler, opinion, "ask_citizen", question="是哪一盏灯？").status_code == 302
    assert texts()[-1] == (
        "【吉首市人大】您3月2日反映的事，办理单位问：是哪一盏灯？请在3月23日前答复。有事请拨0743-8075482。"
    )
    opinion.refresh_from_db()
    assert opinion.suspended_until_on == date(2026, 3, 23)  # a complaint: 15 working days
    client.logout()
    page = citizen.looks_up(code)
    assert "办理单位有问题要问您" in plain(page) and "是哪一盏灯？" in plain(page)
    monday.move_to("2026-03-05T09:00:00+08:00", tick=False)
    file = SimpleUploadedFile("灯.jpg", photo(), "image/jpeg")
    done = citizen.takes("answer_question", citizen.looks_up(code), words="桥头第二盏", files=[file])
    assert done.status_code == 200 and "谢谢" in plain(done)
    opinion.refresh_from_db()
    assert (opinion.suspended_on, opinion.question) == (None, "")
    assert (opinion.handling_due_on - before).days == 3
    told = Message.objects.filter(recipient=cast.handler).latest("pk")
    assert "桥头第二盏" in told.body
    assert "桥头第二盏" in client_page(client, cast.handler, opinion)
    client.logout()
    assert "回答办理单位的问题" not in plain(citizen.looks_up(code))


def client_page(client, user, opinion) -> str:
    client.force_login(user)
    return client.get(f"/opinions/{opinion.number}/").text


@pytest.mark.parametrize("secret", [True, False])
def test_a_long_question_and_one_about_a_secret_is_read_on_the_page_only(
    client, citizen, cast, office, secret
):
    words = {"keep_secret": "on"} if secret else {}
    opinion, _code = in_handling(citizen, cast, office, **words)
    question = (
        "是哪一盏灯？"
        if secret
        else "请问路灯的具体位置在哪里，靠近哪一户人家，杆上有没有编号，什么时候坏的，夜里有没有人去看过？"
    )
    asking.ask_citizen(opinion.number, by=cast.handler, question=question)
    assert "请凭查询码查看" in texts()[-1] and question not in texts()[-1]
    assert len(texts()[-1]) <= 70


def test_a_clerk_enters_the_answer_for_the_citizen(client, citizen, cast, office):
    opinion, _code = in_handling(citizen, cast, office, citizen_phone="", citizen_name="")
    asking.ask_citizen(opinion.number, by=cast.handler, question="是哪一盏灯？")
    told = Message.objects.filter(recipient=cast.clerk).latest("pk")
    assert "是哪一盏灯？" in told.body
    client.force_login(cast.clerk)
    form = client.get(f"/opinions/{opinion.number}/answer_question/").text
    assert "是哪一盏灯？" in form
    assert act(client, cast.clerk, opinion, "answer_question", words="桥头第二盏").status_code == 302
    opinion.refresh_from_db()
    assert opinion.suspended_on is None


def test_nobody_answers_what_was_not_asked(client, citizen, cast, office):
    opinion, code = in_handling(citizen, cast, office)
    client.logout()
    page = citizen.looks_up(code)
    refused = citizen.takes("answer_question", page, words="桥头第二盏")
    assert refused.status_code == 409
    supervision.suspend(opinion.number, by=cast.handler, reason="等检测报告")
    assert act(client, cast.clerk, opinion, "answer_question", words="不知道").status_code == 409


def test_unanswered_the_clock_runs_again_after_the_last_day_and_the_handler_hears_of_it(
    citizen, cast, office, client
):
    opinion, _code = in_handling(citizen, cast, office)
    asking.ask_citizen(opinion.number, by=cast.handler, question="是哪一盏灯？", until_on=date(2026, 3, 6))
    sweep.sweep(now=at("2026-03-06 23:00"))
    assert Opinion.objects.get(pk=opinion.pk).suspended_on
    sweep.sweep(now=at("2026-03-07 00:01"))
    opinion.refresh_from_db()
    assert (opinion.suspended_on, opinion.question) == (None, "")
    told = Message.objects.filter(recipient=cast.handler).latest("pk")
    assert told.subject == f"群众没有回答：{opinion.number}"


# --- how long


@pytest.mark.parametrize(
    ("matter", "last"),
    [
        ("enquiry", "2026-03-09"),
        ("help", "2026-03-16"),
        ("complaint", "2026-03-23"),
        ("proposal", "2026-03-23"),
    ],
)
@pytest.mark.parametrize("code", ["ask_citizen", "suspend"])
def test_each_matter_has_its_longest_standstill(client, cast, office, matter, last, code):
    opinion = signed(cast, office, matter_type=matter)
    words = {"question": "是哪里？"} if code == "ask_citizen" else {"reason": "等检测报告"}
    day_after = date.fromisoformat(last).replace(day=date.fromisoformat(last).day + 1)
    refused = act(client, cast.handler, opinion, code, until_on=day_after, **words)
    assert refused.status_code == 422 and "最迟到" in refused.text
    assert act(client, cast.handler, opinion, code, until_on=last, **words).status_code == 302


def test_a_county_sets_its_own_longest_standstill(client, cast, office):
    TimeLimit.objects.create(county=office.jishou, clock="suspension", days=2)
    opinion = signed(cast, office)
    act(client, cast.handler, opinion, "ask_citizen", question="是哪里？")
    opinion.refresh_from_db()
    assert opinion.suspended_until_on == date(2026, 3, 4)


def test_one_round_stands_still_no_longer_than_the_limit_however_often(client, cast, office, monday):
    opinion = signed(cast, office, matter_type="enquiry")
    supervision.suspend(opinion.number, by=cast.handler, reason="等检测报告", until_on=date(2026, 3, 5))
    sweep.sweep(now=at("2026-03-06 00:01"))
    monday.move_to("2026-03-06T09:00:00+08:00", tick=False)
    act(client, cast.handler, opinion, "ask_citizen", question="是哪里？")
    opinion.refresh_from_db()
    assert opinion.suspended_until_on == date(2026, 3, 10)  # two of five working days were left
    sweep.sweep(now=at("2026-03-11 00:01"))
    monday.move_to("2026-03-11T09:00:00+08:00", tick=False)
    refused = act(client, cast.handler, opinion, "ask_citizen", question="还有呢？")
    assert refused.status_code == 409 and USED_UP in refused.text and "可以申请延期" in refused.text


USED_UP = "本轮暂停办理的天数已用完，不能再暂停办理，也不能再询问群众。"


def used_up(cast, office, monday, **written):
    """An enquiry of Monday that has stood still for all of its five working days."""
    opinion = signed(cast, office, matter_type="enquiry", **written)
    supervision.suspend(opinion.number, by=cast.handler, reason="等检测报告")
    sweep.sweep(now=at("2026-03-10 00:01"))
    monday.move_to("2026-03-10T09:00:00+08:00", tick=False)
    return opinion


@pytest.mark.parametrize("code", ["ask_citizen", "suspend"])
def test_what_stood_still_as_long_as_it_may_is_not_offered_another_standstill(
    client, cast, office, monday, code
):
    opinion = used_up(cast, office, monday)
    address = f"/opinions/{opinion.number}/{code}/"
    page = client_page(client, cast.handler, opinion)
    assert address not in page and USED_UP in page and "可以申请延期" in page
    assert f"/opinions/{opinion.number}/answer/" in page
    shown = client.get(address)
    assert shown.status_code == 409 and USED_UP in shown.text
    refused = act(client, cast.handler, opinion, code, question="还有呢？", reason="等检测报告")
    assert refused.status_code == 409 and USED_UP in refused.text
    assert USED_UP not in client_page(client, cast.supervisor, opinion)  # it is the agency's to know


@pytest.mark.parametrize("code", ["ask_citizen", "suspend"])
def test_a_standstill_is_offered_while_a_day_of_it_is_left(client, cast, office, monday, code):
    opinion = signed(cast, office, matter_type="enquiry")
    supervision.suspend(opinion.number, by=cast.handler, reason="等检测报告", until_on=date(2026, 3, 6))
    sweep.sweep(now=at("2026-03-07 00:01"))
    monday.move_to("2026-03-09T09:00:00+08:00", tick=False)
    page = client_page(client, cast.handler, opinion)
    assert f"/opinions/{opinion.number}/{code}/" in page and USED_UP not in page
    done = act(client, cast.handler, opinion, code, question="还有呢？", reason="等检测报告")
    assert done.status_code == 302


def test_no_extension_is_recommended_where_none_can_be_asked_for(client, cast, office, monday):
    opinion = signed(cast, office, matter_type="enquiry")
    supervision.ask_extension(opinion.number, by=cast.handler, days=1, reason="要勘测")
    supervision.refuse_extension(opinion.number, by=cast.supervisor, reason="来得及")
    supervision.suspend(opinion.number, by=cast.handler, reason="等检测报告")
    sweep.sweep(now=at("2026-03-10 00:01"))
    monday.move_to("2026-03-10T09:00:00+08:00", tick=False)
    page = client_page(client, cast.handler, opinion)
    assert USED_UP in page and "可以申请延期" not in page


def test_no_extension_is_offered_of_a_limit_that_has_no_half(client, cast, office):
    TimeLimit.objects.create(county=office.jishou, clock="handling", days=1)
    opinion = signed(cast, office)
    address = f"/opinions/{opinion.number}/ask_extension/"
    assert address not in client_page(client, cast.handler, opinion)
    refused = act(client, cast.handler, opinion, "ask_extension", days=1, reason="要勘测")
    assert refused.status_code == 409 and "时限只有一个工作日的，不能申请延期。" in refused.text


def test_the_supervisor_sees_what_stands_still_for_long(client, cast, office, monday):
    opinion = signed(cast, office)
    asking.ask_citizen(opinion.number, by=cast.handler, question="是哪里？")
    client.force_login(cast.supervisor)
    assert opinion.number not in client.get("/supervision/?show=suspended_long").text
    monday.move_to("2026-03-11T09:00:00+08:00", tick=False)
    client.force_login(cast.supervisor)
    assert "暂停办理超过一周" in client.get("/").text
    assert opinion.number in client.get("/supervision/?show=suspended_long").text


def test_who_takes_it_back_is_asked_nothing_more(citizen, cast, office, client):
    opinion, code = in_handling(citizen, cast, office)
    asking.ask_citizen(opinion.number, by=cast.handler, question="是哪里？")
    client.logout()
    citizen.takes("withdraw", citizen.looks_up(code), reason="修好了")
    opinion.refresh_from_db()
    assert (opinion.status, opinion.question, opinion.suspended_on) == ("withdrawn", "", None)
