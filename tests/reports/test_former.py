"""Months that were frozen before satisfaction was counted by rounds keep what they showed, under its own name; what was
no figure then is a dash everywhere, never 0."""

from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document
from python_calamine import CalamineWorkbook

from opinions.models import Opinion
from portal.bulletin import items
from reports.definitions import periods
from reports.files.bulletin import write_bulletin
from reports.models import FrozenFigure, FrozenMonth, FrozenOpinion
from reports.workbook.workbook import write_month
from tests.conftest import at
from tests.reports.conftest import an_opinion, listed

pytestmark = pytest.mark.django_db
MARCH = periods.parse("2026-03")
QUERY = "?county=433101"
KEPT = " all accepted closed on_time reported called_back evaluated satisfied days:3 "


@pytest.fixture
def march(office):
    """Three opinions of March, frozen as it was done before: names that counted something, by the round at hand. One
    citizen was first not satisfied, which that round did not know."""
    told = {"status": "closed", "lead_agency": office.transport, "closed_at": at("2026-03-09 09:00")}
    told |= {"reported_back_at": at("2026-03-08 09:00"), "first_called_back_at": at("2026-03-08 10:00")}
    said = [("satisfied", "satisfied", 1), ("not", "satisfied", 2)]
    rows = [
        an_opinion(n, office.qianzhou, at("2026-03-06 09:00"), round=turn, **told)
        for n, (_first, _last, turn) in enumerate(said, 1)
    ]
    for row, (first, last, _turn) in zip(rows, said, strict=True):
        row.first_satisfaction, row.last_satisfaction = first, last
    rows.append(an_opinion(3, office.qianzhou, at("2026-03-06 09:00"), status="declined"))
    Opinion.objects.bulk_create(rows)
    counts = {
        "all": 3,
        "accepted": 2,
        "closed": 2,
        "on_time": 2,
        "reported": 2,
        "called_back": 2,
        "reopened": 1,
    }
    counts |= {"evaluated": 2, "satisfied": 2, "days:3": 2}
    at_ = {"frozen_at": at("2026-04-02 09:00"), "frozen_by": None}
    frozen = FrozenMonth.objects.create(county=office.jishou, month=MARCH.first, counts=counts, **at_)
    FrozenFigure.objects.create(frozen=frozen, township=office.qianzhou, counts=counts)
    FrozenFigure.objects.create(frozen=frozen, township=office.zhenxi, counts={})
    place = {"county": office.jishou, "month": MARCH.first, "township": office.qianzhou, "channel": "phone"}
    for row, counted in zip(rows, (KEPT, f"{KEPT}reopened ", " all "), strict=True):
        FrozenOpinion.objects.create(opinion=row, frozen=frozen, counted=counted, version=1, **place)
    return frozen


def cells(line) -> dict:
    return {cell.code: "—" if cell.value is None else str(cell.value) for cell in line}


def test_the_month_page_shows_the_former_rate_and_a_dash_for_the_new_ones(client, march, cast):
    client.force_login(cast.official)
    page = client.get(reverse("reports:month", args=["2026-03"]) + QUERY)
    total = cells(page.context["total"])
    assert (total["first_satisfied_rate"], total["last_satisfied_rate"]) == ("—", "—")
    assert total["satisfied_rate"] == "100.0%（2/2）"
    adjusted, live = (cells(line["cells"]) for line in page.context["adjusted"])
    assert (live["first_satisfied_rate"], live["last_satisfied_rate"]) == ("50.0%（1/2）", "100.0%（2/2）")
    assert live["satisfied_rate"] == "—"
    assert (adjusted["accepted"], adjusted["first_satisfied_rate"]) == ("+0", "")
    assert "满意率（原口径）" in page.text and "按原口径冻结" in page.text
    former = next(cell for cell in page.context["total"] if cell.code == "satisfied_rate")
    assert listed(cast.official, former.url) == 2


def test_the_adjustments_say_what_the_month_page_says(client, march, cast):
    client.force_login(cast.official)
    page = client.get(reverse("reports:adjustments", args=["2026-03"]) + QUERY)
    rows = {
        str(row["label"]): (row["frozen"], row["changed"], row["live"]) for row in page.context["figures"]
    }
    assert rows["首次评价满意"] == ("—", "—", 1)
    assert rows["最终评价满意"] == ("—", "—", 2)
    assert rows["受理"] == (2, "0", 2)
    assert rows["已超期"] == (0, "0", 0), "of what was a figure then, nothing is 0"
    assert page.context["page"].paginator.count == 0, "a definition that changed is no change of an opinion"


def test_a_quarter_of_former_and_live_months_has_neither_rate(client, march, cast, office):
    closed = {"status": "closed", "lead_agency": office.transport, "closed_at": at("2026-02-09 09:00")}
    closed |= {"reported_back_at": at("2026-02-09 09:00")}
    evaluated = {"first_satisfaction": "not", "last_satisfaction": "satisfied"}
    Opinion.objects.bulk_create(
        [an_opinion(9, office.qianzhou, at("2026-02-02 09:00"), **closed, **evaluated)]
    )
    client.force_login(cast.official)
    total = cells(client.get(reverse("reports:month", args=["2026-Q1"]) + QUERY).context["total"])
    names = ("first_satisfied_rate", "last_satisfied_rate", "satisfied_rate", "closed_rate")
    assert [total[name] for name in names] == ["—", "—", "—", "100.0%（3/3）"]
    page = client.get(reverse("reports:dashboard") + QUERY + "&period=2026-Q1")
    assert page.status_code == 200 and "按原口径冻结" in page.text
    april = client.get(reverse("reports:month", args=["2026-04"]) + QUERY)
    before = next(line for line in april.context["compared"] if "上月" in line.name)
    assert cells(before.cells)["first_satisfied_rate"] == "—"


def test_workbook_and_bulletins_say_so_too(march, cast, office):
    target = BytesIO()
    write_month(target, period=MARCH, county=office.jishou, by=cast.official)
    target.seek(0)
    book = CalamineWorkbook.from_filelike(target)
    for name in ("汇总", "主办单位"):
        lines = book.get_sheet_by_name(name).to_python()
        header = next(line for line in lines if "受理" in line)
        total = next(line for line in lines if "合计" in line)
        assert total[header.index("首次满意率")] == total[header.index("最终满意率")] == "—", name
    lines = book.get_sheet_by_name("汇总").to_python()
    header = next(line for line in lines if "受理" in line)
    total = next(line for line in lines if "合计" in line)
    assert (total[header.index("满意（原口径）")], total[header.index("满意率（原口径）")]) == (2, 1)
    assert any("按原口径冻结" in str(cell) for line in lines for cell in line)
    target = BytesIO()
    write_bulletin(target, period=MARCH, county=office.jishou, by=cast.official)
    target.seek(0)
    words = "\n".join(one.text for one in Document(target).paragraphs)
    assert "首次满意率 —" in words and "满意率（原口径） 100.0%（2/2）" in words
    labels = [str(item.label) for item in items(office.jishou, MARCH)]
    assert labels[-1] == "作出评价的群众中，满意和基本满意"
