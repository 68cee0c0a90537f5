"""Taking actions in the browser: forms, refusals, and two people at the same opinion."""

from datetime import timedelta

import pytest
from django.utils import timezone

from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Opinion
from opinions.workflow import report_back, triage
from tests.opinions.story import answered, reported, routed, signed, told


@pytest.fixture
def send(client):
    """`send(user, opinion, action, **fields)`: post the action's form as this person saw the opinion."""

    def post(user, opinion, action, htmx=False, **fields):
        client.force_login(user)
        headers = {"HX-Request": "true"} if htmx else {}
        data = {"version": opinion.version, **fields}
        return client.post(f"/opinions/{opinion.number}/{action}/", data, headers=headers)

    return post


def now(opinion):
    return Opinion.objects.get(pk=opinion.pk)


def route_fields(office, **more):
    fields = {
        "lead_agency": office.transport.pk,
        "category": office.roads.pk,
        "matter_type": "complaint",
        "urgency": "normal",
    }
    return fields | more


def test_the_whole_way_through_forms(client, cast, office, send):
    opinion = told(cast, office)
    steps = [
        (
            cast.officer,
            "route",
            route_fields(office, instructions="请尽快", joint_agencies=[office.ecology.pk]),
            "routed",
        ),
        (cast.handler, "sign", {}, "handling"),
        (cast.handler, "ask_extension", {"days": 3, "reason": "等材料"}, "handling"),
        (cast.supervisor, "grant_extension", {"note": "同意"}, "handling"),
        (cast.supervisor, "notify", {"kind": "supervise", "note": "请抓紧"}, "handling"),
        (
            cast.handler,
            "acknowledge",
            {"reply": "本周答复", "promised_on": timezone.localdate() + timedelta(days=2)},
            "handling",
        ),
        (
            cast.handler,
            "suspend",
            {"reason": "等群众", "until_on": timezone.localdate() + timedelta(days=9)},
            "handling",
        ),
        (cast.handler, "resume", {"note": "已补齐"}, "handling"),
        (cast.official, "escalate", {"reason": "同类问题多"}, "handling"),
        (cast.handler, "answer", {"outcome": "A", "answer": "已装好"}, "answered"),
        (cast.clerk, "report_back", {"how": "phone", "note": ""}, "reported_back"),
        (cast.clerk, "call_back", {"reached": "yes", "note": "谢谢"}, "reported_back"),
        (cast.clerk, "evaluate", {"satisfaction": "not", "how": "phone", "reason": "又坏了"}, "routed"),
        (cast.handler, "sign", {}, "handling"),
        (cast.handler, "answer", {"outcome": "A", "answer": "重新装好"}, "answered"),
        (cast.clerk, "report_back", {"how": "visit"}, "reported_back"),
        (cast.clerk, "evaluate", {"satisfaction": "satisfied", "how": "visit", "reason": ""}, "closed"),
        (cast.deputy, "rate", {"rating": "mostly", "note": "慢了些"}, "closed"),
        (cast.supervisor, "reopen", {"reason": "再次损坏", "ask_triage": "on"}, "registered"),
    ]
    for user, action, fields, status in steps:
        client.force_login(user)
        shown = client.get(f"/opinions/{opinion.number}/{action}/")
        assert shown.status_code == 200, action
        for name in fields:
            assert f'name="{name}"' in shown.text, (action, name)
        response = send(user, now(opinion), action, **fields)
        assert response.status_code == 302, (action, response.text)
        assert now(opinion).status == status, action
    done = now(opinion)
    assert done.round == 3 and done.category == office.roads


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (
            "amend",
            {
                "title": "改过的标题",
                "body": "改过",
                "channel": "phone",
                "matter_type": "help",
                "urgency": "normal",
            },
        ),
        ("withdraw", {"reason": "群众自己解决了"}),
    ],
)
def test_a_clerk_corrects_or_withdraws(cast, office, send, action, fields):
    opinion = told(cast, office)
    assert send(cast.clerk, opinion, action, township=office.qianzhou.pk, **fields).status_code == 302
    assert now(opinion).version == 2


def test_amending_shows_no_name_and_keeps_it(client, cast, office, send):
    opinion = told(cast, office)
    client.force_login(cast.clerk)
    text = client.get(f"/opinions/{opinion.number}/amend/").text
    assert "张秀英" not in text and 'value="13812345678"' not in text
    fields = {
        "title": "新标题",
        "body": "新话",
        "channel": "phone",
        "matter_type": "help",
        "urgency": "normal",
    }
    send(cast.clerk, opinion, "amend", township=office.qianzhou.pk, **fields)
    assert (now(opinion).title, now(opinion).citizen_name) == ("新标题", "张秀英")


