"""Every number of the dashboard is the number of records that its link opens."""

import re
from collections import Counter
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deputies.models import Deputy
from opinions.lifecycle.statuses import OPEN, Status
from opinions.models import Opinion
from reports.dashboard.figures import dashboard
from reports.definitions import periods
from reports.figures.areas import place_of
from reports.freezing.services import freeze
from studios.models import Membership, Studio, Township
from tests.conftest import at
from tests.opinions.story import statements
from tests.reports.conftest import an_opinion, listed

pytestmark = pytest.mark.django_db


def shown(user, **asked):
    period = periods.parse(asked.pop("period", "all"))
    return dashboard(user, place_of(user, **asked), period, timezone.localdate())


def numbers_with_links(page):
    """(number, url) of every tile, cell, and total of a page."""
    for tile in page["stock"]:
        yield tile["value"], tile["url"]
    for cells in [*(line.cells for line in page["lines"]), page["total"]]:
        for cell in cells:
            if cell.is_rate:
                yield cell.value.numerator, cell.url
                yield cell.value.denominator, cell.of_url
            elif cell.is_median:
                yield cell.value.denominator, cell.url
            else:
                yield cell.value, cell.url


CASES = [
    ("prefecture", {}),
    ("prefecture", {"period": "this"}),
    ("prefecture", {"county": "433123", "period": "quarter"}),
    ("official", {"period": "year"}),
    ("supervisor", {"township": "433101005"}),
    ("officer", {"township": "433101007", "period": "year"}),
    ("clerk", {}),
    ("studio_clerk", {}),
]


def code_of(kind):
    today = timezone.localdate()
    return {
        "this": f"{today:%Y-%m}",
        "quarter": f"{today.year}-Q{(today.month + 2) // 3}",
        "year": str(today.year - 1),
        "all": "all",
    }[kind]


@pytest.mark.parametrize(("who", "asked"), CASES, ids=[f"{who}-{asked}" for who, asked in CASES])
def test_each_number_opens_exactly_the_records_it_counts(spread, cast, office, who, asked):
    spread(150)
    Opinion.objects.filter(township=office.qianzhou).update(studio=office.studio)
    user = getattr(cast, who)
    page = shown(user, **asked | {"period": code_of(asked.get("period", "all"))})
    checked = 0
    for number, url in numbers_with_links(page):
        if url:
            assert listed(user, url) == number, url
            checked += 1
        else:
            assert number == 0
    assert checked or not Opinion.objects.visible_to(user).exists()


def links_of(chart):
    """(number, url) of a chart's bars and points, as a reader's screen reader hears them."""
    found = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"', str(chart))
    return [(int(unescape(label).split()[-1]), unescape(url)) for url, label in found]


@pytest.mark.parametrize("who", ["prefecture", "official", "clerk"])
def test_each_bar_and_point_opens_the_records_it_was_drawn_from(spread, cast, who):
    spread(150)
    user = getattr(cast, who)
    page = shown(user)
    for chart in ("trend", "stages", "categories"):
        links = links_of(page[chart])
        assert links, chart
        for number, url in links:
            assert listed(user, url) == number, url


def test_areas_without_opinions_stand_there_with_zeros(cast, office):
    page = shown(cast.official)
    assert [line.name for line in page["lines"]] == ["乾州街道", "镇溪街道"]
    assert all(
        not cell.value or cell.is_rate or cell.is_median for line in page["lines"] for cell in line.cells
    )
    assert [line.name for line in shown(cast.prefecture)["lines"]] == ["吉首市", "凤凰县"]


def test_a_unit_that_is_no_township_is_shown_only_with_its_records(cast, office):
    farm = Township.objects.create(
        code="433101400", county=office.jishou, name="军亭界林场", kind="other", counted=False
    )
    assert "军亭界林场" not in [line.name for line in shown(cast.official)["lines"]]
    Opinion.objects.bulk_create([an_opinion(1, farm, at("2026-01-05 09:00"))])
    page = shown(cast.official)
    assert page["lines"][-1].name == "军亭界林场"
    assert page["lines"][-1].note
    assert page["total"][0].value == sum(line.cells[0].value for line in page["lines"]) == 1


