"""The list from page to page: nothing left out and nothing twice, in every order, from both ends."""

import re
from datetime import timedelta
from itertools import chain

import pytest

from common.ui.pagination import SearchPlan, keyset_page
from opinions.models import Opinion
from opinions.workflow import triage

from .test_list import LIST, log, titles

COUNT = 117


@pytest.fixture
def many(client, cast, office):
    """More than two pages, several told at the same moment and most due on the same day."""
    opinion = log(cast, office, "第0件", "2026-10-12 09:00")
    opinion.refresh_from_db()
    rows = []
    for place in range(1, COUNT):
        told = opinion.registered_at + timedelta(minutes=place // 3)
        rows.append(
            Opinion(
                number=f"433101-2026-{900000 + place}", title=f"第{place}件", body="原话", county=office.jishou,
                township=office.qianzhou, channel="phone", status="registered", version=1, ledger_head="x",
                registered_at=told, changed_at=told, clock_on=opinion.clock_on, clock_days=2, clock_from="rule",
                due_on=opinion.due_on + timedelta(days=place // 60), warn_on=opinion.warn_on,
            )
        )  # fmt: skip
    Opinion.objects.bulk_create(rows)
    client.force_login(cast.officer)
    return client


def link(page, rel):
    found = re.search(rf'href="(\?[^"]*)" rel="{rel}"', page.content.decode())
    return found and found[1].replace("&amp;", "&")


def walk(client, query, rel):
    seen = []
    while query is not None:
        page = client.get(LIST + query)
        seen.append(titles(page))
        query = link(page, rel)
    return seen


@pytest.mark.parametrize(
    ("sort", "order"),
    [("new", ["-registered_at", "-id"]), ("old", ["registered_at", "id"]), ("due", ["due_on", "id"])],
)
def test_forwards_and_backwards_every_row_comes_once_and_in_order(many, sort, order):
    expected = list(Opinion.objects.order_by(*order).values_list("title", flat=True))
    forwards = walk(many, f"?sort={sort}", "next")
    assert [len(page) for page in forwards] == [50, 50, 17]
    assert list(chain(*forwards)) == expected
    backwards = walk(many, f"?sort={sort}&before=end", "prev")
    assert list(chain(*reversed(backwards))) == expected


def test_an_address_shows_the_same_rows_after_new_ones_came(many, cast, office):
    second = link(many.get(LIST), "next")
    before = titles(many.get(LIST + second))
    log(cast, office, "刚刚登记", "2026-11-20 09:00")
    assert titles(many.get(LIST + second)) == before
    assert titles(many.get(LIST))[0] == "刚刚登记"


def test_going_back_from_a_place_that_is_gone_shows_the_first_rows(many, cast):
    query = link(many.get(f"{LIST}?status=registered"), "next")
    for number in Opinion.objects.filter(status="registered").values_list("number", flat=True)[:COUNT]:
        Opinion.objects.filter(number=number).update(status="withdrawn", due_on=None)
    page = many.get(LIST + query.replace("status=registered", "status=withdrawn"))
    assert titles(page) and page.context["page"].previous
    assert titles(many.get(LIST + query)) == []


@pytest.mark.parametrize(
    "place",
    ["after=x", "after=2026~1", "after=20261012T010000.000000~1", "before=~", "after=20261012T010000.000000Z~x",
     "after=99999999T000000.000000Z~1", "before=" + "9" * 40, "after=20261012T010000.000000Z~" + "9" * 30,
     "after=20261012~3", "page=7"],
)  # fmt: skip
def test_a_place_that_cannot_be_read_gives_the_first_rows(many, place):
    assert titles(many.get(f"{LIST}?{place}")) == titles(many.get(LIST))


def test_the_whole_is_counted_up_to_a_bound(many, monkeypatch):
    assert "117件" in many.get(LIST).content.decode()
    monkeypatch.setattr("common.ui.pagination.COUNTED", 100)
    page = many.get(LIST)
    assert page.context["page"].more and page.context["page"].count == 100
    assert "100件以上" in page.content.decode()


def test_a_list_that_fits_on_one_page_is_counted_without_asking(client, cast, office):
    opinion = log(cast, office, "一件", "2026-10-12 09:00")
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport, at=opinion.changed_at)
    client.force_login(cast.handler)
    page = client.get(LIST).context["page"]
    assert (page.count, page.more, page.is_whole) == (1, False, True)


@pytest.mark.parametrize("order", [["-registered_at", "-id"], ["registered_at", "id"]])
@pytest.mark.parametrize(("word", "walked"), [("件", 60), ("7件", 60), ("7件", 5), ("7件", 1000)])
def test_what_is_sought_comes_once_and_in_order_however_far_it_lies(
    many, rf, monkeypatch, order, word, walked, django_assert_max_num_queries
):
    """Near by it is found on the way, far away by its index; at the end of the list the way is short."""
    monkeypatch.setattr("common.ui.pagination.COUNTED", 3)
    monkeypatch.setattr("common.ui.pagination.WALKED", walked)
    rows = Opinion.objects.filter(title__endswith=word).order_by(*order)
    sought = SearchPlan(Opinion.objects.filter(title__iendswith=word).order_by(*order), Opinion.objects.all())
    for way, begin in [("next", {}), ("previous", {"before": "end"})]:
        seen, query = [], begin
        while query is not None:
            with django_assert_max_num_queries(3):
                page = keyset_page(rf.get("/", query), rows, search=sought, per_page=5)
            seen.insert(0 if way == "previous" else len(seen), [one.pk for one in page])
            mark = getattr(page, way)
            query = {"after" if way == "next" else "before": mark} if mark else None
        assert list(chain(*seen)) == [one.pk for one in rows]
        assert len(seen) > 2


def test_what_is_common_is_found_without_its_index(many, rf, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("common.ui.pagination.COUNTED", 3)
    rows = Opinion.objects.filter(title__endswith="件").order_by("-registered_at", "-id")
    with django_assert_num_queries(2):
        keyset_page(rf.get("/"), rows, search=SearchPlan(rows, Opinion.objects.all()))