def test_declined_with_the_door_of_its_reason(client, cast, office, send):
    opinion = told(cast, office)
    assert send(cast.officer, opinion, "decline", reason="litigation").status_code == 302
    client.force_login(cast.clerk)
    assert "人民法院" in opinion.events.last().data["right_door"]
    assert send(cast.clerk, now(opinion), "reconsider", reason="群众补充了情况").status_code == 302
    assert now(opinion).status == "registered"


def test_merging_and_undoing_it(cast, office, send):
    opinion, other = told(cast, office), told(cast, office)
    refused = send(cast.officer, opinion, "merge", into="433101-2026-999999")
    assert refused.status_code == 422 and 'value="433101-2026-999999"' in refused.text
    assert send(cast.officer, opinion, "merge", into=f" {other.number} ").status_code == 302
    assert now(opinion).merged_into == other
    assert send(cast.officer, now(opinion), "unmerge").status_code == 302


def test_returning_leads_home_because_it_is_no_longer_theirs(client, cast, office, send):
    opinion = routed(cast, office)
    response = send(
        cast.handler, opinion, "return_it", reason="不属本单位", suggested_agency=office.ecology.pk
    )
    assert (response.status_code, response["Location"]) == (302, "/")
    again = send(cast.handler, opinion, "return_it", reason="不属本单位")
    assert (again.status_code, again["Location"]) == (302, "/")
    assert opinion.events.filter(action="return_it").count() == 1
    assert client.get("/").status_code == 200


def test_choices_are_the_agencies_of_the_countys_own(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.officer)
    text = client.get(f"/opinions/{opinion.number}/route/").text
    assert office.transport.name in text and office.other_transport.name not in text
    assert f'<option value="{office.transport.pk}" selected' in text


def test_an_agency_of_another_county_is_refused(cast, office, send):
    opinion = told(cast, office)
    response = send(
        cast.officer, opinion, "route", **route_fields(office, lead_agency=office.other_transport.pk)
    )
    assert response.status_code == 422
    assert now(opinion).status == "registered"


def test_an_agency_where_nobody_can_act_is_neither_offered_nor_taken(client, cast, office, send):
    opinion = told(cast, office)
    cast.other_handler.is_active = False
    cast.other_handler.save()
    client.force_login(cast.officer)
    text = client.get(f"/opinions/{opinion.number}/route/").text
    assert office.transport.name in text and office.ecology.name not in text
    refused = send(cast.officer, opinion, "route", **route_fields(office, lead_agency=office.ecology.pk))
    assert refused.status_code == 422 and "该单位无人办理，或者不属于本县（市）。" in refused.content.decode()
    joined = send(cast.officer, opinion, "route", **route_fields(office, joint_agencies=[office.ecology.pk]))
    assert joined.status_code == 422
    assert now(opinion).status == "registered"


def test_routing_without_another_class_writes_one_row(cast, office, send):
    opinion = told(cast, office, category=office.roads)
    send(cast.officer, opinion, "route", **route_fields(office))
    assert [event.action for event in opinion.events.all()] == ["register", "route"]


def test_routing_that_fails_leaves_the_class_as_it_was(cast, office, send):
    opinion = told(cast, office)
    joined = route_fields(office, joint_agencies=[office.transport.pk])
    response = send(cast.officer, opinion, "route", **joined)
    assert response.status_code == 422
    assert now(opinion).category is None and now(opinion).version == 1


def test_a_third_round_is_routed_by_the_supervisor_without_classifying(client, cast, office, send):
    opinion = reported(cast, office)
    Opinion.objects.filter(pk=opinion.pk).update(round=2)
    report_back.evaluate(opinion.number, by=cast.clerk, satisfaction="not", how="phone", reason="没修")
    opinion = now(opinion)
    assert (opinion.round, opinion.status) == (3, "registered")
    assert send(cast.officer, opinion, "route", **route_fields(office)).status_code == 403
    assert send(cast.supervisor, opinion, "route", lead_agency=office.transport.pk).status_code == 302


def test_unknown_actions_and_wrong_roles(client, cast, office, send):
    opinion = routed(cast, office)
    client.force_login(cast.officer)
    for action in ("explode", "close", "register"):
        assert client.get(f"/opinions/{opinion.number}/{action}/").status_code == 404
    assert client.get(f"/opinions/{opinion.number}/sign/").status_code == 403
    assert send(cast.clerk, opinion, "sign").status_code == 403
    assert now(opinion).status == "routed"


