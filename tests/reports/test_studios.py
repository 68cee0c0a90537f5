"""Figures about studios: each opens the rows it counted, in the page, the list and the workbook alike."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from deputies.models import Activity
from opinions.models import Opinion
from reports.activities.sessions import Sessions, sessions_of
from reports.dashboard.figures import dashboard
from reports.definitions import periods
from reports.figures.areas import place_of
from reports.studios.assessments import measure
from reports.studios.figures import FIGURES
from reports.workbook.workbook import write_month
from studios.areas import changes
from studios.areas.changes import Decree
from studios.assessments.measures import lines
from studios.models import Assessment, Funding, Studio, Township
from tests.conftest import at
from tests.opinions.story import told
from tests.reports.conftest import an_opinion
from tests.reports.test_workbook import table
from tests.studios.test_changes import shift

OVERVIEW = "/overview/studios/"


def held_at(studio, on) -> Activity:
    return shift(studio, on, state="held", people_met=3)


def assessed(studio, *missing):
    facts = {
        f"has_{have}": have not in missing
        for have in ("premises", "facilities", "rules", "schedule", "results")
    }
    now = timezone.now()
    measured = {"first": "2026-01-01", "last": "2026-12-31"}
    return Assessment.objects.create(
        studio=studio,
        state="published",
        opened_at=now,
        published_at=now,
        measured=measured,
        in_force=True,
        **facts,
    )


@pytest.fixture
def county(cast, office):
    """吉首: two townships, three studios (one idle), a home, money; 凤凰: one studio, assessed."""
    today = timezone.localdate()
    make = Studio.objects.create
    office.idle = make(
        code="idle", name="闲置工作室", township=office.zhenxi, established_on=today - timedelta(days=400)
    )
    office.young = make(
        code="young", name="新工作室", township=office.zhenxi, established_on=today - timedelta(days=9)
    )
    office.home = make(code="home", kind="home", name="社区代表之家", township=office.qianzhou)
    make(code="shut", name="停用工作室", township=office.qianzhou, active=False)
    told(cast, office)
    held_at(office.studio, today - timedelta(days=9))
    held_at(office.other_studio, today - timedelta(days=9))
    assessed(office.studio)
    assessed(office.idle, "schedule", "results")
    assessed(office.other_studio, "schedule")
    for studio, source, amount in [
        (office.studio, "county", 20000),
        (office.home, "other", Decimal("1500.50")),
    ]:
        Funding.objects.create(studio=studio, year=2026, source=source, amount=amount)
    return office


def totals(client, **asked) -> dict:
    return {cell["code"]: cell["value"] for cell in client.get(OVERVIEW, asked).context["total"]}


def test_the_figures_of_a_county(client, cast, county):
    client.force_login(cast.official)
    assert totals(client) == {
        "studios": 3, "homes": 1, "rooms": 0, "assessed": 2, "met_all": 1, "missing_premises": 0,
        "missing_facilities": 0, "missing_rules": 0, "missing_schedule": 1, "missing_results": 1, "idle": 1,
        "funding": "20,000", "funding_homes": "1,500.50", "funding_townships": "0",
    }  # fmt: skip
    tiles = {str(tile["label"]): tile for tile in client.get(OVERVIEW).context["tiles"]}
    assert tiles["已建工作室的乡镇"]["value"] == 2 and "100.0%" in tiles["已建工作室的乡镇"]["note"]
    assert str(tiles["最常缺的一有"]["value"]) == "工作安排"


def test_the_prefecture_sees_its_counties_and_a_county_itself_alone(client, cast, county):
    client.force_login(cast.prefecture)
    assert totals(client)["townships"] == 4 and totals(client)["studios"] == 4
    assert totals(client, county="433123")["studios"] == 1
    client.force_login(cast.official)
    assert client.get(OVERVIEW, {"county": "433123"}).status_code == 404


def test_one_township_is_asked_for_by_its_code(client, cast, county):
    client.force_login(cast.official)
    asked = {"township": "433101005"}
    assert client.get(OVERVIEW, asked).status_code == 200
    assert (totals(client)["studios"], totals(client, **asked)["studios"]) == (3, 1)
    assert client.get(OVERVIEW, {"township": "433123100"}).status_code == 404, "next door"


@pytest.mark.parametrize("code", FIGURES)
def test_each_figure_opens_the_rows_it_counted(client, cast, county, code):
    client.force_login(cast.prefecture)
    context = client.get(OVERVIEW).context
    cells = [cell for line in context["lines"] for cell in line["cells"] if cell["code"] == code] + context[
        "total"
    ]
    opened = 0
    for cell in cells:
        if cell["code"] != code or not cell["url"]:
            continue
        rows = client.get(cell["url"]).context["page"].paginator
        if code.startswith("funding"):
            assert cell["value"].replace(",", "") == str(sum(row.amount for row in rows.object_list)).replace(
                ".00", ""
            )
        else:
            assert rows.count == cell["value"]
        opened += 1
    assert opened or all(cell["value"] in (0, "0") for cell in cells if cell["code"] == code)


def test_idle_is_where_nothing_was_held_for_a_quarter(client, cast, county):
    client.force_login(cast.official)
    names = [row.name for row in client.get("/overview/studios/idle/").context["page"]]
    assert names == ["闲置工作室"], "a studio nine days old is not idle yet"
    Activity.objects.all().delete()
    names = {row.name for row in client.get("/overview/studios/idle/").context["page"]}
    assert names == {"闲置工作室", "乾州代表工作室"}


def test_sessions_are_the_studios_reception_shifts(office):
    held_at(office.studio, date(2026, 3, 2))
    shift(office.studio, date(2026, 3, 16), announced_on=date(2026, 3, 5), state="announced")
    shift(office.studio, date(2026, 3, 30))
    shift(office.studio, date(2026, 4, 1))
    shift(office.studio, date(2026, 3, 3), kind="visit", state="held", people_met=9)
    assert sessions_of([office.studio.pk, office.other_studio.pk], date(2026, 3, 1), date(2026, 3, 31)) == {
        office.studio.pk: Sessions(planned=3, published=1, held=1)
    }


def test_of_the_announced_sessions_never_more_than_all_are_held(office):
    """Sixteen announced and held, one held without any announcement: 16 of 16, not 17 of 16."""
    for day in range(1, 17):
        shift(office.studio, date(2026, 3, day), announced_on=date(2026, 2, 2), state="held", people_met=1)
    held_at(office.studio, date(2026, 3, 17))
    measured = measure([office.studio.pk], date(2026, 3, 1), date(2026, 3, 31))[office.studio.pk]
    line = next(line for line in lines(measured, {"held": 90}) if line.measure == "held")
    assert (line.numerator, line.denominator, line.met) == (16, 16, True)


def test_a_session_still_to_be_held_today_is_not_missed_yet(office):
    shift(office.studio, date(2026, 3, 31), announced_on=date(2026, 3, 5), state="announced")
    ids, first = [office.studio.pk], date(2026, 3, 1)
    assert sessions_of(ids, first, date(2026, 3, 31)) == {}
    assert sessions_of(ids, first, date(2026, 4, 1)) == {office.studio.pk: Sessions(planned=1, published=1)}


def test_the_workbook_says_the_same(client, cast, county):
    client.force_login(cast.official)
    target = BytesIO()
    write_month(target, period=periods.this_month(), county=county.jishou, by=cast.official)
    target.seek(0)
    rows = {
        row["乡镇街道"]: row
        for row in table(load_workbook(target, data_only=True)["工作室与五有"], "乡镇代码")
    }
    shown, total = totals(client), rows["合计"]
    headers = {
        "工作室": "studios",
        "代表之家": "homes",
        "五有齐全": "met_all",
        "缺工作安排": "missing_schedule",
        "闲置一季度": "idle",
    }
    assert {header: total[header] for header in headers} == {h: shown[code] for h, code in headers.items()}
    assert (total["经费（元）"], total["代表之家经费（元）"]) == (20_000, 1500.5)
    assert rows["乾州街道"]["五有齐全的工作室"] == "乾州代表工作室"
    assert "2个乡镇中2个已建工作室。" in str(list(load_workbook(target)["工作室与五有"].values))


def test_the_price_does_not_grow(client, cast, county, django_assert_max_num_queries):
    client.force_login(cast.prefecture)
    with django_assert_max_num_queries(14) as few:
        client.get(OVERVIEW)
    Studio.objects.bulk_create(Studio(code=f"s{n}", name=f"第{n}", township=county.zhenxi) for n in range(40))
    with django_assert_max_num_queries(len(few)):
        client.get(OVERVIEW)
    with django_assert_max_num_queries(12):
        assert client.get("/overview/studios/studios/").context["page"].paginator.count == 44


class TestAcrossAMerger:
    @pytest.fixture
    def merged(self, cast, office):
        """August in 乾州: one ended, one open; merged into 镇溪 in September."""
        told(cast, office)
        Opinion.objects.bulk_create(
            [
                an_opinion(
                    901,
                    office.qianzhou,
                    at("2026-08-05 09:00"),
                    status="closed",
                    lead_agency=office.transport,
                ),
                an_opinion(
                    902, office.zhenxi, at("2026-08-06 09:00"), status="closed", lead_agency=office.transport
                ),
            ]
        )
        decree = Decree("1号", at("2026-09-01 00:00").date(), cast.administrator)
        changes.merge(county="433101", away=["433101005"], to="433101007", decree=decree)
        return office

    def rows(self, user, **asked):
        place = place_of(user, county="433101", **asked)
        lines = dashboard(user, place, periods.parse("2026-08"), timezone.localdate())["lines"]
        return {line.name: (line.note, line.cells[0]) for line in lines}

    def test_a_figure_of_a_predecessor_can_be_followed_to_the_successor(self, client, cast, merged):
        client.force_login(cast.official)
        own = self.rows(cast.official)
        assert own["乾州街道"][0] == "已并入镇溪街道"
        assert [own[name][1].value for name in ("乾州街道", "镇溪街道")] == [1, 1]
        followed = self.rows(cast.official, followed=True)
        assert "乾州街道" not in followed and followed["镇溪街道"][1].value == 2
        found = client.get(followed["镇溪街道"][1].url).context["page"].paginator.count
        assert found == 2, "the list behind the figure follows too"
        page = client.get(
            reverse("reports:dashboard"), {"county": "433101", "period": "2026-08", "followed": "1"}
        )
        assert "撤并乡镇单独列出" in page.content.decode()

    def test_an_old_month_names_the_townships_of_its_day(self, client, cast, merged):
        client.force_login(cast.official)
        url = reverse("reports:month", args=["2026-08"])
        lines = {line.name: line.note for line in client.get(url, {"county": "433101"}).context["lines"]}
        assert lines == {"乾州街道": "", "镇溪街道": ""}
        later = client.get(reverse("reports:month", args=["2026-10"]), {"county": "433101"}).context["lines"]
        assert [line.name for line in later] == ["镇溪街道"]

    def test_after_a_renaming_old_records_are_called_as_they_were(self, client, cast, merged):
        decree = Decree("2号", at("2026-09-20 00:00").date(), cast.administrator)
        changes.rename(county="433101", township="433101007", name="镇溪镇", decree=decree)
        target = BytesIO()
        write_month(target, period=periods.parse("2026-08"), county=merged.jishou)
        target.seek(0)
        book = load_workbook(target, data_only=True)
        assert {row["乡镇街道"] for row in table(book["台账"], "编号")} == {"乾州街道", "镇溪街道"}
        assert "镇溪镇" not in str([row["乡镇街道"] for row in table(book["汇总"], "乡镇代码")])
        client.force_login(cast.official)
        old = Opinion.objects.get(number__endswith="000902")
        Opinion.objects.filter(pk=old.pk).update(version=0)
        assert "时称镇溪街道" in client.get(reverse("opinions:detail", args=[old.number])).content.decode()
        assert Township.objects.get(pk="433101007").name == "镇溪镇"


def test_trainings_and_exchanges_that_were_held_are_counted_beside_the_sessions(office):
    for kind, day, state in [
        ("training", 3, "held"),
        ("exchange", 9, "held"),
        ("training", 20, "planned"),
        ("visit", 4, "held"),
    ]:
        met = 0 if state == "held" else None
        shift(office.studio, date(2026, 3, day), kind=kind, state=state, people_met=met)
    both = [office.studio.pk, office.other_studio.pk]
    measured = measure(both, date(2026, 3, 1), date(2026, 3, 31))
    assert [measured[pk].learning_held for pk in both] == [2, 0]
    asked = lines(measured[office.studio.pk], {"sessions": 12})
    line = next(line for line in asked if line.measure == "learning")
    assert (line.have, line.numerator, line.met, line.asked) == ("schedule", 2, None, "仅供参考")
