"""The pages of activities and of a deputy: what each shows to whom, what it costs, and how refusals look."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from common.ui.qr import qr_svg
from deputies.activities import services
from deputies.directory.public import announced, public_profile
from deputies.models import Activity, Mandate, Term
from tests.conftest import at

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(client, name, *args, **query):
    return client.get(reverse(f"activities:{name}", args=args), query)


def test_the_calendar_shows_the_month_and_the_way_to_the_next(client, cast, shift):
    activity = shift(DAY)
    client.force_login(cast.clerk)
    assert not page_of(client, "calendar").content.decode().count(f"/activities/{activity.pk}/")
    text = page_of(client, "calendar", month="2026-12").content.decode()
    assert f"/activities/{activity.pk}/" in text and "month=2027-01" in text
    assert page_of(client, "calendar", month="2026-99").context["first"] == TODAY.replace(day=1)


def test_days_off_are_marked(client, cast):
    client.force_login(cast.clerk)
    weeks = page_of(client, "calendar", month="2026-10").context["weeks"]
    off = {day.on.day for week in weeks for day in week if day.inside and day.off}
    assert {1, 2, 3, 4, 5, 6, 7} <= off and 8 not in off


def test_over_many_counties_days_are_counted(client, cast, shift):
    shift(DAY)
    client.force_login(cast.prefecture)
    text = page_of(client, "calendar", month="2026-12").content.decode()
    assert "定期接待 1" in text and "since=2026-12-01" in text
    narrowed = page_of(client, "calendar", month="2026-12", county="433101").content.decode()
    assert "chip-activity" in narrowed and "since=2026-12-01" not in narrowed


@pytest.mark.parametrize("name", ["calendar", "list", "studios"])
def test_next_door_sees_nothing_of_it(client, cast, shift, name):
    activity = shift(DAY)
    client.force_login(cast.stranger_clerk)
    assert f"/activities/{activity.pk}/" not in page_of(client, name, month="2026-12").content.decode()


@pytest.mark.parametrize("name", ["calendar", "list"])
def test_lists_cost_the_same_for_one_and_for_thirty(client, cast, shift, name, django_assert_max_num_queries):
    shift(DAY)
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(20) as one:
        page_of(client, name, month="2026-12")
    for n in range(30):
        shift(DAY + timedelta(days=n), half="afternoon")
    with django_assert_max_num_queries(len(one)):
        page_of(client, name, month="2026-12")


def test_a_session_and_a_deputy_cost_the_same_whatever_they_did(
    client, cast, shift, team, django_assert_max_num_queries
):
    activity = shift(DAY)
    client.force_login(cast.clerk)
    deputy = reverse("deputies:detail", args=[team.yang.pk])
    with django_assert_max_num_queries(20) as one:
        page_of(client, "detail", activity.pk)
    with django_assert_max_num_queries(20) as other:
        client.get(deputy)
    for n in range(1, 12):
        services.hold(
            shift(DAY + timedelta(days=n)).pk, by=cast.clerk, people_met=n, at=at("2027-01-30 09:00")
        )
    services.change(activity.pk, by=cast.clerk, on=DAY, deputies=[team.yang, team.shi, team.long])
    with django_assert_max_num_queries(len(one)):
        page_of(client, "detail", activity.pk)
    with django_assert_max_num_queries(len(other)):
        client.get(deputy)


class TestActing:
    def act(self, client, activity, name, **data):
        return client.post(
            reverse("activities:act", args=[activity.pk, name]), {"version": activity.version, **data}
        )

    def test_announced_and_hung_out(self, client, cast, shift, office):
        activity = shift(DAY)
        client.force_login(cast.clerk)
        assert self.act(client, activity, "announce").status_code == 302
        text = page_of(client, "poster", activity.pk).content.decode()
        for said in ("杨代表", "2026年12月1日", "乾州代表工作室", "<svg", "公告日期 2026年11月23日"):
            assert said in text
        assert "http://testserver/p/jishou-qianzhou/" in text

    def test_the_poster_names_the_office_s_own_address(self, client, cast, shift, settings):
        settings.PUBLIC_URL = "https://yijian.example.cn/"
        client.force_login(cast.clerk)
        page = page_of(client, "poster", shift(DAY).pk)
        address = "https://yijian.example.cn/p/jishou-qianzhou/"
        assert address in page.content.decode() and page.context["qr"] == qr_svg(address)

    def test_too_late_is_said_beside_what_was_typed(self, client, cast, shift):
        activity = shift(TODAY + timedelta(days=1))
        client.force_login(cast.clerk)
        refused = self.act(client, activity, "announce")
        assert refused.status_code == 422 and "3" in str(refused.context["form"].non_field_errors())

    def test_somebody_was_first(self, client, cast, shift):
        activity = shift(DAY)
        services.announce(activity.pk, by=cast.officer)
        client.force_login(cast.clerk)
        stale = self.act(client, activity, "cancel", reason="大雪封路")
        assert stale.status_code == 409 and "大雪封路" in stale.content.decode()
        again = client.post(
            reverse("activities:act", args=[activity.pk, "cancel"]),
            {"version": stale.context["form"]["version"].value(), "reason": "大雪封路"},
        )
        assert again.status_code == 302

    def test_a_clash_names_who_is_engaged(self, client, cast, shift, team):
        shift(DAY)
        other = shift(date(2026, 12, 2), deputies=[team.shi])
        client.force_login(cast.clerk)
        data = {
            "kind": "reception",
            "on": "2026-12-01",
            "half": "morning",
            "room": "",
            "deputies": [team.yang.pk],
        }
        refused = self.act(client, other, "change", **data)
        assert refused.status_code == 422 and "杨代表" in refused.content.decode()

    def test_an_activity_is_planned_from_the_form_and_a_bad_one_is_not(self, client, cast, office, team):
        client.force_login(cast.clerk)
        url = reverse("activities:new")
        facts = {"township": "433101005", "kind": "visit", "on": "2026-12-03", "half": "day"}
        assert client.post(url, facts | {"room": "reception"}).status_code == 422
        assert client.post(url, facts | {"studio": office.other_studio.pk}).status_code == 422
        assert client.post(url, facts | {"deputies": [team.stranger.pk]}).status_code == 422
        assert not Activity.objects.exists()
        assert client.post(url, facts | {"deputies": [team.yang.pk]}).status_code == 302
        assert Activity.objects.get().participations.get().deputy == team.yang


def test_a_plan_is_seen_then_made_and_a_stale_one_shown_again(client, cast, office, team, shift):
    client.force_login(cast.clerk)
    url = reverse("activities:plan")
    data = {
        "studio": office.studio.pk, "kind": "reception", "first": "2026-12-01", "last": "2026-12-31",
        "days": "monthly", "month_days": "5、20", "half": "morning", "room": "reception", "postpone": "on",
        "deputies": [team.yang.pk, team.shi.pk], "each": 1, "at_least": 0,
    }  # fmt: skip
    seen = client.post(url, data | {"look": "1"}).context["proposal"]
    assert [str(session.on) for session in seen.good] == ["2026-12-07", "2026-12-21"]
    shift(date(2026, 12, 7), deputies=[team.long])
    stale = client.post(url, data | {"make": "1", "seen": seen.digest})
    assert stale.status_code == 409 and Activity.objects.count() == 1
    now = stale.context["proposal"]
    assert client.post(url, data | {"make": "1", "seen": now.digest}).status_code == 302
    assert Activity.objects.count() == 2
    wrong = client.post(url, data | {"month_days": "32", "last": "2026-11-01"})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {"month_days", "last"}


def test_a_phone_is_seen_by_those_who_call(client, cast, team):
    team.yang.phone = "13800001234"
    team.yang.save()
    url = reverse("deputies:detail", args=[team.yang.pk])
    for who, whole in [
        ("clerk", True),
        ("officer", True),
        ("deputy", True),
        ("official", False),
        ("handler", False),
    ]:
        client.force_login(getattr(cast, who))
        text = client.get(url).content.decode()
        assert ("13800001234" in text, "138****1234" in text) == (whole, not whole), who


def test_only_public_facts_are_public(cast, team, office, shift):
    team.yang.phone, team.yang.occupation = "13800001234", "教师"
    team.yang.save()
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    Mandate.objects.create(deputy=team.yang, term=term, constituency="第三选区")
    profile = public_profile(team.yang)
    assert profile["occupation"] == "教师" and profile["seats"] == ["吉首市第十八届人大代表（第三选区）"]
    assert "13800001234" not in str(profile) and "deputy" not in profile
    planned, told, off = shift(DAY), shift(date(2026, 12, 2)), shift(date(2026, 12, 3))
    for activity in (told, off):
        services.announce(activity.pk, by=cast.clerk)
    services.cancel(off.pk, by=cast.clerk, reason="雪")
    shown = announced(office.studio, TODAY)
    assert [(one["on"], one["cancelled"]) for one in shown] == [(told.on, False), (off.on, True)]
    assert shown[0]["deputies"] == ["杨代表"] and planned.on not in [one["on"] for one in shown]


def test_numbers_that_are_seldom_right_are_asked_about_and_taken_when_confirmed(client, cast, shift, team):
    activity = shift(TODAY, deputies=[team.yang])
    client.force_login(cast.clerk)
    page = reverse("activities:act", args=[activity.pk, "hold"])
    typed = {"version": activity.version, "summary": "接待群众"}
    for odd in ({"people_met": "99999", "present": [team.yang.pk]}, {"people_met": "3"}):
        asked = client.post(page, typed | odd)
        assert asked.status_code == 422 and list(asked.context["form"].errors) == ["sure"]
        assert "情况属实，按此登记" in asked.content.decode() and odd["people_met"] in asked.content.decode()
    activity.refresh_from_db()
    assert activity.people_met is None
    assert client.post(page, typed | odd | {"sure": "on"}).status_code == 302
    activity.refresh_from_db()
    assert (activity.state, activity.people_met) == ("held", 3)
