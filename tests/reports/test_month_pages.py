"""The pages of the monthly reports: who may open which county's, what they show, and the trace of a download."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessRecord
from opinions.models import Opinion
from reports.files import views
from studios.models import Membership
from tests.conftest import at, person
from tests.reports.conftest import an_opinion

pytestmark = pytest.mark.django_db
PAGES = ["months", "month", "workbook"]


def address(page, county="433101"):
    if page == "months":
        return reverse("reports:months")
    return f"{reverse(f'reports:{page}', args=['2026-09'])}?county={county}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["officer", "supervisor", "official", "prefecture"])
def test_an_overseer_of_the_county_opens_it(client, cast, who, page):
    client.force_login(getattr(cast, who))
    assert client.get(address(page)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["clerk", "handler", "deputy", "auditor", "administrator", "nobody"])
def test_others_may_not(client, cast, who, page):
    client.force_login(getattr(cast, who))
    assert client.get(address(page)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_strangers_log_in_first(client, cast, page):
    assert client.get(address(page)).status_code == 302


@pytest.mark.parametrize("page", ["month", "workbook"])
@pytest.mark.parametrize("county", ["433123", "433199", "x", "4331", "' OR 1=1"])
def test_another_countys_report_does_not_exist(client, cast, page, county):
    client.force_login(cast.official)
    assert client.get(address(page, county)).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "2026-Q5", "all", "x", "1999-01", "2026-09-01"])
def test_a_month_that_is_none_does_not_exist(client, cast, month):
    client.force_login(cast.official)
    for name in ("month", "workbook"):
        assert client.get(reverse(f"reports:{name}", args=[month])).status_code == 404


def test_a_clerk_elsewhere_is_an_overseer_only_where_they_are_one(client, cast):
    Membership.objects.create(user=cast.official, role="clerk", area_code="433123")
    client.force_login(cast.official)
    assert client.get(address("month", "433123")).status_code == 404
    assert "凤凰县" not in client.get(reverse("reports:months")).content.decode()


def test_one_township_is_not_the_county(client, cast):
    """A supervisor of a single township would read a county's report with most of it missing."""
    local = person("local", "镇督办", ("supervisor", {"area_code": "433101005"}))
    client.force_login(local)
    assert client.get(address("month")).status_code == 404
    page = client.get(reverse("reports:months"))
    assert page.status_code == 200
    assert page.context["counties"] == []


def test_without_a_county_it_is_the_first_of_ones_own(client, cast):
    client.force_login(cast.prefecture)
    assert client.get(reverse("reports:month", args=["2026-09"])).context["county"].pk == "433101"


def test_the_page_shows_each_figure_with_what_it_was_made_of(client, cast, office):
    told = at("2026-10-08 09:00")
    closed = {
        "status": "closed",
        "lead_agency": office.transport,
        "reported_back_at": told,
        "closed_at": told,
    }
    Opinion.objects.bulk_create(
        [
            an_opinion(
                1,
                office.qianzhou,
                at("2026-09-30 23:30"),
                first_satisfaction="not",
                last_satisfaction="satisfied",
                **closed,
            ),
            an_opinion(2, office.qianzhou, at("2026-09-02 09:00"), answered_late=True, **closed),
            an_opinion(3, office.zhenxi, at("2026-09-02 09:00"), round=2),
            an_opinion(4, office.zhenxi, at("2026-09-02 09:00"), status="declined"),
            an_opinion(5, office.zhenxi, at("2026-08-31 23:59")),
            an_opinion(6, office.zhenxi, at("2025-09-01 00:00")),
        ]
    )
    client.force_login(cast.official)
    page = client.get(address("month"))
    total = {cell.code: str(cell.value) for cell in page.context["total"]}
    assert total == {
        "accepted": "3",
        "on_time": "1",
        "late": "1",
        "open": "1",
        "closed_rate": "66.7%（2/3）",
        "on_time_rate": "50.0%（1/2）",
        "called_back_rate": "0.0%（0/3）",
        "first_satisfied_rate": "0.0%（0/1）",
        "last_satisfied_rate": "100.0%（1/1）",
        "reopened_rate": "33.3%（1/3）",
        "median_days": "22天（共2件）",
    }
    assert [line.cells[0].value for line in page.context["compared"]] == [1, 1]
    assert [line.name for line in page.context["lines"]] == ["乾州街道", "镇溪街道"]
    assert page.context["registered"] == 4


def test_the_list_of_months_reaches_back_to_the_first_opinion(client, cast, office):
    Opinion.objects.bulk_create(
        [
            an_opinion(1, office.qianzhou, at("2025-06-30 23:59")),
            an_opinion(2, office.tuojiang, at("2024-01-05 09:00")),
        ]
    )
    client.force_login(cast.official)
    page = client.get(reverse("reports:months"))
    last = client.get(reverse("reports:months"), {"page": page.context["page"].paginator.num_pages})
    (entry,) = last.context["lines"][-1]["counties"]
    assert last.context["lines"][-1]["month"].code == "2025-06"
    assert (entry["accepted"], entry["county"].pk) == (1, "433101")


def test_the_months_page_costs_the_same_for_more(client, cast, spread, django_assert_max_num_queries):
    client.force_login(cast.prefecture)
    spread(150)
    with django_assert_max_num_queries(13):
        assert client.get(reverse("reports:months")).status_code == 200
    with django_assert_max_num_queries(14):
        assert client.get(address("month")).status_code == 200


def test_a_download_leaves_a_trace_with_its_rows(client, cast, office):
    Opinion.objects.bulk_create([an_opinion(n, office.qianzhou, at("2026-09-02 09:00")) for n in range(1, 4)])
    client.force_login(cast.supervisor)
    got = client.get(address("workbook"))
    body = b"".join(got.streaming_content)
    assert got["Content-Disposition"].startswith("attachment")
    assert load_workbook(BytesIO(body), data_only=True).sheetnames == [
        "汇总",
        "主办单位",
        "类别",
        "反映渠道",
        "单位分渠道",
        "办理结果",
        "工作室与五有",
        "代表活动",
        "督办",
        "台账",
        "图表",
    ]
    record = AccessRecord.objects.get(action="exported")
    assert (record.by, record.area_code, record.details["rows"]) == (cast.supervisor, "433101", 3)
    assert record.address


def test_a_month_too_large_for_a_request_is_left_to_the_worker(client, cast, office, monkeypatch):
    monkeypatch.setattr(views, "MAKES_DIRECTLY", 2)
    Opinion.objects.bulk_create([an_opinion(n, office.qianzhou, at("2026-09-02 09:00")) for n in range(1, 4)])
    client.force_login(cast.supervisor)
    assert client.get(address("workbook")).status_code == 302
    assert not AccessRecord.objects.filter(action="exported").exists()
