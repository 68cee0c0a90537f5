"""Funding out of Excel and on its page: studios, homes, townships without one; corrections keep what was there."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from studios import history
from studios.funding import importing as c
from studios.funding.importing import FUNDING
from studios.models import Funding, Studio

pytestmark = pytest.mark.django_db
ROW = {
    c.TOWNSHIP: "433101005",
    c.STUDIO: "乾州代表工作室",
    c.YEAR: "2014年",
    c.SOURCE: "县级",
    c.AMOUNT: "2万",
}


def csv(*rows) -> io.BytesIO:
    lines = [FUNDING.headers, *([row.get(h, "") for h in FUNDING.headers] for row in rows)]
    return io.BytesIO("\n".join(map(",".join, lines)).encode())


def take(by, *rows, **more):
    return FUNDING.import_file(csv(*rows), "经费.csv", by=by, **more)


def test_amounts_of_a_studio_and_of_a_township_without_one(cast, office):
    without = ROW | {c.TOWNSHIP: "镇溪街道", c.STUDIO: "", c.AMOUNT: "5000.50元", c.NOTE: "代表活动"}
    assert str(take(cast.officer, ROW, without)) == "read 2 / added 2 / known 0 / refused 0"
    rows = {row.receiver: (row.year, row.source, row.amount) for row in Funding.objects.all()}
    assert rows == {
        office.studio: (2014, "county", Decimal(20_000)),
        office.zhenxi: (2014, "county", Decimal("5000.50")),
    }
    assert str(take(cast.officer, ROW, without)) == "read 2 / added 0 / known 2 / refused 0"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (c.TOWNSHIP, "433123100"), (c.STUDIO, "没有的"), (c.YEAR, "去年"), (c.YEAR, "1066"), (c.SOURCE, "银行"),
        (c.AMOUNT, "0"), (c.AMOUNT, "若干"), (c.AMOUNT, "1.005"), (c.AMOUNT, "nan"), (c.AMOUNT, "99999999999"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_taken_in(cast, office, column, value):
    tally = take(cast.officer, ROW, ROW | {c.YEAR: "2015", column: value})
    assert [(error.row, error.column) for error in tally.errors] == [(3, column)]
    assert not Funding.objects.exists()


def test_another_amount_of_the_same_year_and_source_is_refused(cast, office):
    take(cast.officer, ROW)
    for rows in (
        [ROW | {c.AMOUNT: "30000"}],
        [ROW | {c.YEAR: "2015"}, ROW | {c.YEAR: "2015", c.AMOUNT: "1"}],
    ):
        tally = take(cast.officer, *rows)
        assert tally.errors[-1].column == c.AMOUNT and "20000.00" in tally.errors[-1].reason
    assert Funding.objects.count() == 1


def test_a_township_s_money_is_entered_on_the_page_and_corrected_with_its_history(client, cast, office):
    client.force_login(cast.clerk)
    page, row = reverse("funding:list"), {"township": "433101005", "year": 2014, "source": "township"}
    client.post(page, row | {"amount": "3000", "note": "代表活动"})
    client.post(page, row | {"amount": "3500", "note": "代表活动"})
    assert [one.amount for one in Funding.objects.filter(township=office.qianzhou)] == [Decimal(3500)]
    shown = client.get(page)
    assert shown.context["total"] == Decimal(3500) and "3000.00 → 3500.00" in shown.content.decode()
    assert "没有工作室的乡镇" in shown.content.decode()
    lines = history.lines(office.qianzhou, history.records_of(office.qianzhou))
    assert [change[1:] for change in lines[0].changes] == [("3000.00", "3500.00")]
    wrong = client.post(page, row | {"township": "433123100", "amount": "1"})
    assert wrong.status_code == 422 and wrong.context["form"].errors["township"]


def test_studios_homes_and_townships_are_told_apart_in_the_list(client, cast, office):
    home = Studio.objects.create(code="h-1", name="之家", kind="home", township=office.qianzhou)
    for number, to in enumerate(
        [{"studio": office.studio}, {"studio": home}, {"township": office.zhenxi}], 1
    ):
        Funding.objects.create(year=2014, source="county", amount=number, **to)
    client.force_login(cast.official)
    totals = {
        kind: client.get(reverse("funding:list"), {"given_to": kind}).context["total"]
        for kind in ("", "studio", "home", "township")
    }
    assert totals == {"": 6, "studio": 1, "home": 2, "township": 3}


def test_in_the_browser_what_was_read_is_shown_first(client, cast, office):
    client.force_login(cast.officer)
    page = reverse("funding:import")
    shown = client.post(page, {"file": SimpleUploadedFile("经费.csv", csv(ROW).read())})
    assert shown.context["tally"].added == 1 and not Funding.objects.exists()
    done = client.post(page, {"sealed": shown.context["sealed"]}, follow=True)
    assert "新增 1 笔经费" in done.content.decode() and Funding.objects.count() == 1
