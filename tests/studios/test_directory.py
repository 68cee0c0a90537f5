"""The directory of studios: who sees which, in which order, at a fixed price."""

import pytest
from django.urls import reverse

from studios.models import Studio
from studios.pinyin import name_key, pinyin_key


def names(response):
    return [studio.name for studio in response.context["page"]]


def studio(code, name, township, **more):
    row = Studio(code=code, name=name, township=township, **more)
    row.name_pinyin = name_key(row)
    row.save()
    return row


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("clerk", {"乾州代表工作室"}),
        ("handler", {"乾州代表工作室"}),
        ("prefecture", {"乾州代表工作室", "沱江代表工作室"}),
        ("administrator", {"乾州代表工作室", "沱江代表工作室"}),
        ("stranger_clerk", {"沱江代表工作室"}),
    ],
)
def test_each_sees_the_studios_of_their_area(client, cast, who, expected):
    client.force_login(getattr(cast, who))
    assert set(names(client.get(reverse("studios:list")))) == expected


def test_the_order_is_by_township_and_sound(client, cast, office):
    studio("b", "重阳工作室", office.zhenxi)
    studio("a", "安心工作室", office.zhenxi)
    studio("c", "曾家工作室", office.zhenxi)
    client.force_login(cast.supervisor)
    assert names(client.get(reverse("studios:list"))) == [
        "乾州代表工作室",
        "安心工作室",
        "曾家工作室",
        "重阳工作室",
    ]


def test_filters_narrow_and_never_widen(client, cast, office):
    studio("a", "镇溪代表之家", office.zhenxi, kind="home")
    client.force_login(cast.supervisor)
    url = reverse("studios:list")
    assert names(client.get(url, {"kind": "home"})) == ["镇溪代表之家"]
    assert names(client.get(url, {"township": "433101005"})) == ["乾州代表工作室"]
    assert names(client.get(url, {"text": "镇溪"})) == ["镇溪代表之家"]
    assert names(client.get(url, {"text": "zhen xi"})) == ["镇溪代表之家"]
    page = client.get(url, {"county": "433123"})
    assert "沱江代表工作室" not in page.content.decode()


def test_choices_name_only_what_is_visible(client, cast):
    client.force_login(cast.clerk)
    text = client.get(reverse("studios:list")).content.decode()
    assert "吉首市" in text
    assert "凤凰县" not in text
    assert "沱江镇" not in text


def test_a_studio_page_shows_its_facts_and_deputies(client, cast, office):
    client.force_login(cast.clerk)
    text = client.get(reverse("studios:detail", args=[office.studio.pk])).content.decode()
    assert "杨代表" in text
    assert f"{reverse('opinions:list')}?studio={office.studio.pk}" in text


def test_the_administrator_is_not_sent_to_opinions(client, cast, office):
    client.force_login(cast.administrator)
    text = client.get(reverse("studios:detail", args=[office.studio.pk])).content.decode()
    assert f'href="{reverse("opinions:list")}"' not in text


def test_the_price_is_the_same_for_one_and_for_many(client, cast, office, django_assert_max_num_queries):
    client.force_login(cast.supervisor)
    url = reverse("studios:list")
    with django_assert_max_num_queries(20) as one:
        client.get(url)
    for number in range(30):
        studio(f"s{number}", f"第{number}工作室", office.zhenxi)
    with django_assert_max_num_queries(len(one)):
        response = client.get(url)
    assert len(names(response)) == 25
    assert len(names(client.get(url, {"page": 2}))) == 6


@pytest.mark.parametrize(
    ("name", "key"),
    [("单明", "shan ming"), ("曾亮", "zeng liang"), ("欧阳修", "ou yang xiu"), ("单于飞", "chan yu fei")],
)
def test_surnames_that_sound_different(name, key):
    assert pinyin_key(name, person=True) == key


def test_a_studios_page_leads_to_its_public_page_and_the_code_for_its_door(client, cast, office):
    client.force_login(cast.clerk)
    page = client.get(reverse("studios:detail", args=[office.studio.pk])).content.decode()
    assert '/p/jishou-qianzhou/"' in page and '/p/jishou-qianzhou/qr.svg"' in page
