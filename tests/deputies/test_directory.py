"""The directory of deputies."""

import pytest
from django.urls import reverse

from deputies.models import Deputy
from studios.pinyin import name_key


def names(response):
    return [deputy.name for deputy in response.context["page"]]


def deputy(name, township, **more):
    row = Deputy(name=name, township=township, **more)
    row.name_pinyin = name_key(row, person=True)
    row.save()
    return row


@pytest.mark.parametrize(
    ("who", "expected"),
    [("clerk", ["杨代表"]), ("supervisor", ["杨代表"]), ("stranger_clerk", ["沱江代表"])],
)
def test_each_sees_the_deputies_of_their_area(client, cast, office, who, expected):
    deputy("沱江代表", office.tuojiang)
    client.force_login(getattr(cast, who))
    assert names(client.get(reverse("deputies:list"))) == expected


def test_surnames_are_in_order_and_former_deputies_can_be_left_out(client, cast, office):
    for name in ("曾一", "单二", "安三"):
        deputy(name, office.zhenxi, active=name != "安三")
    client.force_login(cast.supervisor)
    url = reverse("deputies:list")
    assert names(client.get(url, {"township": "433101007"})) == ["安三", "单二", "曾一"]
    assert names(client.get(url, {"active": "true", "township": "433101007"})) == ["单二", "曾一"]
    assert names(client.get(url, {"active": "false"})) == ["安三"]


def test_a_deputy_page_leads_to_the_studio_and_the_opinions(client, cast, office):
    client.force_login(cast.supervisor)
    text = client.get(reverse("deputies:detail", args=[cast.as_deputy.pk])).content.decode()
    assert reverse("studios:detail", args=[office.studio.pk]) in text
    assert f"{reverse('opinions:list')}?deputy={cast.as_deputy.pk}" in text


def test_a_deputy_next_door_does_not_exist(client, cast):
    client.force_login(cast.stranger_clerk)
    assert client.get(reverse("deputies:detail", args=[cast.as_deputy.pk])).status_code == 404


def test_the_price_is_the_same_for_one_and_for_many(client, cast, office, django_assert_max_num_queries):
    client.force_login(cast.supervisor)
    url = reverse("deputies:list")
    with django_assert_max_num_queries(20) as one:
        client.get(url)
    for number in range(30):
        deputy(f"代表{number}", office.zhenxi, studio=office.studio)
    with django_assert_max_num_queries(len(one)):
        client.get(url)
