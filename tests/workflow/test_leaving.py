"""People and agencies that leave: what is open is named and handed on; nothing goes by rule where nobody can act."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actors import CITIZEN
from accounts.models import User
from congress_liaison import doctor
from letters.models import Letter
from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Opinion, Responsibility, RoutingRule
from opinions.workflow import reopen, report_back, triage
from opinions.workflow.recipients import clerks_of, handlers_of
from studios.models import Agency, Membership
from tests.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(walk):
    """The transport agency's only handler has left."""

    def leave():
        User.objects.filter(pk=walk.cast.handler.pk).update(is_active=False)

    return leave


def test_a_responsible_agency_where_nobody_can_act_gets_nothing_by_rule_and_triage_sees_why(
    client, walk, office, alone
):
    Responsibility.objects.get_or_create(county=office.jishou, category=office.roads, agency=office.transport)
    RoutingRule.objects.create(
        county=office.jishou, position=1, name="公交", words="站台", agency=office.transport, live=True,
        tried_at=timezone.now(),
    )  # fmt: skip
    alone()
    opinion = walk.to("registered", title="公交站台没有雨棚")
    sweep.check(opinion.number, now=walk.now)
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lead_agency) == ("registered", None)
    client.force_login(walk.cast.officer)
    assert "吉首市交通运输局没有可以办理的人员" in client.get(reverse("opinions:triage_desk")).text


def test_a_reopening_for_an_agency_where_nobody_can_act_goes_to_triage_with_the_reason(client, walk, alone):
    opinion = walk.to("reported_back")
    alone()
    report_back.evaluate(
        opinion.number, by=CITIZEN, satisfaction="not", how="web", reason="又坏了", at=walk.later()
    )
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lead_agency, opinion.round) == ("registered", None, 2)
    assert Message.objects.filter(recipient=walk.cast.officer, subject__contains="已重办").exists()
    client.force_login(walk.cast.officer)
    assert (
        "吉首市交通运输局没有可以办理的人员"
        in client.get(reverse("opinions:detail", args=[opinion.number])).text
    )


def test_a_joint_agency_where_nobody_can_act_is_left_out_of_a_reopening_and_triage_is_told(walk):
    opinion = walk.joined("answered", signed=True)
    report_back.report_back(opinion.number, by=walk.cast.clerk, how="visit", at=walk.later())
    User.objects.filter(pk=walk.cast.other_handler.pk).update(is_active=False)
    report_back.evaluate(
        opinion.number, by=walk.cast.clerk, satisfaction="not", how="phone", reason="又坏了", at=walk.later()
    )
    opinion.refresh_from_db()
    assert opinion.status == "routed" and not opinion.parts.exists()
    told = Message.objects.filter(recipient=walk.cast.officer, about=opinion.number).latest("pk")
    assert "吉首市生态环境局" in told.body


def test_the_ladder_sends_no_notice_where_nobody_can_act_but_the_opinion_to_triage(walk, alone):
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    alone()
    sweep.sweep(now=at("2026-03-03 00:10"))
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lead_agency) == ("registered", None)
    assert not opinion.notices.exists() and Letter.objects.get().state == "cancelled"
    told = Message.objects.filter(recipient=walk.cast.officer, about=opinion.number).latest("pk")
    assert "吉首市交通运输局没有可以办理的人员" in told.body


def test_officers_find_what_lies_where_nobody_can_act_and_take_it_back(client, walk, alone):
    opinion = walk.to("handling")
    client.force_login(walk.cast.officer)
    act = reverse("opinions:act", args=[opinion.number, "hand_on"])
    assert act not in client.get(reverse("opinions:detail", args=[opinion.number])).text
    assert client.post(act, {"version": opinion.version, "reason": "撤销"}).status_code == 409
    alone()
    assert opinion.number in client.get(reverse("opinions:waiting", args=["nobody_acts"])).text
    assert act in client.get(reverse("opinions:detail", args=[opinion.number])).text
    assert client.post(act, {"version": opinion.version, "reason": "单位已撤销"}).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lead_agency) == ("registered", None)


# --- in the administration
def deactivate(client, user, **more):
    membership = user.memberships.get()
    data = {
        "name": user.name, "phone": "", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": membership.pk, "memberships-0-user": user.pk,
        "memberships-0-role": membership.role, "memberships-0-agency": membership.agency_id or "",
        "memberships-0-area_code": membership.area_code, "memberships-0-studio": membership.studio_id or "",
    }  # fmt: skip
    return client.post(reverse("admin:accounts_user_change", args=[user.pk]), data | more)


def test_the_last_handler_leaves_only_after_a_successor_was_named(client, walk, cast):
    opinion = walk.to("handling")
    client.force_login(cast.administrator)
    asked = deactivate(client, cast.handler)
    assert asked.status_code == 422 and opinion.number in asked.text and "吉首市交通运输局" in asked.text
    assert User.objects.get(pk=cast.handler.pk).is_active
    assert deactivate(client, cast.handler, successor=cast.other_handler.pk).status_code == 302
    assert not User.objects.get(pk=cast.handler.pk).is_active
    assert Membership.objects.filter(
        user=cast.other_handler, agency=opinion.lead_agency, role="handler"
    ).exists()


