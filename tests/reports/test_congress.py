"""The congress report: as of a day, of any days, by place; page, Word and Excel say the same, each figure its rows."""

import io
from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from deputies.models import Activity, Deputy, Mandate, Term
from opinions.models import Opinion
from studios.areas import changes
from studios.areas.changes import Decree
from studios.models import Assessment, Funding, Studio
from studios.models.criteria import HAVES
from tests.conftest import CHINA, at
from tests.opinions.story import told

pytestmark = pytest.mark.django_db
PAGE, OVERVIEW = reverse("reports:congress"), reverse("reports:studios")
SPAN = {"first": "2013-07-01", "last": "2015-06-30"}


@pytest.fixture
def lived(cast, office):
    """Two years: a studio closed in 2016, one opened in 2016; published, funded, held, told."""
    Studio.objects.filter(pk=office.studio.pk).update(established_on=date(2013, 7, 1))
    make = Studio.objects.create
    office.shut = make(code="shut", name="旧工作室", township=office.zhenxi, established_on=date(2013, 8, 1))
    Studio.objects.filter(pk=office.shut.pk).update(active=False, closed_on=date(2016, 3, 1))
    office.new = make(code="new", name="新工作室", township=office.zhenxi, established_on=date(2016, 5, 1))
    Studio.objects.filter(pk=office.other_studio.pk).update(established_on=date(2017, 1, 1))
    office.home = make(code="home", kind="home", name="之家", township=office.qianzhou)
    for day, met in [(date(2014, 5, 1), True), (date(2016, 5, 1), False)]:
        Assessment.objects.update(in_force=False)
        Assessment.objects.create(
            studio=office.studio, state="published", measured={}, in_force=True, opened_at=at(f"{day} 08:00"),
            published_at=at(f"{day} 09:00"), **{f"has_{have}": met for have in HAVES},
        )  # fmt: skip
    given = [
        ({"studio": office.studio}, 2014, 20_000), ({"studio": office.shut}, 2015, 10_000),
        ({"studio": office.studio}, 2016, 7), ({"studio": office.studio}, 2012, 9),
        ({"studio": office.home}, 2014, 1500), ({"township": office.zhenxi}, 2014, 400),
    ]  # fmt: skip
    for to, year, amount in given:
        Funding.objects.create(year=year, source="county", amount=amount, **to)
    term = Term.objects.create(level="county", area_code="433101", number=5, starts_on=date(2012, 1, 1))
    for name, ended in [("甲", None), ("乙", date(2015, 1, 1))]:
        one = Deputy.objects.create(name=name, township=office.qianzhou, studio=office.studio)
        Mandate.objects.create(deputy=one, term=term, ended_on=ended)
    for day, people in [("2013-06-30", 3), ("2013-07-01", 50), ("2015-06-30", 70), ("2015-07-01", 5)]:
        one = Activity(
            county=office.jishou, township=office.qianzhou, studio=office.studio, state="held", people_met=people,
            made_at=at("2013-01-01 08:00"),
        )  # fmt: skip
        one.takes(date.fromisoformat(day), "morning")
        one.save()
    for day in ("2013-07-01 08:00", "2015-06-30 23:00", "2015-07-01 00:10"):
        told(cast, office, at=at(day))
    Opinion.objects.filter(registered_at__lt=at("2013-07-02 00:00")).update(
        outcome="A", status="closed", last_satisfaction="satisfied", first_satisfaction="satisfied"
    )
    return office


def figures(response) -> dict:
    report = response.context["report"]
    return {item.code: cell for item, cell in report.items}


def test_the_report_of_two_years_counts_what_there_was_and_what_was_done(client, cast, lived):
    client.force_login(cast.official)
    shown = {code: cell.value for code, cell in figures(client.get(PAGE, SPAN)).items()}
    rate = shown.pop("satisfied_rate")
    assert shown == {
        "townships": 2, "with_studio": 2, "studios": 2, "homes": 1, "met_all": 1, "deputies": 2,
        "funding": "30,000", "funding_each": "15,000", "funding_homes": "1,500", "funding_townships": "400",
        "held": 2, "people": 120, "visits": 0, "all": 2, "accepted": 2, "solved": 1, "last_satisfied": 1,
    }  # fmt: skip
    assert (rate.numerator, rate.denominator) == (1, 1)


