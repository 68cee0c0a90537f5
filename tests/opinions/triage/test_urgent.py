"""Urgent signals: raised at once, told to people, left to a person; a list the office edits."""

import pytest
from django.urls import reverse

from notifications.models import Message
from opinions.jobs import sweep
from opinions.models import UrgentFlag, UrgentSignal
from opinions.triage.urgent import signals_in
from tests.conftest import at
from tests.opinions.story import told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "month", "names"),
    [
        ("邻居说不想活了", 6, ["人身安全"]),
        ("开发商跳楼价促销", 6, []),
        ("老屋坍塌压了人", 6, ["坍塌"]),
        ("学校食堂疑似食物中毒", 6, ["中毒"]),
        ("老板拖欠我们的工资", 12, ["岁末年初欠薪"]),
        ("老板拖欠我们的工资", 6, []),
        ("上百人聚集在工地门口堵路", 6, ["公共秩序"]),
        ("燃气泄漏没人管", 6, ["公共安全"]),
        ("公交站台没有雨棚", 12, []),
    ],
)
def test_what_raises_a_flag(cast, office, text, month, names):
    opinion = told(cast, office, title=text, body="请看。")
    assert [name for name, _words in signals_in(opinion, at(f"2026-{month:02d}-10 09:00"))] == names


def test_it_is_told_at_once_and_left_to_a_person(client, cast, office):
    opinion = told(cast, office, title="公交公路客运出租车司机不想活了", body="公交公路客运")
    assert sweep.check(opinion.number, now=opinion.registered_at)
    assert sweep.check(opinion.number, now=opinion.registered_at) is None
    opinion.refresh_from_db()
    assert opinion.status == "registered"  # the keywords alone would be sure
    told_to = set(Message.objects.filter(about=opinion.number).values_list("recipient", flat=True))
    assert {cast.officer.pk, cast.official.pk} <= told_to
    told(cast, office, title="无关的事")
    client.force_login(cast.officer)
    page = client.get(reverse("opinions:triage_desk")).text
    assert "紧急信号" in page and "不想活" in page
    client.post(reverse("opinions:seen", args=[opinion.number]))
    assert UrgentFlag.objects.get(pk=opinion.pk).seen_by == cast.officer
    assert "我已查看" not in client.get(reverse("opinions:triage_desk")).text


def test_the_office_edits_the_list(client, cast, office):
    client.force_login(cast.administrator)
    data = {
        "name": "疫情",
        "words": "疫情 隔离+断粮",
        "unless": "",
        "months": "",
        "active": "on",
        "county": "",
    }
    assert client.post(reverse("admin:opinions_urgentsignal_add"), data).status_code == 302
    opinion = told(cast, office, title="隔离点断粮两天", body="请救急")
    assert [name for name, _words in signals_in(opinion, at("2026-06-01 09:00"))] == ["疫情"]
    UrgentSignal.objects.filter(name="疫情").update(active=False)
    assert signals_in(opinion, at("2026-06-01 09:00")) == []
