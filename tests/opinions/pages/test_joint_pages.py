"""Joint handling on the screens: the desk, the forms, the opinion's page, the lists; and the extension's decision."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opinions.models import JointPart
from opinions.workflow import joint, supervision, triage
from studios.models import Membership, Role
from tests.opinions.story import signed, statements, told
from workdays.calendar import workdays_between

DESK = "/opinions/handling/?show=joint"


@pytest.fixture
def joined(cast, office):
    """`joined()`: routed, with the ecology agency joining."""

    def make(**more):
        number = told(cast, office).number
        agencies = {"lead_agency": office.transport, "joint_agencies": [office.ecology]}
        return triage.route(number, by=cast.officer, **agencies, **more)

    return make


@pytest.fixture
def seen(client):
    def by(user, url):
        client.force_login(user)
        return client.get(url)

    return by


def test_from_the_desk_to_the_lead_agency(client, cast, office, seen, joined):
    opinion = joined()
    at = f"/opinions/{opinion.number}/"
    assert at + "joint_sign/" in seen(cast.other_handler, DESK).text
    assert "待提交的协办意见" in seen(cast.other_handler, "/").text
    form = seen(cast.other_handler, at + "joint_sign/")
    assert f'name="agency" value="{office.ecology.pk}"' in form.text  # one agency: nothing to choose
    fields = {"version": opinion.version, "agency": office.ecology.pk}
    assert client.post(at + "joint_sign/", fields).status_code == 302
    assert at + "joint_answer/" in seen(cast.other_handler, DESK).text
    fields |= {"version": opinion.version + 1, "answer": "管线已迁移"}
    assert client.post(at + "joint_answer/", fields).status_code == 302
    assert at not in seen(cast.other_handler, DESK).text
    page = seen(cast.handler, at).text
    assert "管线已迁移" in page and "提交了协办意见" in page
    assert at + "joint_answer/" not in seen(cast.other_handler, at).text


def test_who_returns_a_part_is_led_home_since_the_opinion_is_no_longer_theirs(client, cast, office, joined):
    opinion = joined()
    client.force_login(cast.other_handler)
    fields = {"version": opinion.version, "agency": office.ecology.pk, "reason": "不归本部门管"}
    done = client.post(f"/opinions/{opinion.number}/joint_return/", fields, follow=True)
    assert (done.status_code, done.redirect_chain) == (200, [("/", 302)])


def test_a_double_click_is_told_so_and_a_missing_answer_stands_beside_the_field(client, cast, office, joined):
    opinion = joined()
    client.force_login(cast.other_handler)
    at, agency = f"/opinions/{opinion.number}/", office.ecology
    fields = {"version": opinion.version, "agency": agency.pk}
    client.post(at + "joint_sign/", fields)
    twice = client.post(at + "joint_sign/", fields)
    assert twice.status_code == 409 and "没有重复办理" in twice.text
    empty = client.post(
        at + "joint_answer/", {"version": opinion.version + 1, "agency": agency.pk, "answer": ""}
    )
    assert empty.status_code == 422 and "answer" in empty.context["form"].errors
    assert client.get(at + "joint_sign/").status_code == 409


def test_who_works_for_two_joint_agencies_says_for_which(client, cast, office, seen):
    Membership.objects.create(user=cast.other_handler, role=Role.HANDLER, agency=office.transport)
    third = type(office.transport).objects.create(county=office.jishou, name="吉首市水利局")
    opinion = triage.route(
        told(cast, office).number,
        by=cast.officer,
        lead_agency=third,
        joint_agencies=[office.ecology, office.transport],
    )
    page = seen(cast.other_handler, f"/opinions/{opinion.number}/joint_sign/").text
    assert "<select" in page and office.ecology.name in page and office.transport.name in page


def test_the_officer_sets_the_day_of_the_parts_on_the_form(client, cast, office):
    opinion = told(cast, office)
    fields = {
        "version": opinion.version,
        "lead_agency": office.transport.pk,
        "joint_agencies": [office.ecology.pk],
        "category": office.roads.pk,
        "matter_type": "complaint",
        "urgency": "normal",
    }
    client.force_login(cast.officer)
    url = f"/opinions/{opinion.number}/route/"
    wrong = client.post(url, fields | {"joint_days": 9, "handling_days": 5})
    assert wrong.status_code == 422 and "joint_days" in wrong.context["form"].errors
    assert client.post(url, fields | {"joint_days": 4, "handling_days": 5}).status_code == 302
    assert JointPart.objects.get().days == 4


def test_what_is_late_is_seen_by_the_supervisor_and_in_the_list(client, cast, office, seen, joined):
    opinion = joined()
    JointPart.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    for user, url in [
        (cast.supervisor, "/supervision/?show=joint_late"),
        (cast.supervisor, "/opinions/?condition=joint_late"),
        (cast.other_handler, DESK),
    ]:
        assert opinion.number in seen(user, url).text
    page = seen(cast.clerk, f"/opinions/{opinion.number}/").context
    assert [part.colour for part in page["parts"]] == ["red"]


def test_the_list_of_late_parts_shows_and_goes_by_the_joint_agencys_own_day(cast, office, seen, joined):
    opinion = joined()
    day = timezone.localdate() - timedelta(days=30)
    JointPart.objects.update(due_on=day)
    (row,) = seen(cast.supervisor, "/supervision/?show=joint_late").context["page"].object_list
    assert (row.part_due_on, row.part_agency) == (day, office.ecology.name)
    assert row.light != "red" and row.late == workdays_between(day, timezone.localdate()) > 0
    text = seen(cast.supervisor, "/supervision/?show=joint_late").text
    assert office.ecology.name in text and f"{row.late}</span>" in text and opinion.number in text


def test_the_lead_agency_is_warned_that_a_part_is_missing(cast, office, seen, joined):
    opinion = joined()
    triage.sign(opinion.number, by=cast.handler)
    form = seen(cast.handler, f"/opinions/{opinion.number}/answer/").text
    assert office.ecology.name in form and "尚未提交" in form


def test_a_part_names_no_number_to_those_who_may_not_see_it(cast, office, seen, joined):
    opinion = joined()
    by = {"by": cast.other_handler, "agency": office.ecology}
    joint.joint_sign(opinion.number, **by)
    joint.joint_answer(opinion.number, **by, answer="已电话 13812345678 联系")
    assert "13812345678" not in seen(cast.other_handler, f"/opinions/{opinion.number}/").text


def test_the_supervisor_sees_both_days_and_the_reason(cast, office, seen):
    opinion = signed(cast, office)
    supervision.ask_extension(opinion.number, by=cast.handler, days=4, reason="要等雨季过去")
    opinion.refresh_from_db()
    from opinions.workflow import deadlines

    for action in ("grant_extension", "refuse_extension"):
        form = seen(cast.supervisor, f"/opinions/{opinion.number}/{action}/").text
        assert deadlines.date_text(opinion.handling_due_on) in form
        assert deadlines.date_text(deadlines.due_with(opinion, 4)) in form
        assert "要等雨季过去" in form


def test_as_many_queries_for_thirty_parts_as_for_one(client, cast, office, joined):
    def asked():
        client.force_login(cast.other_handler)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(DESK).status_code == 200
        return len(statements(captured.captured_queries))

    joined()
    one = asked()
    for _number in range(28):
        joined()
    assert asked() == one <= 13