def test_nobody_left_to_act_is_an_answer_and_officers_see_what_is_open(client, walk, cast):
    opinion = walk.to("handling")
    client.force_login(cast.administrator)
    assert deactivate(client, cast.handler, successor="nobody").status_code == 302
    assert not User.objects.get(pk=cast.handler.pk).is_active
    client.force_login(cast.officer)
    assert opinion.number in client.get(reverse("opinions:waiting", args=["nobody_acts"])).text


def test_joint_parts_of_an_agency_are_named_too(client, walk, cast, office):
    opinion = walk.joined("handling", signed=True)
    client.force_login(cast.administrator)
    asked = deactivate(client, cast.other_handler)
    assert asked.status_code == 422 and opinion.number in asked.text and "尚未提交的协办意见1件" in asked.text
    assert User.objects.get(pk=cast.other_handler.pk).is_active
    assert deactivate(client, cast.other_handler, successor=cast.handler.pk).status_code == 302
    assert Membership.objects.filter(user=cast.handler, agency=office.ecology).exists()


def test_the_last_clerk_of_a_studio_leaves_only_after_a_successor_was_named(client, walk, cast, office):
    opinion = walk.to("answered")
    User.objects.filter(pk=cast.clerk.pk).update(
        is_active=False
    )  # the township's clerk: the studio's is left
    client.force_login(cast.administrator)
    asked = deactivate(client, cast.studio_clerk)
    assert asked.status_code == 422 and opinion.number in asked.text
    assert f"{office.studio.name} · 工作室工作人员" in asked.text
    assert "尚未保存" in asked.text and "成功" not in asked.text
    assert User.objects.get(pk=cast.studio_clerk.pk).is_active
    assert deactivate(client, cast.studio_clerk, successor=cast.nobody.pk).status_code == 302
    row = Membership.objects.get(user=cast.nobody)
    assert (row.role, row.studio, row.area_code) == ("clerk", office.studio, "")
    assert cast.nobody in list(clerks_of(opinion))


def test_a_clerk_leaves_without_a_question_where_another_is_left(client, walk, cast):
    walk.to("answered")
    client.force_login(cast.administrator)
    assert deactivate(client, cast.clerk).status_code == 302


def test_the_last_clerk_of_a_township_is_asked_about_its_studios_that_have_none(client, walk, cast, office):
    there = walk.to("registered")
    User.objects.filter(pk=cast.studio_clerk.pk).update(is_active=False)
    client.force_login(cast.administrator)
    asked = deactivate(client, cast.clerk)
    assert asked.status_code == 422 and there.number in asked.text
    assert deactivate(client, cast.clerk, successor="nobody").status_code == 302
    assert not User.objects.get(pk=cast.clerk.pk).is_active


@pytest.mark.parametrize(
    ("who", "role", "also"), [("officer", "分流员", []), ("supervisor", "督办员", ["prefecture"])]
)
def test_the_last_officer_or_supervisor_of_a_county_is_asked_for(client, walk, cast, who, role, also):
    opinion = walk.to("registered")
    leaver = getattr(cast, who)
    User.objects.filter(pk__in=[getattr(cast, one).pk for one in also]).update(is_active=False)
    client.force_login(cast.administrator)
    asked = deactivate(client, leaver)
    assert asked.status_code == 422 and opinion.number in asked.text and f"吉首市 · {role}" in asked.text
    assert deactivate(client, leaver, successor=cast.nobody.pk).status_code == 302
    row = Membership.objects.get(user=cast.nobody)
    assert (row.role, row.area_code) == (leaver.memberships.get().role, "433101")


def test_a_supervisor_of_the_prefecture_stands_in_for_the_countys(client, walk, cast):
    walk.to("registered")
    client.force_login(cast.administrator)
    assert deactivate(client, cast.supervisor).status_code == 302


def test_doctor_and_dashboard_name_where_nobody_can_act(client, walk, cast, office):
    opinion = walk.joined("handling", signed=True)
    away = [cast.clerk, cast.studio_clerk, cast.officer, cast.handler, cast.other_handler, cast.prefecture]
    User.objects.filter(pk__in=[user.pk for user in away]).update(is_active=False)
    client.force_login(cast.supervisor)
    page = client.get(reverse("reports:dashboard")).text
    for said in (
        "承办单位无人办理", "协办单位无人办理", "工作室（乡镇）没有工作人员", "县（市）没有分流员",
        office.studio.name, "吉首市生态环境局",
    ):  # fmt: skip
        assert said in page, said
    assert "县（市）没有督办员" not in page
    for condition in ("nobody_acts", "nobody_joins", "no_clerk", "no_officer"):
        listed = client.get(reverse("opinions:list"), {"condition": condition}).text
        assert opinion.number in listed, condition
    with override("zh-hans"):
        found = next(one for one in doctor.examine(walk.now) if one.name == "人员")
    assert found.level == "warn"
    for said in ("吉首市交通运输局", "吉首市生态环境局", office.studio.name, "吉首市 1"):
        assert said in found.detail
    User.objects.filter(pk__in=[user.pk for user in away]).update(is_active=True)
    page = client.get(reverse("reports:dashboard")).text
    assert "单位无人办理" not in page and "没有分流员" not in page


