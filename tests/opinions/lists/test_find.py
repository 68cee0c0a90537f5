"""The search of the top bar: straight to the one opinion it names, else to the list; never beyond one's area."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opinions.models import Opinion
from tests.opinions.story import NAME, PHONE, routed, statements, told

FIND = "/opinions/find/"


@pytest.fixture
def two(cast, office):
    """433101-2026-000001 of 张秀英 (13812345678), and one of another."""
    first = routed(cast, office)
    other = told(cast, office, title="路灯不亮", citizen_name="张三", citizen_phone="13900005678")
    return first, other


def asked(client, user, words):
    client.force_login(user)
    response = client.get(FIND, {"q": words})
    assert response.status_code == 302
    return response.url


def listed(client, user, words):
    response = client.get(asked(client, user, words))
    return {row.number for row in response.context["page"]}


WIDE = ("１３８１２３４５６７８", "张秀英　５６７８")


@pytest.mark.parametrize(
    "words",
    ["{number}", "{serial}", "000001", PHONE, "138-1234-5678。", f"{NAME} 5678", f"{NAME}5678", f"5678 {NAME}",
     "张秀 5678", *WIDE],
)  # fmt: skip
def test_what_names_one_opinion_leads_there(client, cast, two, words):
    number = two[0].number
    words = words.format(number=number, serial=int(number[-6:]))
    assert asked(client, cast.officer, words) == f"/opinions/{number}/"


def test_what_names_several_or_says_words_leads_to_the_list(client, cast, two):
    first, other = (opinion.number for opinion in two)
    assert asked(client, cast.officer, "张 5678").startswith("/opinions/?q=")
    assert listed(client, cast.officer, "张 5678") == {first, other}
    assert listed(client, cast.officer, "路灯") == {other}
    assert listed(client, cast.officer, "李 5678") == set()
    assert listed(client, cast.officer, "5678") == set()  # without a name the end of a phone finds nobody


@pytest.mark.parametrize("who", ["handler", "official", "deputy"])
@pytest.mark.parametrize("words", [PHONE, f"{NAME} 5678"])
def test_who_does_not_work_with_the_citizen_finds_nobody_by_phone(client, cast, two, who, words):
    user = getattr(cast, who)
    assert asked(client, user, two[0].number) == f"/opinions/{two[0].number}/"
    assert listed(client, user, words) == set()


@pytest.mark.parametrize("words", ["{number}", PHONE, f"{NAME} 5678", "1", "公交站台"])
def test_what_lies_elsewhere_is_not_found(client, cast, two, words):
    assert listed(client, cast.stranger_officer, words.format(number=two[0].number)) == set()


def test_a_phone_that_was_corrected_is_found_by_its_new_end(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.clerk)
    fields = {"title": "标题", "body": "话", "channel": "phone", "matter_type": "help", "urgency": "normal",
              "citizen_phone": "13700001111", "township": office.qianzhou.pk, "version": 1}  # fmt: skip
    assert client.post(f"/opinions/{opinion.number}/amend/", fields).status_code == 302
    assert asked(client, cast.clerk, f"{NAME} 1111") == f"/opinions/{opinion.number}/"
    assert listed(client, cast.clerk, f"{NAME} 5678") == set()


def test_the_box_stands_on_every_page_of_those_who_read_opinions(client, cast):
    for who in ("clerk", "officer", "handler", "deputy", "official"):
        client.force_login(getattr(cast, who))
        for page in ("/", "/opinions/", "/studios/"):
            assert f'action="{FIND}"' in client.get(page).text, (who, page)
    for who in ("auditor", "administrator"):
        client.force_login(getattr(cast, who))
        assert f'action="{FIND}"' not in client.get("/").text


def test_nothing_asked_is_a_page_of_its_own(client, cast):
    client.force_login(cast.clerk)
    assert client.get(FIND).status_code == 200


def test_a_search_costs_eight_statements_at_most(client, cast, two):
    client.force_login(cast.officer)
    for words in (two[0].number, "1", PHONE, f"{NAME} 5678", "公交站台"):
        with CaptureQueriesContext(connection) as captured:
            client.get(FIND, {"q": words})
        assert len(statements(captured.captured_queries)) <= 8, words
        with CaptureQueriesContext(connection) as captured:
            client.get("/opinions/", {"q": words})
        assert len(statements(captured.captured_queries)) <= 8, words


def test_what_was_told_before_is_found_too(cast, office):
    """The migration fills what had no end yet."""
    from importlib import import_module

    from django.apps import apps

    opinion = told(cast, office)
    kept = opinion.phone_tail
    Opinion.objects.filter(pk=opinion.pk).update(phone_tail="")
    import_module("opinions.migrations.0025_ends_of_phones").fill(apps, None)
    opinion.refresh_from_db()
    assert opinion.phone_tail == kept != ""
