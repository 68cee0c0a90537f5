"""Hot topics: what many say of one matter, counted in people; one step to a deputies' proposal with its own clock."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from opinions.lifecycle.errors import Refused
from opinions.models import Event, Opinion, Proposal, Topic
from opinions.triage.topics import proposals, refresh
from opinions.triage.topics.clustering import Message, hot_topics
from tests.conftest import at
from tests.opinions.story import told

SAID = [
    "金桥小区旁搅拌站噪音扰民",
    "金桥小区附近的搅拌站灰尘太大",
    "请关停金桥小区边上的搅拌站",
    "金桥小区搅拌站半夜施工",
    "金桥小区居民求搬走搅拌站",
    "搅拌站污染金桥小区，孩子咳嗽",
    "金桥小区搅拌站手续齐全吗",
    "金桥小区的搅拌站又开工了",
    "金桥小区搅拌站水泥车堵路",
    "举报金桥小区搅拌站违建",
]
OTHER = [
    "公积金能网上转移吗",
    "中学食堂饭菜涨价",
    "图书馆周末闭馆",
    "医保报销要几天",
    "村里的水井干了",
    "身份证补办要多久",
    "公园路灯全灭了",
    "驾校不退学费",
    "幼儿园招生名额",
    "快递点占了楼道",
    "养老认证刷不了脸",
    "菜市场鱼摊缺斤少两",
    "宽带装机排了一个月",
    "老年证在哪里办",
    "小学门口红绿灯太短",
    "耕地补贴还没到账",
    "物业费为什么涨",
    "地铁口自行车乱停",
]


def messages():
    start = datetime(2026, 10, 1)
    topic = [
        Message(f"t{n}", f"p{n}", said, f"{said}，搅拌站离金桥小区只有五十米，粉尘很重。", start)
        for n, said in enumerate(SAID)
    ]
    rest = [Message(f"o{n}", f"q{n}", said, f"{said}，请答复{n}。", start) for n, said in enumerate(OTHER)]
    street = [
        Message(f"s{n}", f"r{n}", f"朝阳街道{said}", f"我住朝阳街道，{said}。", start)
        for n, said in enumerate(OTHER[:10])
    ]
    return topic + rest + street


def test_one_matter_is_found_and_a_street_is_none():
    found = hot_topics(messages())
    assert [{m.id for m in topic.messages} for topic in found] == [{f"t{n}" for n in range(len(SAID))}]
    assert found[0].people == len(SAID)


def test_the_words_in_common_are_whole_words():
    """Not 桥小 and 拌站, which are pieces of them."""
    [topic] = hot_topics(messages())
    assert topic.words[:2] == ["搅拌站", "金桥小区"]


def test_one_person_many_times_is_no_topic():
    same = [Message(m.id, "p", m.title, m.body, m.at) for m in messages()]
    assert hot_topics(same) == []
    assert hot_topics([]) == []


def background():
    """Eighteen people about eighteen matters."""
    start = datetime(2026, 10, 1)
    return [Message(f"o{n}", f"q{n}", said, f"{said}，请答复{n}。", start) for n, said in enumerate(OTHER)]


def test_ten_neighbours_with_one_text_from_ten_phones_are_a_topic():
    title, body = "金桥小区搅拌站扰民", "搅拌站离金桥小区只有五十米，粉尘很重，请尽快关停。"
    copies = [Message(f"c{n}", f"p{n}", title, body, datetime(2026, 10, 2)) for n in range(10)]
    found = hot_topics([*copies, *background()])
    assert [(topic.people, {m.id for m in topic.messages}) for topic in found] == [
        (10, {f"c{n}" for n in range(10)})
    ]


UNPAID = [
    "鑫庆医药公司拖欠员工工资",
    "骧龙集团拖欠劳务工资三年",
    "海航家润超市拖欠员工工资",
    "通商食品公司恶意拖欠工资",
    "花儿科技公司拖欠离职员工工资",
    "优客租房公司拖欠员工工资",
    "名未集团长期拖欠员工工资",
    "发旺食品公司拖欠工资半年",
    "云顶花园项目部拖欠民工工资",
    "郡长中学工地拖欠工人工资",
]


def test_ten_people_about_ten_firms_are_no_topic():
    start = datetime(2026, 10, 2)
    unpaid = [
        Message(f"u{n}", f"p{n}", said, f"{said}，员工多次讨要工资，公司拖欠不给。", start)
        for n, said in enumerate(UNPAID)
    ]
    assert hot_topics([*unpaid, *background()]) == []
    same = [
        Message(f"u{n}", f"p{n}", f"鑫庆医药公司{said[-6:]}", f"{said}，鑫庆医药公司拖欠工资不给。", start)
        for n, said in enumerate(UNPAID)
    ]
    assert [topic.people for topic in hot_topics([*same, *background()])] == [10]


@pytest.fixture
def county(cast, office):
    rows = []
    for n, said in enumerate([*SAID, *OTHER]):
        body = f"{said}，搅拌站离金桥小区只有五十米，粉尘很重。" if said in SAID else f"{said}，请答复。"
        when = at("2026-10-05 09:00") + timedelta(days=n)
        rows.append(told(cast, office, title=said, body=body, citizen_phone=f"1381234{n:04d}", at=when))
    office.topics = refresh.refresh(county="433101", now=at("2026-11-20 03:00"))
    return office


@pytest.mark.django_db
def test_a_county_keeps_its_topics_and_knows_them_again(county, cast):
    (topic,) = county.topics
    assert (topic.people, topic.messages, topic.trend) == (10, 10, "down")
    told(
        cast,
        county,
        title="金桥小区搅拌站还在生产",
        body="搅拌站离金桥小区只有五十米，粉尘很重。",
        at=at("2026-11-20 09:00"),
    )
    (again,) = refresh.refresh(county="433101", now=at("2026-11-21 03:00"))
    assert again.pk == topic.pk and again.messages == 11


@pytest.mark.django_db
def test_one_step_to_a_proposal_with_its_own_clock_and_outcome(client, county, cast, time_machine):
    time_machine.move_to(at("2026-11-30 10:00"), tick=False)
    (topic,) = county.topics
    client.force_login(cast.official)
    assert topic.title in client.get(reverse("opinions:topics")).text
    words = {"months": "3", "reason": "十人反映，久拖未决", "confirmed": "on", "seen": "10"}
    for missing in ("reason", "confirmed", "seen"):
        page = client.post(reverse("opinions:take_up", args=[topic.pk]), words | {missing: ""})
        assert page.status_code == 422 and not Proposal.objects.exists()
    client.post(reverse("opinions:take_up", args=[topic.pk]), words)
    made = Proposal.objects.get()
    assert (made.due_on, made.opinions.count()) == (date(2027, 2, 28), 10)
    locked = Event.objects.filter(action="escalate").order_by("pk").values_list("opinion__number", flat=True)
    assert len(locked) == 10
    assert list(locked) == sorted(
        locked
    )  # in the order in which every other work on many opinions locks them
    assert Opinion.objects.filter(escalated_at__isnull=False).count() == 10
    client.post(reverse("opinions:take_up", args=[topic.pk]), words | {"reason": "再来"})
    assert Proposal.objects.count() == 1
    url = reverse("opinions:proposal", args=[made.pk])
    assert client.post(url, {"outcome": "E", "answer": "x"}).status_code == 422
    client.post(url, {"outcome": "B", "answer": "搅拌站已停产整改。"})
    made.refresh_from_db()
    assert (made.outcome, made.answered_on) == ("B", date(2026, 11, 30))
    with pytest.raises(Refused):
        proposals.answer(made.pk, by=cast.official, outcome="A", text="又一次")
    refresh.refresh(
        county="433101", now=at("2027-06-01 03:00")
    )  # nothing is told any more: what was taken up stays
    assert Topic.objects.get() == topic


@pytest.mark.django_db
def test_an_opinion_taken_out_of_a_topic_stays_out_and_the_proposal_waits_for_a_second_look(
    client, county, cast
):
    (topic,) = county.topics
    other = topic.opinions.get(title=SAID[3])
    client.force_login(cast.officer)
    client.post(reverse("opinions:topic_exclude", args=[topic.pk]), {"number": other.number})
    refresh.refresh(county="433101", now=at("2026-11-21 03:00"))
    topic.refresh_from_db()
    assert (topic.messages, topic.people) == (9, 9)
    assert other not in topic.opinions.all()
    client.force_login(cast.official)
    words = {"months": "3", "reason": "多人反映", "confirmed": "on", "seen": "10"}
    page = client.post(reverse("opinions:take_up", args=[topic.pk]), words)
    assert page.status_code == 422 and not Proposal.objects.exists()
    assert "多人反映" in page.text and 'name="seen" value="9"' in page.text
    client.post(reverse("opinions:take_up", args=[topic.pk]), words | {"seen": "9"})
    assert Proposal.objects.get().opinions.count() == 9


@pytest.mark.django_db
def test_where_no_topic_stands_out_the_page_says_how_many_were_heard(client, cast, office):
    told(cast, office, title="路灯不亮")
    client.force_login(cast.official)
    assert "最近90天登记了1件意见" in client.get(reverse("opinions:topics")).text


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
    ],
)
def test_months_end_where_the_month_ends(day, months, due):
    assert proposals.months_after(day, months) == due