def test_each_figure_opens_as_many_rows_as_it_says(client, cast, lived):
    client.force_login(cast.official)
    response = client.get(PAGE, SPAN)
    rows = {}
    for code, cell in figures(response).items():
        if cell.url:
            context = client.get(cell.url).context
            rows[code] = context["page"].paginator.object_list
    for code in ("townships", "with_studio", "studios", "homes", "met_all", "deputies", "all", "solved"):
        assert len(rows[code]) == figures(response)[code].value, code
    assert sum(row.people_met for row in rows["people"]) == 120
    for code, amount in (("funding", 30_000), ("funding_homes", 1500), ("funding_townships", 400)):
        assert sum(row.amount for row in rows[code]) == amount
    lines = {line.name: {c.code: c for c in line.cells} for line in response.context["report"].lines}
    assert lines["乾州街道"]["people"].value == 120 and lines["镇溪街道"]["funding"].value == "10,000"
    listed = client.get(lines["镇溪街道"]["funding"].url).context["page"].paginator.object_list
    assert [row.amount for row in listed] == [10_000]


def test_word_and_excel_say_what_the_page_says(client, cast, lived):
    client.force_login(cast.official)
    words = client.get(PAGE, SPAN).context["sentences"]
    assert "2 个乡镇" in words[0] and "30,000 元" in words[1] and "120 人次" in words[2]
    docx = Document(io.BytesIO(b"".join(client.get(reverse("reports:congress_docx"), SPAN))))
    assert [p.text for p in docx.paragraphs if p.text in words] == words
    assert [cell.text for cell in docx.tables[0].rows[-1].cells] == [
        "合计",
        "2",
        "2",
        "2",
        "1",
        "1",
        "2",
        "30,000",
    ]
    book = load_workbook(io.BytesIO(b"".join(client.get(reverse("reports:congress_xlsx"), SPAN))))
    facts = {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=4, values_only=True)}
    assert (facts["接待（走访）人次"], facts["工作室经费（元）"], facts["最终满意率"]) == (120, 30_000, 1)


def test_the_overview_of_studios_is_as_of_the_day_that_is_asked_for(client, cast, lived):
    client.force_login(cast.official)
    seen = {}
    for day in ("2013-07-31", "2015-06-30", "2016-04-01", "2016-05-02", ""):
        total = client.get(OVERVIEW, {"on": day}).context["total"]
        found = {cell["code"]: cell["value"] for cell in total}
        seen[day] = (found["studios"], found["met_all"], found["missing_rules"], found["funding"])
    assert seen == {
        "2013-07-31": (1, 0, 0, "9"), "2015-06-30": (2, 1, 0, "30,009"), "2016-04-01": (1, 1, 0, "30,016"),
        "2016-05-02": (2, 0, 1, "30,016"), "": (2, 0, 1, "30,016"),
    }  # fmt: skip
    assert client.get(OVERVIEW, {"township": "433101005"}).status_code == 200
    assert client.get(OVERVIEW, {"on": "nonsense"}).context["on"] == client.get(OVERVIEW).context["today"]


def test_a_merger_leaves_the_report_of_the_time_before_it_as_it_was(client, cast, lived):
    client.force_login(cast.official)
    before = {code: cell.value for code, cell in figures(client.get(PAGE, SPAN)).items()}
    with time_machine.travel(datetime(2018, 1, 2, 9, tzinfo=CHINA), tick=False):
        decree = Decree("吉民发〔2017〕1号", date(2018, 1, 1), None)
        changes.merge(county="433101", away=["433101007"], to="433101005", decree=decree)
    response = client.get(PAGE, SPAN)
    assert {code: cell.value for code, cell in figures(response).items()} == before
    over = client.get(PAGE, {"first": "2015-07-01", "last": "2018-12-31"}).context
    assert [(row["before"], row["after"]) for row in over["pairs"]] == [(2, 1), (2, 2)]
    assert [row[3:] for row in over["changes"]] == [("吉民发〔2017〕1号", "镇溪街道、乾州街道", "乾州街道")]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first": "2015-06-30", "last": "2013-07-01"}, "last"), ({"first": "", "last": "2015-06-30"}, "first"),
        ({"first": "1990-01-01", "last": "2015-06-30"}, "first"),
        ({"first": "2015-01-01", "last": "2999-01-01"}, "last"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_said_beside_the_field(client, cast, asked, field):
    client.force_login(cast.official)
    for name in ("congress", "congress_docx", "congress_xlsx"):
        refused = client.get(reverse(f"reports:{name}"), asked)
        assert refused.status_code == 422 and list(refused.context["form"].errors) == [field]


def test_a_county_sees_itself_alone(client, cast, lived):
    client.force_login(cast.official)
    assert client.get(PAGE, SPAN | {"county": "433123"}).status_code == 404
    client.force_login(cast.prefecture)
    assert figures(client.get(PAGE, SPAN))["townships"].value == 4
