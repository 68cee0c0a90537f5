"""What was done in a month, whenever it was registered: no reopening takes anything away from a month gone by."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from opinions.models import Opinion
from opinions.workflow import reopen, report_back, triage
from reports.dashboard.figures import dashboard
from reports.definitions import periods
from reports.definitions.counts import total
from reports.figures.areas import place_of
from reports.figures.completed import count_done
from reports.freezing.services import freeze
from reports.models import FrozenMonth
from reports.monthly.report import month_report
from tests.conftest import at
from tests.reports.conftest import an_opinion, listed
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
SEPTEMBER, OCTOBER, NOVEMBER = (periods.parse(f"2026-{month}") for month in ("09", "10", "11"))


@pytest.fixture(autouse=True)
def the_last_of_november():
    with time_machine.travel(at("2026-11-30 10:00"), tick=False):
        yield


def done(user, period, today=TODAY, **asked):
    counts = total(count_done(place_of(user, **asked).within(user), period, today).values())
    return counts["closed_in"], counts["due_in"], counts["due_on_time"]


@pytest.fixture
def closed_in_september(cast, office):
    """Registered, answered in time and closed, all in September."""
    return closed(cast, office)


def closed(cast, office):
    walk = Walk(cast, office, start=at("2026-09-01 09:00"))
    told = {"by": cast.clerk, "satisfaction": "satisfied", "how": "phone"}
    return report_back.evaluate(walk.to("reported_back").number, at=walk.later(), **told)


def test_a_reopening_takes_no_closing_and_no_answer_away_from_the_month(closed_in_september, cast, office):
    due_on = closed_in_september.handling_due_on
    due_month = periods.month_of(due_on)
    assert done(cast.official, SEPTEMBER)[0] == 1
    assert done(cast.official, due_month)[1:] == (1, 1)
    number = closed_in_september.number
    reopen.reopen(number, by=cast.supervisor, reason="又坏了", at=at("2026-10-12 09:00"))
    again = Opinion.objects.get(number=number)
    assert again.closed_at is None and again.handling_due_on > due_on
    assert done(cast.official, SEPTEMBER)[0] == 1
    assert done(cast.official, due_month)[1:] == (1, 1)
    assert done(cast.official, periods.parse("2026-Q4"))[1:] == (1, 0), (
        "the second round was not answered in time"
    )


def test_one_closed_twice_in_a_period_counts_once(closed_in_september, cast, office):
    number = closed_in_september.number
    reopen.reopen(number, by=cast.supervisor, reason="又坏了", at=at("2026-09-10 09:00"))
    triage.sign(number, by=cast.handler, at=at("2026-09-11 09:00"))
    report_back.answer(number, by=cast.handler, outcome="A", answer="好了", at=at("2026-09-11 10:00"))
    report_back.report_back(number, by=cast.clerk, how="phone", at=at("2026-09-11 11:00"))
    told = {"by": cast.clerk, "satisfaction": "satisfied", "how": "phone"}
    report_back.evaluate(number, at=at("2026-09-12 09:00"), **told)
    assert done(cast.official, SEPTEMBER)[0] == 1
    assert done(cast.official, periods.parse("2026"))[0] == 1


def with_agency(number, township, day, **columns):
    return an_opinion(
        number,
        township,
        at("2026-08-03 09:00"),
        lead_agency_id=columns.pop("agency"),
        handling_due_on=day,
        **columns,
    )


def test_what_was_due_and_is_not_answered_counts_against_the_rate_and_what_is_to_come_does_not(cast, office):
    agency, place = office.transport.pk, office.qianzhou
    tenth = date(2026, 11, 10)
    answered = {"status": "closed", "agency": agency}
    Opinion.objects.bulk_create(
        [
            with_agency(1, place, tenth, answered_at=at("2026-11-10 23:00"), **answered),
            with_agency(2, place, tenth, answered_at=at("2026-11-11 00:30"), **answered),
            with_agency(3, place, tenth, status="handling", agency=agency),
            with_agency(4, place, tenth, status="handling", agency=agency, suspended_on=date(2026, 11, 9)),
            with_agency(5, place, tenth, status="declined", agency=agency),
            # Suspended after its day had passed: a late agency does not get out of the figures in this way.
            with_agency(8, place, tenth, status="handling", agency=agency, suspended_on=date(2026, 11, 12)),
            with_agency(6, place, TODAY, status="handling", agency=agency),
            with_agency(7, place, date(2026, 12, 1), status="routed", agency=agency),
        ]
    )
    assert done(cast.official, NOVEMBER) == (0, 4, 1)
    assert done(cast.official, NOVEMBER, TODAY + timedelta(days=1)) == (0, 5, 1), "the day itself counts"
    assert done(cast.official, OCTOBER) == (0, 0, 0)
    assert done(cast.clerk, NOVEMBER) == (0, 4, 1)
    assert done(cast.stranger_officer, NOVEMBER) == (0, 0, 0)
    assert done(cast.official, NOVEMBER, township="433101007") == (0, 0, 0)


@pytest.mark.parametrize("who", ["prefecture", "official", "clerk"])
def test_each_number_opens_as_many_records(client, closed_in_september, cast, office, who):
    reopen.reopen(closed_in_september.number, by=cast.supervisor, reason="又坏了", at=at("2026-10-12 09:00"))
    closed(cast, office)
    user = getattr(cast, who)
    for period in (SEPTEMBER, OCTOBER, NOVEMBER, periods.parse("2026")):
        tiles = dashboard(user, place_of(user), period, TODAY)["done"]
        assert [tile["label"] for tile in tiles] == ["本期办结", "本期到期", "到期件按期答复率"]
        assert (listed(user, tiles[0]["url"]) if tiles[0]["url"] else 0) == tiles[0]["value"]
        assert (listed(user, tiles[1]["url"]) if tiles[1]["url"] else 0) == tiles[1]["value"]
    assert dashboard(user, place_of(user), periods.parse("all"), TODAY)["done"] == []
    client.force_login(user)
    assert client.get(reverse("reports:dashboard"), {"period": "2026-09"}).status_code == 200
    assert client.get(reverse("reports:records"), {"period": "all", "figure": "closed_in"}).status_code == 404


def test_the_month_page_shows_them_by_township_and_a_frozen_month_too(
    client, closed_in_september, cast, office
):
    freeze(county=office.jishou, month=SEPTEMBER, by=None)
    reopen.reopen(closed_in_september.number, by=cast.supervisor, reason="又坏了")
    client.force_login(cast.official)
    page = client.get(reverse("reports:month", args=["2026-09"]) + "?county=433101")
    shown = page.context["done"]
    assert [(line.name, line.cells[1].value) for line in shown["lines"]] == [("乾州街道", 1), ("镇溪街道", 0)]
    assert "本期工作" in page.text and "到期件按期答复率" in page.text
    report = month_report(office.jishou, SEPTEMBER, Opinion.objects.all(), TODAY)
    assert report.done_total["closed_in"] == 1


def test_a_frozen_month_keeps_what_was_done_in_it_and_lists_it(client, cast, office):
    agency, place = office.transport.pk, office.qianzhou
    Opinion.objects.bulk_create(
        [
            with_agency(1, place, date(2026, 9, 10), agency=agency, status="closed",
                        answered_at=at("2026-09-10 09:00"), closed_at=at("2026-09-20 09:00")),
            with_agency(2, place, date(2026, 9, 11), agency=agency, status="handling"),
        ]
    )  # fmt: skip
    shown = {}
    for code in ("2026-09", "2026-Q3", "2026"):
        shown[code] = done(cast.official, periods.parse(code))
    assert set(shown.values()) == {(1, 2, 1)}
    frozen = freeze(county=office.jishou, month=SEPTEMBER, by=cast.official)
    assert frozen.done == {"carried_in": 1, "closed_in": 1, "due_in": 2, "due_on_time": 1, "left_open": 1}
    for code, then in shown.items():
        assert kept(office.jishou, code) == then, "freezing moves nothing"
    # Both go another way afterwards: reopened and, suspended and resumed, due in November.
    Opinion.objects.filter(number__endswith="1").update(
        closed_at=at("2026-11-02 09:00"), handling_due_on=date(2026, 11, 5), township_id="433101007"
    )
    Opinion.objects.filter(number__endswith="2").update(handling_due_on=date(2026, 11, 6))
    assert done(cast.official, SEPTEMBER) == (0, 0, 0), "counted live it would have moved"
    assert kept(office.jishou, "2026-09") == (1, 2, 1)
    assert kept(office.jishou, "2026-11") == (1, 2, 1) and kept(office.jishou, "2026") == (1, 2, 1), (
        "each once in a longer period"
    )
    for who in (cast.official, cast.prefecture, cast.supervisor):
        client.force_login(who)
        for figure, n in (("closed_in", 1), ("due_in", 2), ("due_on_time", 1)):
            asked = {"figure": figure, "period": "2026-09", "county": "433101"}
            page = client.get(reverse("reports:records"), asked)
            assert page.context["page"].paginator.count == n, figure
            there = client.get(reverse("reports:records"), asked | {"township": "433101005"})
            assert there.context["page"].paginator.count == n, "under the township of then"
            elsewhere = client.get(reverse("reports:records"), asked | {"agency": office.other_transport.pk})
            assert elsewhere.context["page"].paginator.count == 0


def kept(county, code):
    report = month_report(county, periods.parse(code), Opinion.objects.all(), TODAY)
    counts = report.done_total
    return counts["closed_in"], counts["due_in"], counts["due_on_time"]


def test_a_month_frozen_before_what_was_done_was_kept_is_counted_live(closed_in_september, cast, office):
    FrozenMonth.objects.create(
        county=office.jishou, month=SEPTEMBER.first, frozen_at=at("2026-10-02 09:00"), counts={}
    )
    report = month_report(office.jishou, SEPTEMBER, Opinion.objects.all(), TODAY)
    assert report.done_total["closed_in"] == 1