@pytest.mark.parametrize("method", ["get", "post"])
def test_not_now_says_why_and_leads_back(client, cast, office, method):
    opinion = routed(cast, office)
    client.force_login(cast.handler)
    fields = {"version": opinion.version, "outcome": "A", "answer": "好了"} if method == "post" else {}
    response = getattr(client, method)(f"/opinions/{opinion.number}/answer/", fields)
    assert response.status_code == 409
    assert f'href="/opinions/{opinion.number}/"' in response.text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(cast, office, send):
    opinion = signed(cast, office)
    empty = send(cast.handler, opinion, "answer", answer="只写了答复")
    assert empty.status_code == 422
    assert "只写了答复" in empty.text and 'href="#id_outcome' in empty.text
    too_long = send(cast.handler, opinion, "ask_extension", days=99, reason="等一等材料")
    assert too_long.status_code == 422
    assert 'id="error_1_id_days"' in too_long.text or "id_days_error" in too_long.text
    assert "等一等材料" in too_long.text


def test_somebody_was_first(client, cast, office, send):
    """Officer B decides on a form that officer A has overtaken: what B typed stays, what A did is told."""
    opinion = told(cast, office)
    seen = now(opinion)
    triage.classify(opinion.number, by=cast.officer, category=office.environment, matter_type="help")
    response = send(cast.officer, seen, "decline", reason="petition", note="请到信访部门反映具体诉求")
    assert response.status_code == 409
    assert "请到信访部门反映具体诉求" in response.text
    assert cast.officer.name in response.text and office.environment.name in response.text
    assert f'name="version" value="{seen.version + 1}"' in response.text
    assert now(opinion).status == "registered"
    on = send(cast.officer, now(opinion), "decline", reason="petition", note="请到信访部门反映具体诉求")
    assert on.status_code == 302 and now(opinion).status == "declined"


def test_somebody_was_first_and_it_is_too_late(cast, office, send):
    opinion = told(cast, office)
    seen = now(opinion)
    triage.decline(opinion.number, by=cast.officer, reason="litigation", right_door="法院")
    response = send(cast.officer, seen, "merge", into="433101-2026-000777")
    assert response.status_code == 409
    assert "433101-2026-000777" in response.text and "法院" in response.text
    assert "<form" not in response.text.split('id="act"')[1].split("</section>")[0]


def test_a_stale_form_with_a_mistake_is_told_both(cast, office, send):
    opinion = signed(cast, office)
    seen = now(opinion)
    report_back.answer(opinion.number, by=cast.handler, outcome="A", answer="先答复了")
    response = send(cast.handler, seen, "answer", answer="我也写了很多字")
    assert response.status_code == 409


def test_a_second_click_does_nothing_twice(cast, office, send):
    opinion = answered(cast, office)
    first = send(cast.clerk, opinion, "report_back", how="phone", note="")
    second = send(cast.clerk, opinion, "report_back", how="phone", note="")
    assert (first.status_code, second.status_code) == (302, 409)
    assert opinion.events.filter(action="report_back").count() == 1


def test_without_a_phone_no_text_message(cast, office, send):
    opinion = answered(cast, office, citizen_phone="")
    response = send(cast.clerk, opinion, "report_back", how="sms", note="发短信")
    assert response.status_code == 422 and "发短信" in response.text


def test_as_a_panel_it_comes_without_the_page_and_leads_on(client, cast, office, send):
    opinion = routed(cast, office)
    client.force_login(cast.handler)
    panel = client.get(f"/opinions/{opinion.number}/sign/", headers={"HX-Request": "true"})
    assert panel.status_code == 200 and "<html" not in panel.text and 'id="act"' in panel.text
    done = send(cast.handler, opinion, "sign", htmx=True)
    assert done["HX-Redirect"] == f"/opinions/{opinion.number}/"
    again = send(cast.handler, opinion, "sign", htmx=True)
    assert again.status_code == 409 and "<html" not in again.text


def test_every_action_of_a_person_has_a_form_and_every_form_its_action():
    from opinions.pages.forms.actions import FORMS

    by_people = {
        code for code, action in ACTIONS.items() if action.source and action.roles - {"system", "citizen"}
    }
    assert set(FORMS) == by_people
    for code, form in FORMS.items():
        assert callable(form.function.fget(type("F", (form,), {"__init__": lambda self: None})())), code


def test_what_was_sent_is_no_draft_any_more(client, cast, office, send):
    opinion = signed(cast, office)
    client.force_login(cast.handler)
    form = client.get(f"/opinions/{opinion.number}/answer/").text
    key = form.split('data-draft-key="')[1].split('"')[0]
    send(cast.handler, opinion, "answer", outcome="A", answer="好了")
    assert f'data-draft-saved="{key}"' in client.get(f"/opinions/{opinion.number}/").text


def test_the_heading_of_the_amend_panel_is_no_input_box(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.clerk)
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(f"/opinions/{opinion.number}/amend/", headers=headers).text
        heading = page.split('id="act-title"')[1].split("</h2>")[0]
        assert heading.endswith(f">{ACTIONS['amend'].label}")
        assert page.count('id="id_title"') == 1
