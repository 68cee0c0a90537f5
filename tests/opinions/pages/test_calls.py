"""One phone call does it all: told, called back, evaluated, reopened where need be, by one save; then the next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessRecord
from opinions.ledger.verify import verify
from opinions.models import Opinion
from opinions.workflow import report_back
from tests.opinions.story import NAME, PHONE, answered, reported, statements, told

LIST = "/opinions/calls/"


def of(opinion) -> str:
    return f"/opinions/calls/{opinion.number}/"


def save(client, opinion, result, words="", **more):
    version = Opinion.objects.get(pk=opinion.pk).version
    return client.post(of(opinion), {"version": version, "result": result, "words": words, **more})


def done(opinion) -> list[str]:
    return list(opinion.events.order_by("sequence").values_list("action", flat=True))[4:]


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.clerk)
    return client


@pytest.mark.parametrize(
    ("result", "actions", "status", "round_"),
    [
        ("satisfied", ["report_back", "call_back", "evaluate"], "closed", 1),
        ("mostly", ["report_back", "call_back", "evaluate"], "closed", 1),
        ("not", ["report_back", "call_back", "evaluate", "reopen"], "routed", 2),
        ("reached", ["report_back", "call_back"], "reported_back", 1),
        ("unreached", ["call_back"], "answered", 1),
    ],
)
def test_one_save_does_all_that_the_call_brought(desk, cast, office, result, actions, status, round_):
    opinion = answered(cast, office)
    response = save(desk, opinion, result, "雨棚又漏了")
    assert response.status_code == 302 and response.url == LIST
    opinion.refresh_from_db()
    assert (done(opinion), opinion.status, opinion.round) == (actions, status, round_)
    how = [e.data["how"] for e in opinion.events.filter(action__in=["report_back", "evaluate"])]
    assert set(how) <= {"phone"}
    assert sum(hasattr(e, "words") and e.words.text == "雨棚又漏了" for e in opinion.events.all()) >= 1
    assert verify().broken is None


def test_who_was_told_already_is_called_back_and_evaluates(desk, cast, office):
    opinion = reported(cast, office)
    save(desk, opinion, "satisfied")
    opinion.refresh_from_db()
    assert opinion.status == "closed" and opinion.called_back_at
    assert done(opinion) == ["report_back", "call_back", "evaluate"]


def test_all_of_a_call_or_nothing(cast, office, monkeypatch):
    opinion = answered(cast, office)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(report_back, "reopen", broken)
    with pytest.raises(RuntimeError):
        report_back.call_citizen(
            opinion.number, by=cast.clerk, reached=True, satisfaction="not", words="没修好"
        )
    assert Opinion.objects.get(pk=opinion.pk).status == "answered"
    assert done(opinion) == []


def test_not_satisfied_needs_the_citizens_words_and_loses_nothing(desk, cast, office):
    opinion = answered(cast, office)
    response = save(desk, opinion, "not")
    assert response.status_code == 422 and "不满意" in response.text
    assert 'value="not" class="form-check-input is-invalid' not in response.text  # the choice is right
    assert done(opinion) == []


def test_the_number_is_shown_against_an_audit_row_alone(desk, cast, office):
    opinion = answered(cast, office, body="雨棚漏水")
    page = desk.get(of(opinion))
    assert PHONE not in page.text and NAME not in page.text and "138****5678" in page.text
    assert "雨棚已于本周装好。" in page.text
    shown = desk.post(f"{of(opinion)}number/")
    assert f"tel:{PHONE}" in shown.text and NAME in shown.text
    (row,) = AccessRecord.objects.filter(action="revealed")
    assert (row.by, row.subject, row.reason) == (cast.clerk, opinion.number, "电话反馈和回访")
    assert "no-store" in shown["Cache-Control"]


def test_who_was_not_reached_stays_and_comes_last(desk, cast, office):
    first, second, third = (answered(cast, office) for _turn in range(3))
    assert [row.number for row in desk.get(LIST).context["page"]] == [
        o.number for o in (first, second, third)
    ]
    response = save(desk, first, "unreached", "无人接听")
    assert response.url == of(second)
    page = desk.get(LIST)
    assert [row.number for row in page.context["page"]] == [o.number for o in (second, third, first)]
    assert "已拨打1次未接通" in page.text
    save(desk, second, "satisfied")
    assert save(desk, third, "unreached").url == LIST  # who was tried today waits for another day
    assert [row.number for row in desk.get(LIST).context["page"]] == [first.number, third.number]


def test_only_calls_that_reach_nobody_come_before_the_answer_was_told(client, cast, office):
    opinion = answered(cast, office)
    client.force_login(cast.clerk)
    refused = client.post(
        f"/opinions/{opinion.number}/call_back/", {"version": opinion.version, "reached": "yes"}
    )
    assert refused.status_code == 422
    client.post(f"/opinions/{opinion.number}/call_back/", {"version": opinion.version, "reached": "no"})
    assert done(opinion) == ["call_back"] and Opinion.objects.get(pk=opinion.pk).called_back_at is None


def test_without_a_phone_there_is_nobody_to_call(desk, cast, office):
    opinion = answered(cast, office, citizen_phone="")
    assert list(desk.get(LIST).context["page"]) == []
    assert desk.get(of(opinion)).url == f"/opinions/{opinion.number}/"
    sections = {s.kind.code: s.count for s in desk.get("/").context["sections"]}
    assert sections == {"calls": 0, "to_report_back": 1, "sent_back": 0}


def test_a_second_click_goes_on_and_does_nothing_twice(desk, cast, office):
    opinion = answered(cast, office)
    data = {"version": opinion.version, "result": "satisfied", "words": ""}
    assert desk.post(of(opinion), data).url == LIST
    assert desk.post(of(opinion), data).url == LIST
    assert done(opinion) == ["report_back", "call_back", "evaluate"]


def test_somebody_was_first_and_the_words_are_still_there(desk, cast, office):
    opinion = answered(cast, office)
    report_back.report_back(opinion.number, by=cast.studio_clerk, how="visit")
    data = {"version": opinion.version, "result": "satisfied", "words": "谢谢代表"}
    response = desk.post(of(opinion), data)
    assert response.status_code == 409 and "谢谢代表" in response.text and "石文员" in response.text
    assert save(desk, opinion, "satisfied", "谢谢代表").status_code == 302


@pytest.mark.parametrize("who", ["officer", "handler", "supervisor", "official", "deputy", "auditor"])
def test_only_clerks_phone(client, cast, office, who):
    opinion = answered(cast, office)
    client.force_login(getattr(cast, who))
    assert client.get(LIST).status_code == 403
    assert client.post(f"{of(opinion)}number/").status_code == 403


def test_a_strangers_call_does_not_exist(client, cast, office):
    opinion = answered(cast, office)
    client.force_login(cast.stranger_clerk)
    assert client.get(of(opinion)).status_code == 404
    assert client.post(f"{of(opinion)}number/").status_code == 404
    assert save(client, opinion, "satisfied").status_code == 404
    assert not AccessRecord.objects.filter(action="revealed").exists()


def test_a_call_costs_no_more_statements_than_it_did(desk, cast, office):
    for _turn in range(2):
        answered(cast, office)
    told(cast, office)
    save(desk, Opinion.objects.filter(status="answered").first(), "satisfied")
    opinion = Opinion.objects.get(status="answered")
    with CaptureQueriesContext(connection) as captured:
        desk.get(of(opinion))
    assert len(statements(captured.captured_queries)) <= 11, statements(captured.captured_queries)
    with CaptureQueriesContext(connection) as captured:
        save(desk, opinion, "satisfied")
    asked = statements(captured.captured_queries)
    # One of them asks whose opinions follow this one (merged): they get the answer with it.
    assert sum('WHERE ("opinions_opinion"."merged_into_id" = ' in sql for sql in asked) == 1
    assert len(asked) <= 17, asked
    with CaptureQueriesContext(connection) as captured:
        desk.get(LIST)
    assert len(statements(captured.captured_queries)) <= 8
