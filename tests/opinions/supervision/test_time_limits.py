"""The page of time limits: what holds and where it comes from, the history, and setting one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opinions.models import TimeLimit, TimeLimitChange
from tests.conftest import person
from tests.opinions.story import routed, statements

PAGE, CHANGE = "/opinions/limits/", "/opinions/limits/change/?county=433101&clock=handling&matter=complaint"


@pytest.fixture
def boss(client, cast):
    client.force_login(cast.administrator)
    return client


def test_everybody_reads_what_holds_and_where_it_comes_from(client, cast, office):
    TimeLimit.objects.create(county=office.jishou, clock="handling", matter="complaint", days=12)
    TimeLimit.objects.create(clock="triage", days=3)
    for who in (cast.clerk, cast.handler, cast.supervisor, cast.auditor, cast.administrator):
        client.force_login(who)
        page = client.get(PAGE + "?county=433101")
        table = dict(page.context["table"])
        handling = {cell["matter"]: (cell["days"], cell["source"]) for cell in table["办理"]}
        assert handling["complaint"] == (12, "本县（市）规定")
        assert handling["enquiry"] == (3, "系统预设时限")
        assert {(c["days"], c["source"]) for c in table["分流"][1:]} == {(3, "全州统一规定")}
    client.force_login(cast.clerk)
    assert CHANGE.split("?", maxsplit=1)[0] not in client.get(PAGE).text


def test_another_countys_page_does_not_exist(client, cast):
    client.force_login(cast.clerk)
    assert client.get(PAGE + "?county=433123").status_code == 404
    assert client.get(PAGE + "?county=x").status_code == 404


def test_a_limit_is_set_with_its_reason_and_stands_in_the_history(boss, cast):
    assert 'name="seen"' in boss.get(CHANGE).text
    sent = boss.post(CHANGE, {"days": 12, "reason": "旅游旺季从快", "seen": ""}, follow=True)
    assert sent.redirect_chain == [(PAGE + "?county=433101", 302)]
    assert "旅游旺季从快" in sent.text and "管理员" in sent.text
    change = TimeLimitChange.objects.get()
    assert (change.days_before, change.days, change.by) == (None, 12, cast.administrator)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"days": 0, "reason": "x"}, "days"),
        ({"days": 251, "reason": "x"}, "days"),
        ({"days": "abc", "reason": "x"}, "days"),
        ({"days": 5, "reason": ""}, "reason"),
        ({"days": 5, "reason": "x" * 201}, "reason"),
        ({"days": "", "reason": "x"}, "days"),  # nothing is set, and nothing shall be
        ({"days": 5, "reason": "看过的是旧的", "seen": 9}, "days"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(boss, fields, wrong):
    page = boss.post(CHANGE, fields)
    assert page.status_code == 422
    assert wrong in page.context["form"].errors
    assert str(fields["reason"]) in page.text
    assert not TimeLimit.objects.exists() and not TimeLimitChange.objects.exists()


def test_a_row_is_lifted_by_leaving_it_empty(boss, office):
    TimeLimit.objects.create(county=office.jishou, clock="handling", matter="complaint", days=12)
    assert boss.post(CHANGE, {"days": "", "reason": "恢复规定", "seen": 12}).status_code == 302
    assert not TimeLimit.objects.exists()
    assert TimeLimitChange.objects.get().days is None


def test_an_address_that_names_no_limit_does_not_exist(boss):
    for query in ("", "?clock=handling&matter=nothing", "?county=999999&clock=handling", "?clock=x"):
        assert boss.get(CHANGE.split("?", maxsplit=1)[0] + query).status_code == 404


def test_a_countys_administrator_sets_its_own_alone(client, office):
    client.force_login(person("own", "本县管理", ("administrator", {"area_code": "433101"})))
    assert client.get(CHANGE).status_code == 200
    assert client.get(CHANGE.replace("433101", "")).status_code == 403
    assert client.get(CHANGE.replace("433101", "433123")).status_code == 404


def test_the_opinion_says_which_limit_it_has_and_from_where(client, cast, office):
    TimeLimit.objects.create(county=office.jishou, clock="handling", days=12)
    opinion = routed(cast, office)
    client.force_login(cast.clerk)
    page = client.get(f"/opinions/{opinion.number}/").text
    assert "12个工作日" in page and "本县（市）规定" in page and "系统预设时限" in page


def test_as_many_queries_for_many_changes_as_for_one(boss, cast, office):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(PAGE + "?county=433101").status_code == 200
        return len(statements(captured.captured_queries))

    def changes(count):
        TimeLimitChange.objects.bulk_create(
            TimeLimitChange(county=office.jishou, clock="triage", days=n % 9 + 1, reason="x", at=timezone.now(),
                        by=cast.administrator, actor="管理员") for n in range(count)
        )  # fmt: skip

    changes(1)
    one = asked()
    changes(30)
    assert asked() == one <= 10
