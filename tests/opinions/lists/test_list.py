"""The opinion list: every filter, the scope of rows, counts and choices, and a fixed number of queries."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from opinions.models import Opinion
from opinions.models.conditions import CONDITIONS
from opinions.workflow import report_back, secrecy, triage
from opinions.workflow.register import register
from tests.conftest import at
from tests.kept import kept

LIST = reverse("opinions:list")


def log(cast, office, title, when, **more):
    facts = {"township": office.qianzhou, "studio": office.studio, "channel": "reception", "body": "原话"}
    return register(by=cast.officer, title=title, at=at(when), **facts | more)


def answered(opinion, cast, office, *, day, closed=None):
    """Routed, signed for and answered on `day`; with `closed`, told and found satisfied on that one."""
    number = opinion.number
    triage.route(number, by=cast.officer, lead_agency=office.transport, at=opinion.changed_at)
    triage.sign(number, by=cast.handler, at=opinion.changed_at)
    report_back.answer(number, by=cast.handler, outcome="A", answer="已办", at=at(day))
    if closed:
        report_back.report_back(number, by=cast.clerk, how="phone", at=at(closed))
        report_back.evaluate(number, by=cast.clerk, satisfaction="satisfied", how="phone", at=at(closed))


@pytest.fixture
def ledger(cast, office, time_machine):
    """Six opinions of 吉首市 in different states on 23 November 2026, and one of 凤凰县."""
    time_machine.move_to(at("2026-11-23 10:00"), tick=False)
    kept("ledger of the list", make_ledger, cast, office)


def make_ledger(cast, office):
    late = log(cast, office, "公交站牌歪了", "2026-10-08 09:00", category=office.roads, place="人民北路")
    answered(late, cast, office, day="2026-11-05 09:00", closed="2026-11-06 09:00")
    quick = log(cast, office, "公交晚点", "2026-10-31 23:59", category=office.roads, channel="phone")
    answered(quick, cast, office, day="2026-11-03 09:00", closed="2026-11-04 09:00")
    other = log(cast, office, "谢谢代表", "2026-11-01 00:00", matter_type="proposal", deputy=cast.as_deputy)
    triage.route(other.number, by=cast.officer, lead_agency=office.ecology, at=at("2026-11-20 09:00"))
    log(
        cast,
        office,
        "夜间噪音",
        "2026-11-23 09:00",
        category=office.environment,
        township=office.zhenxi,
        studio=None,
    )
    log(cast, office, "路灯不亮", "2026-11-20 09:00")
    red = log(
        cast,
        office,
        "井盖松动",
        "2026-11-10 09:00",
        keep_secret=True,
        citizen_name="石头",
        citizen_phone="13800138000",
    )
    secrecy.redact(red.number, by=cast.officer, at=red.changed_at)
    triage.route(red.number, by=cast.officer, lead_agency=office.transport, at=at("2026-11-10 10:00"))
    register(
        by=cast.stranger_officer,
        township=office.tuojiang,
        channel="phone",
        title="公交外县",
        body="原话",
        at=at("2026-11-02 09:00"),
    )


@pytest.fixture
def officer(client, cast, ledger):
    client.force_login(cast.officer)
    return client


def titles(response) -> list[str]:
    return [row.title for row in response.context["page"]]


def own():
    return Opinion.objects.filter(county="433101")


def day(moment):
    return timezone.localdate(moment) if moment else None


FILTERS = {
    "county=433101": lambda o: True,
    "township=433101007": lambda o: o.township_id == "433101007",
    "status=registered&status=closed": lambda o: o.status in ("registered", "closed"),
    "light=red": lambda o: o.light == "red",
    "light=yellow": lambda o: o.light == "yellow",
    "light=green": lambda o: o.light == "green",
    "channel=phone": lambda o: o.channel == "phone",
    "matter_type=proposal": lambda o: o.matter_type == "proposal",
    "category=02": lambda o: (o.category_id or "").startswith("02"),
    "q=公交": lambda o: "公交" in o.title,
    "q=人民北": lambda o: "人民北" in o.place,
    "registered_after=2026-10-31&registered_before=2026-11-01": lambda o: (
        date(2026, 10, 31) <= day(o.registered_at) <= date(2026, 11, 1)
    ),
    "closed_after=2026-11-06": lambda o: o.closed_at and day(o.closed_at) >= date(2026, 11, 6),
    "closed_before=2026-11-04": lambda o: o.closed_at and day(o.closed_at) <= date(2026, 11, 4),
    "condition=on_time&county=433101&registered_after=2026-10-01&registered_before=2026-10-31": lambda o: (
        o.status == "closed" and not o.answered_late and day(o.registered_at).month == 10
    ),
    "condition=late": lambda o: o.status == "closed" and o.answered_late,
    "condition=overdue": lambda o: o.is_overdue,
    "condition=last_satisfied": lambda o: o.last_satisfaction == "satisfied",
}


@pytest.mark.parametrize("query", FILTERS)
def test_a_filter_shows_what_it_says_and_nothing_else(officer, query):
    expected = {o.title for o in own() if FILTERS[query](o)}
    assert 0 < len(expected) <= 6
    response = officer.get(f"{LIST}?{query}")
    assert set(titles(response)) == expected
    assert (
        f"{len(expected)}件" in response.content.decode() or len(expected) == response.context["page"].count
    )


def test_filters_by_people_and_agencies(officer, cast, office):
    assert titles(officer.get(f"{LIST}?deputy={cast.as_deputy.pk}")) == ["谢谢代表"]
    assert titles(officer.get(f"{LIST}?agency={office.ecology.pk}")) == ["谢谢代表"]
    assert "夜间噪音" not in titles(officer.get(f"{LIST}?studio={office.studio.pk}"))
    number = own().get(title="路灯不亮").number
    assert titles(officer.get(f"{LIST}?q={number}")) == ["路灯不亮"]
    assert "路灯不亮" in titles(officer.get(f"{LIST}?q={number[:11]}"))


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_a_figure_opens_is_a_filter_and_a_chip(officer, name):
    response = officer.get(f"{LIST}?condition={name}")
    assert set(titles(response)) == {o.title for o in own().that_are(name)}
    assert str(CONDITIONS[name][0]) in response.content.decode()


def test_a_filter_can_be_taken_away_alone(officer):
    page = officer.get(f"{LIST}?condition=late&channel=reception&page=1").content.decode()
    links = re.findall(r'class="chip" href="\?([^"]*)"', page)
    assert len(links) == 2
    rest = officer.get(f"{LIST}?{links[0].replace('&amp;', '&')}")
    assert [chip["words"] for chip in rest.context["chips"]] == [[str(CONDITIONS["late"][0])]]


def test_orders(officer):
    newest = titles(officer.get(LIST))
    assert newest[0] == "夜间噪音" and newest[-1] == "公交站牌歪了"
    assert titles(officer.get(f"{LIST}?sort=old")) == newest[::-1]
    due = officer.get(f"{LIST}?sort=due").context["page"].object_list
    assert [o.due_on for o in due] == sorted(o.due_on for o in due)
    assert all(o.is_open for o in due) and len(due) == 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=nonsense", "status"),
        ("light=blue", "light"),
        ("township=433123100", "township"),  # real, and next door
        ("township=%00", "township"),
        ("studio=99999999999999999999999", "studio"),
        ("studio=%D9%A3", "studio"),
        ("agency=x", "agency"),
        ("category=%00", "category"),
        ("condition=nonsense", "condition"),
        ("registered_after=2026-13-45", "registered_after"),
        ("registered_after=9999-12-31", "registered_after"),
        ("registered_before=0001-01-01", "registered_before"),
        ("registered_after=2026-11-02&registered_before=2026-11-01", "registered_before"),
        ("q=%00", "q"),
        ("q=" + "长" * 101, "q"),
        ("sort=random", "sort"),
        ("county=433123", "county"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_shows_nothing(officer, query, field):
    response = officer.get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert titles(response) == []
    error = response.context["form"].errors[field][0]
    page = response.content.decode()
    assert error.replace("'", "&#x27;").replace('"', "&quot;") in page
    assert "沱江" not in page


def test_strangers_rows_are_in_no_list_count_search_or_choice(officer, client, cast, office):
    page = officer.get(f"{LIST}?q=公交")
    assert page.context["page"].count == 2
    assert "公交外县" not in page.content.decode() and "凤凰" not in officer.get(LIST).content.decode()
    client.force_login(cast.stranger_officer)
    response = client.get(LIST)
    assert titles(response) == ["公交外县"]
    assert "乾州" not in response.content.decode()
    client.force_login(cast.prefecture)
    assert client.get(f"{LIST}?q=公交").context["page"].count == 3


def test_each_sees_their_own(client, cast, ledger):
    expected = {
        "clerk": 5,  # 镇溪街道 is the neighbour
        "studio_clerk": 5,
        "handler": 3,
        "other_handler": 1,
        "deputy": 1,
        "supervisor": 6,
        "official": 6,
        "stranger_clerk": 1,
    }
    for name, count in expected.items():
        client.force_login(getattr(cast, name))
        assert client.get(LIST).context["page"].count == count, name


@pytest.mark.parametrize("name", ["auditor", "administrator", "nobody"])
def test_who_does_not_read_opinions_is_refused(client, cast, name):
    client.force_login(getattr(cast, name))
    assert client.get(LIST).status_code == 403


def test_the_door_is_closed_to_the_anonymous(client, db):
    assert client.get(LIST).status_code == 302


def test_the_agency_does_not_learn_who_wanted_to_stay_secret(client, cast, ledger):
    client.force_login(cast.handler)
    page = client.get(f"{LIST}?q=井盖").content.decode()
    assert "井盖松动" in page and "石*" not in page and "石头" not in page and "138****" not in page
    client.force_login(cast.clerk)
    page = client.get(f"{LIST}?q=井盖").content.decode()
    assert "</svg> 保密</span>" in page
    assert "石" not in page and "138****" not in page  # a list is read over a shoulder


def test_more_filters_are_made_where_they_are_opened_or_asked_for(officer, office):
    def fields(query):
        return set(officer.get(LIST + query).context["form"].fields)

    assert not {"agency", "category", "closed_after"} & fields("")
    opened = officer.get(f"{LIST}?more=1")
    assert {"agency", "category", "closed_after"} <= set(opened.context["form"].fields)
    assert opened.context["chips"] == [] and 'name="more" value="1"' in opened.content.decode()
    asked = fields(f"?agency={office.transport.pk}")
    assert "agency" in asked and not {"category", "closed_after"} & asked


def test_townships_are_offered_once_the_county_is_decided(officer, client, cast):
    assert "镇溪街道" in officer.get(LIST).content.decode()  # has only the one
    client.force_login(cast.prefecture)
    assert "township" not in client.get(LIST).context["form"].fields
    for query in ("?county=433101", "?township=433101007"):
        offered = dict(client.get(LIST + query).context["form"].fields["township"].choices)
        assert "433101007" in offered and not any(code.startswith("433123") for code in offered)


def test_without_script_and_with_htmx_the_same_page_serves(officer):
    plain, swapped = (
        officer.get(f"{LIST}?light=red"),
        officer.get(f"{LIST}?light=red", headers={"hx-request": "true"}),
    )
    assert titles(plain) == titles(swapped)
    assert 'id="results"' in swapped.content.decode() and '<form method="get"' in plain.content.decode()


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    noise = ("django_session", "SAVEPOINT")
    return [q["sql"] for q in captured if not any(word in q["sql"] for word in noise)]


@pytest.mark.parametrize("name", ["clerk", "officer", "handler", "prefecture"])
@pytest.mark.parametrize("query", ["", "?township=433101005&light=red&category=02&q=意见x"])
def test_queries_are_as_many_for_one_row_as_for_thirty(client, cast, office, name, query):
    def one(place):
        opinion = log(
            cast, office, f"意见x{place}", "2026-10-08 09:00", category=office.roads, citizen_name="甲"
        )
        triage.route(opinion.number, by=cast.officer, lead_agency=office.transport, at=opinion.changed_at)

    one(0)
    client.force_login(getattr(cast, name))
    few = queries_of(client, LIST + query)
    for place in range(1, 30):
        one(place)
    many = queries_of(client, LIST + query)
    assert len(client.get(LIST + query).context["page"]) == 30
    # An agency's search asks once more: which secret citizens' opinions it may find by these words.
    assert len(few) == len(many) <= 8, "\n".join(many)


def test_long_lists_come_in_pages_that_keep_the_filters(client, cast, office):
    for place in range(53):
        log(cast, office, f"意见{place}", "2026-11-01 09:00")
    client.force_login(cast.clerk)
    first = client.get(f"{LIST}?channel=reception").content.decode()
    second = client.get(LIST + re.search(r'href="([^"]*)" rel="next"', first)[1].replace("&amp;", "&"))
    assert titles(second) == ["意见2", "意见1", "意见0"]
    assert "channel=reception" in re.search(r'href="([^"]*)" rel="prev"', second.content.decode())[1]