def test_what_lies_in_no_area_of_the_person_is_still_in_the_total(cast, office):
    """A deputy who is also a clerk sees an own opinion from a township that is not the clerk's."""
    Membership.objects.create(user=cast.clerk, role="deputy", area_code="433101005")
    cast.as_deputy.user = None
    cast.as_deputy.save()
    own = Deputy.objects.create(name="吴", township=office.qianzhou, user=cast.clerk)
    Opinion.objects.bulk_create([an_opinion(1, office.zhenxi, at("2026-01-05 09:00"), deputy=own)])
    page = shown(cast.clerk)
    assert page["total"][0].value == sum(line.cells[0].value for line in page["lines"]) == 1


@pytest.mark.parametrize("who", ["officer", "supervisor", "official", "prefecture", "clerk", "studio_clerk"])
def test_those_who_may_open_it(client, cast, who):
    client.force_login(getattr(cast, who))
    page = client.get(reverse("reports:dashboard"))
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


@pytest.mark.parametrize("who", ["handler", "deputy", "auditor", "administrator", "nobody"])
def test_those_who_may_not(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("reports:dashboard")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "county=433123",
        "township=433123100",
        "county=999999",
        "township=x",
        "county=433101&township=433123100",
    ],
)
def test_another_countys_dashboard_does_not_exist(client, cast, query):
    client.force_login(cast.official)
    assert client.get(reverse("reports:dashboard") + "?" + query).status_code == 404


def test_a_stranger_counts_nothing_of_the_neighbours(spread, cast):
    spread(60)
    own = Counter(Opinion.objects.values_list("county", flat=True))
    assert shown(cast.official)["total"][0].value == own["433101"]
    assert shown(cast.clerk)["total"][0].value == Opinion.objects.filter(township="433101005").count()


@pytest.mark.parametrize("period", ["", "nonsense", "2026-13", "9999-99"])
def test_a_period_that_is_none_gives_this_month(client, cast, period):
    client.force_login(cast.official)
    page = client.get(reverse("reports:dashboard"), {"period": period})
    assert page.context["period"] == periods.this_month()


@pytest.mark.parametrize(
    "query", ["?period=all", "?period=all&county=433101", "?period=all&township=433101005"]
)
def test_the_cost_does_not_grow_with_what_is_counted(client, cast, office, spread, query):
    client.force_login(cast.prefecture)
    url = reverse("reports:dashboard") + query

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(statements(caught.captured_queries))

    spread(5)
    few = queries()
    Opinion.objects.all().delete()
    spread(200, seed=2)
    for n in range(20):
        Township.objects.create(code=f"4331012{n:02d}", county=office.jishou, name=f"乡{n}", kind="township")
    Studio.objects.create(code="more", name="更多", township=office.zhenxi)
    assert queries() <= few <= 12
    for month in periods.months_until(periods.this_month(), 8)[:-1]:
        freeze(county=office.jishou, month=month, by=None)
        freeze(county=office.fenghuang, month=month, by=None)
    assert queries() <= (12 if "period=all&" not in query else 13)


def test_a_month_to_come_is_empty_and_no_error(client, cast):
    client.force_login(cast.official)
    page = client.get(reverse("reports:dashboard"), {"period": "2099-12"})
    assert page.status_code == 200
    assert page.context["total"][0].value == 0


def test_statuses_have_a_column_each(cast):
    codes = [column["code"] for column in shown(cast.official)["columns"]]
    assert [code for code in codes if code in OPEN] == [s.value for s in Status if s in OPEN]


def test_links_keep_county_and_period(cast, spread):
    spread(100)
    url = next(line.url for line in shown(cast.prefecture, period="all")["lines"])
    assert parse_qs(urlsplit(url).query) == {"county": ["433101"], "period": ["all"]}
