"""What the form is told while it is typed: the same citizen before, the same matter before; only one's own area's."""

import pytest
from django.urls import reverse

from accounts.models import AccessRecord
from common.text import phone_numbers
from notifications.models import Message
from opinions.triage import similarity as alikes
from opinions.workflow import merging, report_back, triage
from opinions.workflow.register import register
from tests.conftest import at

EARLIER, ALIKE, NAME = (reverse(f"opinions:{name}") for name in ("earlier", "alike", "earlier_name"))
PHONE = "13800138000"


def log(by, township, title, when="2026-11-02 09:00", **more):
    facts = {"channel": "reception", "body": "原话", "citizen_name": "石头", "citizen_phone": PHONE}
    opinion = register(by=by, township=township, title=title, at=at(when), **facts | more)
    alikes.store_shingles([opinion])  # as the worker does within a second
    return opinion


def alike(title, user, **more):
    return alikes.find_similar(county="433101", title=title, user=user, **more)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at("2026-11-23 10:00"), tick=False)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", PHONE),
        (" 138 0013-8000 ", PHONE),
        ("+86 138 0013 8000", PHONE),
        ("0086-13800138000", PHONE),
        ("１３８００１３８０００", PHONE),
        ("0743-8222333", "0743-8222333"),
        ("(0743) 8222333", "0743-8222333"),
        ("+86 743 8222333", ""),  # without its 0 nobody can tell it from a mistyped mobile
        ("+86 0743 8222333", "0743-8222333"),
        ("010 62345678", "010-62345678"),
        ("8222333", "8222333"),
        ("1380013800", ""),
        ("138001380001", ""),
        ("12800138000", ""),
        ("不详", ""),
        ("13800138000转2", ""),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_phone_numbers_as_people_write_them(typed, number):
    assert phone_numbers.normal(typed) == number


@pytest.mark.parametrize(
    ("one", "other", "alike_"),
    [
        ("人民北路公交站牌歪了", "人民北路的公交站牌坏了", True),
        ("人民北路公交站牌歪了", "人民北路，公交站牌歪了！", True),
        ("公交站牌", "乾州街道人民北路公交站牌倒了很久没人修", False),  # too short to say it is the same
        ("人民北路公交站牌", "乾州街道人民北路公交站牌倒了没人修", True),
        ("人民北路路灯不亮", "夜间施工噪音扰民", False),
        ("反映问题", "反映问题", True),
        ("路灯", "路灯", False),
        ("", "路灯不亮", False),
    ],
)
def test_what_counts_as_alike(cast, office, one, other, alike_):
    log(cast.clerk, office.qianzhou, other or "无题", body="甲")
    assert bool(alike(one, cast.clerk)) is alike_


def test_the_same_text_under_another_title_is_found(cast, office):
    text = "我家门前的人行道被建筑材料堵了三个月，老人出门只能走机动车道，请尽快清理。"
    log(cast.clerk, office.qianzhou, "人行道被堵", body=text)
    log(cast.clerk, office.qianzhou, "建材占道", body="建材堆在路边，没有人管。")
    found = alike("请为我们做主", cast.clerk, body=text.replace("尽快", "马上"))
    assert [(like.same, like.opinion.title) for like in found] == [(True, "人行道被堵")]


def test_people_are_counted_not_messages(cast, office):
    rows = [
        log(cast.clerk, office.qianzhou, "路灯不亮", citizen_phone=phone)
        for phone in (PHONE, PHONE, "", "0743-8222333")
    ]
    assert alikes.distinct_people(rows) == 3


def test_without_a_number_people_are_known_by_name_and_anonymous_copies_count_once(cast, office):
    rows = [
        log(cast.clerk, office.qianzhou, "路灯不亮", citizen_phone="", citizen_name=name, body=body)
        for name, body in [
            ("张三", "甲"), ("张三", "乙"), ("李四", "甲"), ("", "甲"), ("", " 甲 "), ("", "乙"),
        ]
    ]  # fmt: skip
    assert alikes.distinct_people(rows) == 4


def test_a_likeness_says_why(cast, office):
    log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了")
    found = alike("人民北路公交站牌坏了", cast.clerk)
    assert found[0].shared == ["人民北路公交站牌"] and 50 <= found[0].percent < 100


def test_open_ones_come_first_and_old_ones_not_at_all(cast, office):
    closed = log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了")
    triage.decline(
        closed.number, by=cast.officer, reason="litigation", right_door="法院", at=at("2026-11-03 09:00")
    )
    still_open = log(cast.clerk, office.qianzhou, "人民北路公交站牌倒了")
    log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了", "2025-11-20 09:00")
    found = alike("人民北路公交站牌歪了", cast.clerk)
    assert [like.opinion.number for like in found] == [still_open.number, closed.number]


def test_alike_is_two_queries_however_many_there_are(cast, office, django_assert_num_queries):
    for place in range(30):
        log(cast.clerk, office.qianzhou, f"人民北路公交站牌歪了{place}")
    with django_assert_num_queries(2):
        assert len(alike("人民北路公交站牌歪了", cast.clerk)) == 5


def test_the_fragment_links_likely_duplicates(client, cast, office):
    opinion = log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了")
    client.force_login(cast.clerk)
    fragment = client.get(ALIKE, {"title": "人民北路公交站牌倒了", "township": "433101005"}).content.decode()
    assert reverse("opinions:detail", args=[opinion.number]) in fragment and "人民北路公交站牌" in fragment
    assert client.get(ALIKE, {"title": "另一回事情", "township": "433101005"}).content.decode().strip() == ""


