"""The first page: what waits for me now, for each role, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from opinions.models import Opinion
from opinions.workflow import supervision, triage
from tests.opinions.story import answered, reported, routed, signed, statements, told
from workdays import calendar
from workdays.models import CalendarYear

EVERYBODY = [
    "clerk",
    "studio_clerk",
    "officer",
    "handler",
    "supervisor",
    "official",
    "deputy",
    "auditor",
    "administrator",
    "prefecture",
    "nobody",
]


def home(client, user):
    client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    return response


def waiting(client, user):
    return {section.kind.code: section.count for section in home(client, user).context["sections"]}


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_a_first_page(client, cast, who):
    response = home(client, getattr(cast, who))
    assert response.text.count("<h1>") == 1
    assert getattr(cast, who).name in response.text


def test_each_role_is_shown_its_own_work(client, cast, office):
    told(cast, office)
    routed(cast, office)
    asked = signed(cast, office)
    supervision.ask_extension(asked.number, by=cast.handler, days=2, reason="等材料")
    supervision.notify(asked.number, by=cast.supervisor, kind="supervise")
    supervision.escalate(asked.number, by=cast.official, reason="多次反映")
    answered(cast, office)
    reported(cast, office)
    declined = told(cast, office)
    triage.decline(declined.number, by=cast.officer, reason="petition", right_door="信访局")
    overdue = routed(cast, office)
    Opinion.objects.filter(pk=overdue.pk).update(due_on=timezone.localdate() - timedelta(days=9))
    assert waiting(client, cast.clerk) == {"calls": 2, "to_report_back": 0, "sent_back": 1}
    assert waiting(client, cast.officer) == {"to_triage": 1}
    handling = {"to_sign": 2, "to_answer": 1, "to_acknowledge": 1, "joint_parts": 0}
    assert waiting(client, cast.handler) == handling
    assert waiting(client, cast.supervisor) == {
        "overdue": 1, "extensions": 1, "suspended_long": 0, "third_rounds": 0,
    }  # fmt: skip
    assert waiting(client, cast.official) == {"reopened_twice": 0, "escalated": 1}
    assert waiting(client, cast.deputy) == {"to_rate": 1, "own": 7}
    assert waiting(client, cast.stranger_officer) == {"to_triage": 0}
    nothing = {"to_sign": 0, "to_answer": 0, "to_acknowledge": 0, "joint_parts": 0}
    assert waiting(client, cast.other_handler) == nothing


def test_an_officials_figures_open_their_lists(client, cast, office):
    overdue = routed(cast, office)
    Opinion.objects.filter(pk=overdue.pk).update(due_on=timezone.localdate() - timedelta(days=9))
    response = home(client, cast.official)
    assert response.context["figures"]["overdue"] == 1
    assert 'href="/supervision/"' in response.text


def test_oldest_first_eight_rows_and_a_way_to_all(client, cast, office):
    numbers = [told(cast, office).number for _row in range(10)]
    response = home(client, cast.officer)
    (section,) = response.context["sections"]
    assert [row.number for row in section.rows] == numbers[:8]
    assert section.count == 10 and 'href="/opinions/triage/"' in response.text


def test_every_section_leads_to_a_list_of_the_same_number(client, cast, office):
    for _row in range(3):
        answered(cast, office)
        reported(cast, office)
        routed(cast, office)
    for user in (cast.clerk, cast.handler, cast.deputy, cast.officer):
        for section in home(client, user).context["sections"]:
            listed = client.get(section.kind.url)
            assert listed.status_code == 200
            if section.count:
                assert listed.context["page"].paginator.count == section.count, section.kind.code


def test_nobody_is_told_whom_to_ask(client, cast):
    assert "管理员" in home(client, cast.nobody).text


def test_the_auditor_and_the_administrator_find_their_doors_and_no_citizen(client, cast, office):
    told(cast, office)
    assert 'href="/audit/"' in home(client, cast.auditor).text
    administrator = home(client, cast.administrator).text
    assert 'href="/admin/"' in administrator and "公交" not in administrator


def test_the_administrator_is_warned_of_a_missing_calendar(client, cast):
    year = timezone.localdate().year
    CalendarYear.objects.filter(year__gte=year).update(published=False)
    calendar.forget()
    assert year in home(client, cast.administrator).context["unpublished"]


def test_unread_messages_are_counted(client, cast, office):
    routed(cast, office)
    unread = Message.objects.filter(recipient=cast.handler, read_at=None).count()
    assert unread and home(client, cast.handler).context["unread_count"] == unread


@pytest.mark.parametrize(
    "who", ["clerk", "officer", "handler", "supervisor", "official", "deputy", "prefecture"]
)
def test_as_many_queries_for_thirty_as_for_one(client, cast, office, who):
    def some(count):
        for _row in range(count):
            told(cast, office)
            routed(cast, office)
            answered(cast, office)
            reported(cast, office)

    def asked():
        client.force_login(getattr(cast, who))
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(statements(captured.captured_queries))

    some(1)
    one = asked()
    some(8)
    assert asked() == one <= 16
