"""Last month in a real browser: the county official opens it, compares, drills to a record, freezes it, and exports
while watching the progress bar; the wall screen shows the same figures."""

from datetime import datetime, timedelta

import pytest

from opinions.models import Opinion
from reports.definitions import periods
from reports.files import services
from reports.models import FrozenMonth, Report
from tests.conftest import CHINA
from tests.journeys.test_one_opinion import photograph
from tests.journeys.test_supervision_journey import look_at
from tests.reports.conftest import spread  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WALL = {"width": 1920, "height": 1080}


@pytest.fixture
def last_month(spread, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    spread(300, seed=4)
    month = periods.this_month().previous
    noon = datetime(month.first.year, month.first.month, 1, 12, tzinfo=CHINA)
    for n, opinion in enumerate(Opinion.objects.order_by("pk")[:120]):
        told = noon + timedelta(days=n % 28)
        closed = {"closed_at": told + timedelta(days=n % 20)} if opinion.closed_at else {}
        Opinion.objects.filter(pk=opinion.pk).update(registered_at=told, **closed)
    return month


def test_the_official_closes_the_month(enter, last_month, cast):
    page = enter(cast.official, f"/dashboard/?period={last_month.code}")
    page.get_by_role("link", name="乾州街道").first.click()
    page.wait_for_url("**township=433101005**")
    assert "按工作室" in page.inner_text("main")
    page.goto(f"/reports/{last_month.code}/")
    assert "上月" in page.inner_text("tfoot") and "上年同月" in page.inner_text("tfoot")
    accepted = page.locator("tfoot tr").first.locator("td a").first
    number = int(accepted.inner_text())
    page.get_by_role("link", name="冻结本月").click()
    page.get_by_role("button", name="冻结").click()
    page.wait_for_selector(".frozen-note")
    assert FrozenMonth.objects.get().frozen_by == cast.official
    accepted = page.locator("tfoot tr").first.locator("td a").first
    assert int(accepted.inner_text()) == number
    accepted.click()
    page.wait_for_url("**/reports/records/**")
    assert f"{number}" in page.inner_text(".pages-total")
    page.locator("a.row-title").first.click()
    page.wait_for_url("**/opinions/**")
    page.goto(f"/reports/{last_month.code}/")
    page.get_by_role("button", name="Excel").click()
    page.wait_for_selector("#progress progress")
    services.make_report(Report.objects.get().pk)
    link = page.wait_for_selector("#progress a[download]")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"吉首市{last_month.label}群众意见办理情况月报表.xlsx"


def test_the_pages_fit_their_screens(enter, last_month, cast):
    look_at(enter, cast.prefecture, f"/dashboard/?period={last_month.code}", "dashboard")
    look_at(enter, cast.official, f"/reports/{last_month.code}/", "month")
    page = enter(cast.prefecture, f"/dashboard/wall/?period={last_month.code}", WALL)
    photograph(page, "wall")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"), "all in one sight"
    assert page.get_attribute("meta[http-equiv=refresh]", "content") == "60"
