"""The overview of activities: every figure from records alone, each opening to those it was counted from."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from deputies.activities import services
from opinions.workflow.register import register
from reports.activities.figures import count, scope_of_county, total
from reports.definitions import periods
from reports.workbook.workbook import write_month
from tests.conftest import at
from tests.deputies.conftest import shift, team  # noqa: F401

pytestmark = pytest.mark.django_db
URL = "reports:activities"


@pytest.fixture
def november(cast, office, shift, team):
    """Three planned, two of them held with 30 and 12 people; one of these a visit; one cancelled; one opinion."""
    by = {"by": cast.clerk}
    told = {"people_met": 30, "present": [team.yang], "at": at("2026-11-30 17:00")}
    held = services.hold(shift(date(2026, 11, 24), deputies=[team.yang, team.shi]).pk, **by, **told)
    visit = shift(date(2026, 11, 25), kind="visit", room="", deputies=[team.yang])
    services.hold(visit.pk, **by, **told | {"people_met": 12})
    shift(date(2026, 11, 26))
    services.cancel(shift(date(2026, 11, 27)).pk, **by, reason="雪")
    shift(date(2026, 12, 1))
    register(
        **by,
        township=office.qianzhou,
        channel="reception",
        title="路灯不亮",
        body="不亮",
        activity=held,
        at=at("2026-11-24 10:00"),
    )
    register(
        **by,
        township=office.qianzhou,
        channel="phone",
        title="路灯不亮",
        body="不亮",
        at=at("2026-11-24 11:00"),
    )


def figures(county, today=date(2026, 11, 30), period="2026-11"):
    return total(
        count(scope_of_county(county, None), periods.parse(period), by="township", today=today).values()
    )


def test_the_figures_of_a_month(november, office):
    assert figures(office.jishou) == {
        "planned": 3, "due": 3, "held": 2, "visits": 1, "people": 42, "in_office": 3, "active": 1,
        "studios": 1, "idle": 0, "opinions": 2, "at_activity": 1,
    }  # fmt: skip


def test_a_studio_in_which_nothing_was_held_for_a_quarter_is_idle(november, office):
    assert figures(office.jishou, date(2027, 2, 20), "2027-02")["idle"] == 0
    assert figures(office.jishou, date(2027, 2, 28), "2027-02")["idle"] == 1
    office.studio.established_on = date(2027, 2, 1)
    office.studio.save()
    assert figures(office.jishou, date(2027, 2, 28), "2027-02")["studios"] == 0, "just opened, and not idle"


def listed(client, url) -> int:
    return client.get(url).context["page"].paginator.count


def test_every_number_opens_as_many_records(november, client, cast, time_machine_at):
    client.force_login(cast.supervisor)
    page = client.get(reverse(URL), {"period": "2026-11"})
    opened = {}
    for cell in page.context["total"]:
        parts = (
            [(cell.url, cell.value.numerator), (cell.of_url, cell.value.denominator)] if cell.is_rate else []
        )
        for url, value in parts or [(cell.url, cell.value)]:
            if url and cell.code != "people":
                opened[cell.code, url] = (listed(client, url), value)
    assert len(opened) >= 10
    assert all(found == value for found, value in opened.values()), opened
    people = next(cell for cell in page.context["total"] if cell.code == "people")
    rows = client.get(people.url).context["page"]
    assert sum(row.people_met for row in rows) == people.value == 42


@pytest.fixture
def time_machine_at():
    import time_machine

    with time_machine.travel(at("2026-11-30 18:00"), tick=False):
        yield


def test_next_door_is_not_counted(november, client, cast):
    client.force_login(cast.stranger_officer)
    page = client.get(reverse(URL), {"period": "2026-11"})
    assert {cell.value for cell in page.context["total"] if not cell.is_rate} == {0}
    assert client.get(reverse(URL), {"county": "433101"}).status_code == 404


def test_the_workbook_says_the_same(november, office):
    target = BytesIO()
    write_month(target, period=periods.parse("2026-11"), county=office.jishou)
    lines = [
        list(line) for line in load_workbook(target, data_only=True)["代表活动"].iter_rows(values_only=True)
    ]
    start = next(n for n, line in enumerate(lines) if line[0] == "乡镇代码")
    rows = [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]
    sums = next(row for row in rows if row["乡镇街道"] == "合计")
    assert (sums["计划场次"], sums["举行场次"], sums["接待（走访）人次"], sums["走访场次"]) == (3, 2, 42, 1)
    assert (sums["参加代表数"], sums["代表数"]) == (1, 3)
    assert sums["代表参加率"] == pytest.approx(1 / 3)
    assert sum(row["接待（走访）人次"] or 0 for row in rows if row["乡镇代码"]) == 42


def test_the_price_does_not_grow(november, client, cast, shift, team, django_assert_max_num_queries):
    client.force_login(cast.prefecture)
    with django_assert_max_num_queries(20) as one:
        client.get(reverse(URL), {"period": "2026"})
    for day in range(1, 29):
        shift(date(2027, 1, day))
    with django_assert_max_num_queries(len(one)):
        client.get(reverse(URL), {"period": "all"})