def test_a_handler_with_nothing_open_leaves_without_a_question(client, cast):
    client.force_login(cast.administrator)
    assert deactivate(client, cast.handler).status_code == 302
    assert not User.objects.get(pk=cast.handler.pk).is_active


def close_down(client, agency, **more):
    data = {"county": agency.county_id, "name": agency.name}
    return client.post(reverse("admin:studios_agency_change", args=[agency.pk]), data | more)


def test_an_agency_goes_out_of_use_and_its_successor_takes_over_with_the_same_deadline(
    client, walk, cast, office
):
    opinion = walk.to("handling")
    due_on = opinion.handling_due_on
    client.force_login(cast.administrator)
    asked = close_down(client, office.transport)
    assert asked.status_code == 422 and opinion.number in asked.text
    assert Agency.objects.get(pk=office.transport.pk).active
    assert close_down(client, office.transport, successor=office.ecology.pk).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.lead_agency, opinion.status, opinion.handling_due_on) == (
        office.ecology,
        "handling",
        due_on,
    )
    event = opinion.events.last()
    assert (event.action, event.data["successor_name"]) == ("hand_on", "吉首市生态环境局")
    assert event.data["why"]["rule"] == "agency_left"
    assert Message.objects.filter(recipient=cast.other_handler, about=opinion.number).exists()


def test_an_agency_goes_out_of_use_without_a_successor_and_its_work_goes_back_to_triage(
    client, walk, cast, office
):
    opinion = walk.to("routed")
    client.force_login(cast.administrator)
    assert close_down(client, office.transport, successor="nobody").status_code == 302
    assert Opinion.objects.get(pk=opinion.pk).status == "registered"
    assert not Agency.objects.get(pk=office.transport.pk).active


def test_handlers_of_no_agency_are_nobody_though_clerks_belong_to_none(cast):
    assert cast.clerk.memberships.filter(agency=None).exists()
    assert list(handlers_of(None)) == []


def test_an_agency_goes_out_of_use_and_its_successor_owes_the_joint_part_by_the_same_day(
    client, walk, cast, office
):
    opinion = walk.joined("handling", signed=True)
    before = opinion.parts.get()
    health = Agency.objects.create(county=office.jishou, name="吉首市卫生健康局")
    doctor_there = User.objects.create_user("health", name="卫健办理员")
    Membership.objects.create(user=doctor_there, role="handler", agency=health)
    client.force_login(cast.administrator)
    assert opinion.number in close_down(client, office.ecology).text
    assert close_down(client, office.ecology, successor=health.pk).status_code == 302
    part = opinion.parts.get()
    assert (part.agency, part.due_on, part.signed_at) == (health, before.due_on, None)
    event = opinion.events.last()
    assert (event.action, event.data["successor_name"]) == ("hand_on_part", "吉首市卫生健康局")
    assert Message.objects.filter(recipient=doctor_there, about=opinion.number).exists()
    assert verify().broken is None


def test_a_lead_agency_that_takes_over_a_joint_part_owes_it_no_longer(client, walk, cast, office):
    opinion = walk.joined("handling")
    client.force_login(cast.administrator)
    assert close_down(client, office.ecology, successor=office.transport.pk).status_code == 302
    assert not opinion.parts.exists()


def test_an_officer_lets_an_opinion_go_on_without_a_joint_agency_that_nobody_works_for(
    client, walk, cast, office
):
    opinion = walk.joined("handling")
    act = reverse("opinions:act", args=[opinion.number, "hand_on_part"])
    client.force_login(cast.officer)
    assert act not in client.get(reverse("opinions:detail", args=[opinion.number])).text
    User.objects.filter(pk=cast.other_handler.pk).update(is_active=False)
    assert act in client.get(reverse("opinions:detail", args=[opinion.number])).text
    version = Opinion.objects.get(pk=opinion.pk).version
    said = {"version": version, "agency": office.ecology.pk, "reason": "该单位已撤销"}
    assert client.post(act, said).status_code == 302
    assert not opinion.parts.exists()
    assert Opinion.objects.get(pk=opinion.pk).status == "handling"
    assert Message.objects.filter(recipient=cast.handler, about=opinion.number).exists()
    timeline = client.get(reverse("opinions:detail", args=[opinion.number])).text
    assert "吉首市生态环境局已无人办理，不再由其协办" in timeline


@pytest.mark.parametrize("to_triage", [True, False])
def test_a_merged_opinion_that_was_never_routed_is_reopened_where_nobody_can_act_or_triage_is_asked(
    walk, cast, alone, to_triage
):
    opinion = walk.follower_told()
    assert opinion.routed_at is None
    if not to_triage:
        alone()
    by = cast.clerk if to_triage else CITIZEN
    again = reopen.reopen(opinion.number, by=by, reason="还是没有修", ask_triage=to_triage, at=walk.later())
    assert (again.status, again.lead_agency, again.merged_into, again.round) == ("registered", None, None, 2)
    assert verify().broken is None