@pytest.mark.parametrize("township", ["", "433123100", "x", "\x00", "４３３１０１００５", "9" * 40])
def test_no_duplicates_for_a_township_that_is_not_ones_own(client, cast, office, township):
    log(cast.stranger_clerk, office.tuojiang, "人民北路公交站牌歪了")
    log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了")
    client.force_login(cast.clerk)
    response = client.get(ALIKE, {"title": "人民北路公交站牌歪了", "township": township})
    assert response.status_code == 200 and response.content.decode().strip() == ""


def test_titles_of_any_kind_are_borne(client, cast, office):
    client.force_login(cast.clerk)
    for title in ("\x00" * 5, "😀" * 300, "x" * 5000, "%%%___", "\ud83d\ude00"[:0]):
        assert client.get(ALIKE, {"title": title, "township": "433101005"}).status_code == 200


def test_a_strangers_opinion_is_in_neither_fragment(client, cast, office):
    log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了")
    log(cast.officer, office.zhenxi, "人民北路公交站牌歪了又")
    client.force_login(cast.stranger_clerk)
    assert client.get(EARLIER, {"citizen_phone": PHONE}).content.decode().strip() == ""
    query = {"title": "人民北路公交站牌歪了", "township": "433123100"}
    assert client.get(ALIKE, query).content.decode().strip() == ""
    client.force_login(cast.clerk)  # 镇溪街道 is another's, though of the same county
    assert client.get(ALIKE, query | {"township": "433101005"}).content.decode().count("<li>") == 1


def test_earlier_opinions_are_offered_once_the_number_is_whole(client, cast, office):
    first = log(cast.clerk, office.qianzhou, "路灯不亮")
    client.force_login(cast.clerk)
    assert client.get(EARLIER, {"citizen_phone": "1380013800"}).content.decode().strip() == ""
    fragment = client.get(EARLIER, {"citizen_phone": "+86 138-0013 8000"}).content.decode()
    assert first.number in fragment and "路灯不亮" in fragment
    assert "石*" in fragment and "石头" not in fragment


def test_the_earlier_name_fills_the_field_and_the_trail_knows(client, cast, office):
    first = log(cast.clerk, office.qianzhou, "路灯不亮")
    client.force_login(cast.clerk)
    answer = client.post(NAME, {"citizen_phone": "138 0013 8000", "of": first.number})
    assert 'value="石头"' in answer.content.decode() and 'id="id_citizen_name"' in answer.content.decode()
    record = AccessRecord.objects.get(action=AccessRecord.Action.REVEALED)
    assert (record.by, record.subject, record.area_code) == (cast.clerk, first.number, "433101005")


def test_the_name_needs_the_number_it_was_told_under_and_ones_own_area(client, cast, office):
    first = log(cast.clerk, office.qianzhou, "路灯不亮")
    nameless = log(cast.clerk, office.qianzhou, "路灯", citizen_phone="")
    client.force_login(cast.clerk)
    assert client.post(NAME, {"citizen_phone": "13900139000", "of": first.number}).status_code == 404
    assert client.post(NAME, {"citizen_phone": "", "of": nameless.number}).status_code == 404
    assert client.post(NAME, {"citizen_phone": PHONE, "of": "\x00"}).status_code == 404
    assert client.get(NAME).status_code == 405
    client.force_login(cast.stranger_clerk)
    assert client.post(NAME, {"citizen_phone": PHONE, "of": first.number}).status_code == 404
    assert not AccessRecord.objects.filter(action=AccessRecord.Action.REVEALED).exists()


def test_a_deputy_sees_own_earlier_opinions_and_no_name(client, cast, office):
    log(cast.clerk, office.qianzhou, "不是我的")
    own = log(cast.deputy, office.qianzhou, "我记下的", deputy=cast.as_deputy)
    client.force_login(cast.deputy)
    fragment = client.get(EARLIER, {"citizen_phone": PHONE}).content.decode()
    assert own.number in fragment and "不是我的" not in fragment and "石" not in fragment
    assert client.post(NAME, {"citizen_phone": PHONE, "of": own.number}).status_code == 404


@pytest.mark.parametrize("name", ["handler", "supervisor", "official", "auditor", "administrator", "nobody"])
def test_who_logs_nothing_asks_nothing(client, cast, name):
    client.force_login(getattr(cast, name))
    assert {
        client.get(EARLIER).status_code,
        client.get(ALIKE).status_code,
        client.post(NAME).status_code,
    } == {403}


def test_the_desk_offers_the_merger_and_every_citizen_learns_the_answer(client, cast, office):
    first = log(cast.clerk, office.qianzhou, "人民北路公交站牌歪了")
    second = log(cast.clerk, office.qianzhou, "人民北路公交站牌倒了", citizen_phone="13912345678")
    client.force_login(cast.officer)
    fragment = client.get(reverse("opinions:alike_of", args=[second.number])).text
    assert "共2人反映" in fragment and f"?into={first.number}" in fragment
    form = client.get(reverse("opinions:act", args=[second.number, "merge"]) + f"?into={first.number}").text
    assert f'value="{first.number}"' in form
    merging.merge(second.number, by=cast.officer, into=first.number)
    triage.route(first.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(first.number, by=cast.handler)
    report_back.answer(first.number, by=cast.handler, outcome="A", answer="站牌已扶正。")
    report_back.report_back(first.number, by=cast.clerk, how="phone", note="已电话告知")
    told = [(row.about, row.address) for row in Message.objects.filter(channel="sms") if "已扶正" in row.body]
    assert told == [(second.number, "13912345678")]
