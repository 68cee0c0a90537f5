"""The desks: what lies on them for whom, one click, and as many queries for thirty as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opinions.models import Opinion
from opinions.workflow import report_back, supervision, triage
from studios.models import Role
from tests.opinions.story import reported, routed, signed, statements, told

TRIAGE, HANDLING, SUPERVISION = "/opinions/triage/", "/opinions/handling/", "/supervision/"


def text_of(client, user, url):
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200, response
    return response.text


def late(opinion, days=30):
    """As if its deadline had been `days` days ago; only a test may write so."""
    Opinion.objects.filter(pk=opinion.pk).update(due_on=timezone.localdate() - timedelta(days=days))
    return opinion


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (TRIAGE, {"officer", "supervisor", "prefecture"}),
        (HANDLING, {"handler"}),
        (SUPERVISION, {"supervisor", "official", "prefecture"}),
    ],
)
def test_who_may_open_which_desk(client, cast, url, allowed):
    for who in (
        "officer",
        "supervisor",
        "prefecture",
        "handler",
        "official",
        "clerk",
        "deputy",
        "auditor",
        "nobody",
    ):
        client.force_login(getattr(cast, who))
        assert client.get(url).status_code == (200 if who in allowed else 403), who


def test_a_suggestion_shows_the_words_that_decided(client, cast, office):
    told(cast, office)
    text = text_of(client, cast.officer, TRIAGE)
    assert "<mark>公交</mark>站台没有雨棚" in text
    assert office.transport.name in text


def test_confirming_is_one_click_and_replaces_the_row(client, cast, office):
    opinion = told(cast, office)
    text = text_of(client, cast.officer, TRIAGE)
    form = text.split(f'id="row-{opinion.number}"')[1].split("</form>")[0]
    fields = dict(
        part.split('" value="') for part in form.split('type="hidden" name="')[1:] if '" value="' in part
    )
    data = {name: value.split('"')[0] for name, value in fields.items()}
    data.pop("csrfmiddlewaretoken", None)
    response = client.post(f"/opinions/{opinion.number}/route/", data, headers={"HX-Request": "true"})
    assert response.status_code == 200 and "<html" not in response.text
    assert office.transport.name in response.text and f'id="row-{opinion.number}"' in response.text
    done = Opinion.objects.get(pk=opinion.pk)
    assert (done.status, done.lead_agency, done.category) == ("routed", office.transport, office.roads)
    again = client.post(f"/opinions/{opinion.number}/route/", data, headers={"HX-Request": "true"})
    assert again.status_code == 409 and f'id="row-{opinion.number}"' in again.text


def test_without_scripts_the_click_leads_back_to_the_desk(client, cast, office):
    opinion = routed(cast, office)
    client.force_login(cast.handler)
    response = client.post(
        f"/opinions/{opinion.number}/sign/", {"version": opinion.version, "back": "handling_desk"}
    )
    assert (response.status_code, response["Location"]) == (302, HANDLING)


def test_oldest_first_and_only_ones_own_county(client, cast, office):
    first, second = told(cast, office, title="先来的公交"), told(cast, office, title="后到的公交")
    told(
        cast,
        office,
        by=cast.stranger_clerk,
        township=office.tuojiang,
        studio=None,
        deputy=None,
        title="外县的事",
    )
    text = text_of(client, cast.officer, TRIAGE)
    assert text.index(first.number) < text.index(second.number)
    assert "外县的事" not in text


def test_a_return_brings_its_reason_and_the_agency_it_suggests(client, cast, office):
    opinion = routed(cast, office)
    triage.return_it(opinion.number, by=cast.handler, reason="属于环保职责", suggested_agency=office.ecology)
    text = text_of(client, cast.officer, TRIAGE)
    assert "属于环保职责" in text and office.ecology.name in text


def test_the_third_round_lies_on_the_supervisors_desk(client, cast, office):
    told(cast, office, title="普通的公交意见")
    opinion = reported(cast, office, title="第三轮的公交意见")
    Opinion.objects.filter(pk=opinion.pk).update(round=2)
    report_back.evaluate(opinion.number, by=cast.clerk, satisfaction="not", how="phone", reason="仍未修")
    mine = text_of(client, cast.supervisor, TRIAGE)
    assert "第三轮的" in mine and "普通的" not in mine and f"/opinions/{opinion.number}/route/" in mine
    assert f"/opinions/{opinion.number}/route/" not in text_of(client, cast.officer, TRIAGE)


def test_the_handlers_desk_by_what_is_to_be_done(client, cast, office):
    to_sign, in_hand = routed(cast, office, title="待签收的"), signed(cast, office, title="办理中的")
    supervision.notify(in_hand.number, by=cast.supervisor, kind="supervise")
    assert to_sign.number in text_of(client, cast.handler, HANDLING)
    assert in_hand.number not in text_of(client, cast.handler, HANDLING + "?show=to_sign")
    assert in_hand.number in text_of(client, cast.handler, HANDLING + "?show=to_answer")
    assert in_hand.number in text_of(client, cast.handler, HANDLING + "?show=to_acknowledge")
    assert to_sign.number not in text_of(client, cast.other_handler, HANDLING)


def test_joint_handling_stands_apart(client, cast, office):
    opinion = told(cast, office)
    triage.route(
        opinion.number, by=cast.officer, lead_agency=office.transport, joint_agencies=[office.ecology]
    )
    text = text_of(client, cast.other_handler, HANDLING + "?show=joint")
    assert opinion.number in text and office.transport.name in text
    assert f"/opinions/{opinion.number}/sign/" not in text


def test_the_desk_of_an_agency_names_no_citizen_and_no_number(client, cast, office):
    routed(cast, office, title="张秀英 13812345678 反映公交", keep_secret=True)
    for url in (HANDLING, "/"):
        text = text_of(client, cast.handler, url)
        assert "张秀英" not in text and "13812345678" not in text


def test_supervision_counts_open_the_lists_they_count(client, cast, office):
    for days in (20, 40):
        late(routed(cast, office), days)
    asked = signed(cast, office)
    supervision.ask_extension(asked.number, by=cast.handler, days=3, reason="等材料")
    client.force_login(cast.prefecture)
    response = client.get(SUPERVISION)
    figures = {code: row for code, _name, row in response.context["table"]}
    assert figures["433101"]["overdue"] == 2 and figures["433101"]["extension_asked"] == 1
    assert figures["433123"]["overdue"] == 0
    for kind, count in figures["433101"].items():
        listed = client.get(SUPERVISION, {"show": kind, "county": "433101"}).context["page"]
        assert listed.paginator.count == count, kind
    rows = response.context["page"].object_list
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    assert rows[0].late > rows[1].late > 0


def test_supervision_filters_and_keeps_to_the_county(client, cast, office):
    opinion = late(routed(cast, office))
    assert opinion.number in text_of(
        client, cast.supervisor, f"{SUPERVISION}?agency={office.transport.pk}&status=routed"
    )
    assert opinion.number not in text_of(client, cast.supervisor, f"{SUPERVISION}?agency={office.ecology.pk}")
    assert opinion.number not in text_of(client, cast.supervisor, f"{SUPERVISION}?county=433123")
    assert opinion.number not in text_of(client, cast.supervisor, f"{SUPERVISION}?status=closed")


def queries(client, user, url):
    client.force_login(user)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(statements(captured.captured_queries))


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("officer", TRIAGE),
        ("handler", HANDLING + "?show=to_sign"),
        ("handler", HANDLING + "?show=to_answer"),
        ("supervisor", SUPERVISION),
        ("prefecture", SUPERVISION + "?county=433101"),
        ("clerk", "/opinions/waiting/to_report_back/"),
    ],
)
def test_thirty_rows_cost_as_many_queries_as_one(client, cast, office, who, url):
    def some(count):
        for _row in range(count):
            told(cast, office)
            late(routed(cast, office))
            late(signed(cast, office))
            number = signed(cast, office).number
            report_back.answer(number, by=cast.handler, outcome="A", answer="好了")

    some(1)
    one = queries(client, getattr(cast, who), url)
    some(29)
    assert queries(client, getattr(cast, who), url) == one
    assert one <= 16


def test_a_role_is_needed_for_what_waits(client, cast, office):
    client.force_login(cast.clerk)
    assert client.get("/opinions/waiting/to_sign/").context["page"].paginator.count == 0
    assert client.get("/opinions/waiting/nonsense/").status_code == 404
    client.force_login(cast.auditor)
    assert client.get("/opinions/waiting/to_sign/").status_code == 403
    assert Role.AUDITOR


def test_what_was_returned_is_never_suggested_to_the_same_agency_again(client, cast, office):
    opinion = routed(cast, office, title="公交站台又坏了")
    triage.return_it(opinion.number, by=cast.handler, reason="不属本单位")
    desk = text_of(client, cast.officer, TRIAGE)
    assert 'name="lead_agency"' not in desk
    form = text_of(client, cast.officer, f"/opinions/{opinion.number}/route/")
    assert f'<option value="{office.transport.pk}" selected' not in form


def test_the_agency_suggested_with_a_return_is_one_click_away(client, cast, office):
    opinion = routed(cast, office)
    triage.return_it(opinion.number, by=cast.handler, reason="属环保", suggested_agency=office.ecology)
    assert f'name="lead_agency" value="{office.ecology.pk}"' in text_of(client, cast.officer, TRIAGE)
    form = text_of(client, cast.officer, f"/opinions/{opinion.number}/route/")
    assert f'<option value="{office.ecology.pk}" selected' in form
