"""The supervision page: figures open their lists; notices to many, each with its own ledger row, none twice."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.models import Letter
from opinions.models import BulkNotice, Event, Notice, Opinion
from opinions.supervision import bulk_notices
from opinions.supervision.figures import AGES, SHOWN
from opinions.workflow import supervision, triage
from tests.opinions.story import routed, signed, statements

pytestmark = pytest.mark.django_db
BOARD, SEND = "/supervision/", "/supervision/send/"


def late(opinion, days=10, **more):
    today = timezone.localdate()
    facts = {"due_on": today - timedelta(days=days), "warn_on": today - timedelta(days=days + 2)}
    Opinion.objects.filter(pk=opinion.pk).update(**(facts | more))
    opinion.refresh_from_db()
    return opinion


def sent(opinions, **more):
    named = [f"{o.number}:{o.version}" for o in opinions]
    return {"key": str(uuid.uuid4()), "kind": "urge", "scope": "chosen", "opinions": named, **more}


def bulk_of(client, response):
    """The page of what was listed, confirmed and sent when its minute was over."""
    assert response.status_code == 302
    assert client.post(f"{response.url}confirm/").status_code == 302
    bulk_notices.run(int(response.url.split("/")[-2]), now=timezone.now() + bulk_notices.UNDO)
    return client.get(response.url)


@pytest.fixture
def some(cast, office):
    """Red, yellow, and one whose promise and one whose reply are overdue, of two agencies and ages."""
    today = timezone.localdate()
    day = timedelta(days=1)
    opinions = [
        late(routed(cast, office)),
        late(signed(cast, office), 30, registered_at=timezone.now() - 40 * day),
        late(signed(cast, office), -1),
        late(signed(cast, office), 5, promised_on=today - day),
    ]
    owing = signed(cast, office)
    supervision.notify(owing.number, by=cast.supervisor, kind="supervise")
    return [*opinions, late(owing, 3, acknowledge_by_on=today - day)]


@pytest.mark.parametrize("by", ["county", "agency", "status", "age"])
def test_every_figure_of_every_layout_is_the_length_of_its_list(client, cast, some, by):
    client.force_login(cast.prefecture)
    page = client.get(BOARD, {"by": by})
    counted = 0
    for value, _name, counts in page.context["table"]:
        for show, count in counts.items():
            listed = client.get(BOARD, {"show": show, by: value}).context["page"].paginator.count
            assert listed == count, (value, show)
            counted += count
    assert counted == sum(page.context["totals"].values()) > 0
    assert page.context["totals"]["overdue"] == 4
    assert (
        page.context["totals"] | {"yellow": 1, "reply_overdue": 1, "promise_broken": 1, "open": 5}
        == (page.context["totals"])
    )


@pytest.mark.parametrize(
    ("who", "asked", "first"),
    [
        ("prefecture", {}, "county"),
        ("prefecture", {"county": "433101"}, "agency"),
        ("supervisor", {}, "agency"),
        ("supervisor", {"by": "county"}, "agency"),
    ],
)
def test_of_a_single_county_no_layout_repeats_the_tabs(client, cast, some, who, asked, first):
    client.force_login(getattr(cast, who))
    page = client.get(BOARD, asked)
    codes = [code for code, _label in page.context["dimensions"]]
    assert (page.context["by"], "county" in codes) == (first, first == "county")


def test_ages_leave_no_day_out_and_overlap_nowhere(client, cast, office):
    client.force_login(cast.supervisor)
    for days in (0, 7, 8, 15, 16, 30, 31, 60, 61, 300):
        opinion = routed(cast, office)
        Opinion.objects.filter(pk=opinion.pk).update(registered_at=timezone.now() - timedelta(days=days))
    counts = [client.get(BOARD, {"show": "open", "age": age}).context["page"].paginator.count for age in AGES]
    assert counts == [2, 2, 2, 2, 2]


def test_the_list_says_who_owes_a_reply_and_whose_promise_was_not_kept(client, cast, some):
    client.force_login(cast.supervisor)
    owing = client.get(BOARD, {"show": "reply_overdue"}).text
    assert some[4].number in owing and "督办" in owing and "已超期" in owing
    broken = client.get(BOARD, {"show": "promise_broken"}).text
    assert some[3].number in broken and "未兑现" in broken


def test_the_chosen_get_one_notice_each_and_the_same_form_again_sends_nothing(client, cast, some):
    client.force_login(cast.supervisor)
    data = sent(some[:2], note="请抓紧办理")
    page = bulk_of(client, client.post(SEND, data))
    assert page.context["counts"]["sent"] == 2
    assert [kind for o in some[:2] for kind in o.notices.values_list("kind", flat=True)] == ["urge", "urge"]
    event = some[0].events.last()
    assert (event.action, event.by, event.words.text) == ("notify", cast.supervisor, "请抓紧办理")
    again = client.post(SEND, data)
    assert again.url == f"/supervision/sent/{page.context['bulk'].pk}/"
    # A new form with what was seen before: everything has changed meanwhile.
    stale = bulk_of(client, client.post(SEND, sent(some[:2], kind="supervise")))
    assert {name: n for name, n in stale.context["counts"].items() if n} == {"changed": 2}
    assert all(o.number in stale.text for o in some[:2]) and "彭督办" in stale.text
    assert Event.objects.filter(action="notify").count() == 3


def test_one_that_was_answered_meanwhile_or_left_the_agency_is_named_and_the_others_are_sent(
    client, cast, some
):
    client.force_login(cast.supervisor)
    response = client.post(SEND, sent(some[:3]))
    triage.return_it(some[1].number, by=cast.handler, reason="不属本单位")
    page = bulk_of(client, response)
    assert {name: n for name, n in page.context["counts"].items() if n} == {"sent": 2, "changed": 1}
    assert [target.opinion for target in page.context["named"]] == [some[1]]


def test_all_of_the_filter_is_what_the_list_shows_and_whoever_is_under_notice_is_skipped(client, cast, some):
    client.force_login(cast.supervisor)
    response = client.post(f"{SEND}?show=overdue&status=handling", sent([], scope="all"))
    listed = client.get(response.url)
    assert "已要求于" in listed.text and some[4].number in listed.text
    page = bulk_of(client, response)
    assert {name: n for name, n in page.context["counts"].items() if n} == {"sent": 2, "skipped": 1}
    assert not some[0].notices.exists() and not some[2].notices.exists()
    assert list(some[4].notices.values_list("kind", flat=True)) == ["supervise"]


def test_a_list_names_to_whom_each_notice_goes_and_nothing_is_sent_before_it_is_confirmed(client, cast, some):
    client.force_login(cast.supervisor)
    response = client.post(SEND, sent(some[:2]))
    page = client.get(response.url)
    assert "吉首市交通运输局" in page.text and "田承办" in page.text and "发出2份督促通知" in page.text
    bulk_notices.run(page.context["bulk"].pk, now=timezone.now() + timedelta(days=1))
    assert bulk_notices.requeue_stalled(now=timezone.now() + timedelta(days=1)) == 0
    assert not some[0].notices.exists()


def test_undone_within_the_minute_nothing_is_sent_and_afterwards_it_is_too_late(client, cast, some):
    client.force_login(cast.supervisor)
    response = client.post(SEND, sent(some[:2]))
    client.post(f"{response.url}confirm/")
    bulk = BulkNotice.objects.get()
    assert not bulk_notices.run(bulk.pk, now=timezone.now() + timedelta(seconds=50)).finished_at
    assert "撤销：一份也不发" in client.get(response.url).text
    client.post(f"{response.url}undo/")
    bulk_notices.run(bulk.pk, now=timezone.now() + timedelta(minutes=5))
    assert not some[0].notices.exists() and "已撤销，没有发出" in client.get(response.url).text
    assert "已经" in client.post(f"{response.url}confirm/", follow=True).text
    other = client.post(SEND, sent(some[:1]))
    bulk_of(client, other)
    assert "已经" in client.post(f"{other.url}undo/", follow=True).text
    assert some[0].notices.count() == 1


def test_the_same_or_a_harsher_notice_is_not_sent_twice_within_three_working_days(client, cast, some):
    client.force_login(cast.supervisor)
    supervision.notify(some[0].number, by=cast.supervisor, kind="urge")
    some[0].refresh_from_db()
    again = client.get(client.post(SEND, sent(some[:1])).url)
    assert again.context["counts"]["skipped"] == 1 and "已发催办" in again.text
    harsher = client.get(client.post(SEND, sent(some[:1], kind="supervise")).url)
    assert harsher.context["counts"] == again.context["counts"] | {"skipped": 0, "waiting": 1}


@pytest.mark.parametrize(("asked", "letters"), [({}, 0), ({"letter": "on"}, 1)])
def test_letters_go_with_a_bulk_only_when_they_are_asked_for(client, cast, some, asked, letters):
    client.force_login(cast.supervisor)
    bulk_of(client, client.post(SEND, sent(some[:1], kind="supervise", **asked)))
    assert Letter.objects.count() == letters
    refused = client.post(SEND, sent(some[1:2], kind="urge", letter="on"))
    assert refused.status_code == 422 and "只有“督办”一级可以发公函（督办函）。" in refused.text


def test_what_was_confirmed_is_found_by_the_sweep_and_sent_once(client, cast, office, monkeypatch):
    opinions = [late(routed(cast, office)) for _ in range(30)]
    client.force_login(cast.supervisor)
    response = client.post(SEND, sent([], scope="all"))
    client.post(f"{response.url}confirm/")
    bulk, asked = BulkNotice.objects.get(), []
    monkeypatch.setattr(bulk_notices, "enqueue", lambda task, pk: asked.append(pk))
    later = timezone.now() + timedelta(minutes=2)
    assert bulk_notices.requeue_stalled(now=timezone.now()) == 0
    assert bulk_notices.requeue_stalled(now=later) == 1
    assert asked == [bulk.pk]
    for _turn in range(2):
        assert bulk_notices.run(bulk.pk, now=later).finished_at
    assert Notice.objects.count() == len(opinions)
    assert bulk_notices.requeue_stalled(now=later) == 0


def test_the_list_of_notices_costs_as_many_queries_for_thirty_as_for_one(client, cast, office):
    client.force_login(cast.supervisor)

    def queries(opinions):
        url = client.post(SEND, sent(opinions)).url
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(statements(captured.captured_queries))

    some = [late(routed(cast, office)) for _ in range(30)]
    assert queries(some[:1]) == queries(some) <= 12


def test_nothing_chosen_or_nonsense_is_said_beside_the_form_and_words_are_kept(client, cast, some):
    client.force_login(cast.supervisor)
    for wrong in (
        {"opinions": []},
        {"opinions": ["433101-2026-000001"]},
        {"kind": "circulate"},
        {"key": "x"},
    ):
        page = client.post(SEND, sent(some[:1], note="请抓紧办理") | wrong)
        assert page.status_code == 422, wrong
        assert "请抓紧办理" in page.text
    assert not BulkNotice.objects.exists()


def test_what_lies_outside_ones_county_gets_no_notice(client, cast, office, some):
    other = routed(cast, office)
    Opinion.objects.filter(pk=other.pk).update(county=office.fenghuang, township=office.tuojiang)
    client.force_login(cast.supervisor)
    assert client.post(SEND, sent([other])).status_code == 422
    assert not other.notices.exists()


def test_a_bulk_is_seen_by_its_sender_alone_and_its_key_opens_nothing_to_others(client, cast, some):
    client.force_login(cast.supervisor)
    data = sent(some[:1])
    url = client.post(SEND, data).url
    client.force_login(cast.prefecture)
    assert client.get(url).status_code == 404
    assert client.post(f"{url}confirm/").status_code == client.post(f"{url}undo/").status_code == 404
    assert client.post(SEND, data).status_code == 403


def test_thirty_rows_cost_as_many_queries_as_one(client, cast, office):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(BOARD, {"by": "agency"}).status_code == 200
        return len(statements(captured.captured_queries))

    client.force_login(cast.supervisor)
    supervision.notify(late(routed(cast, office)).number, by=cast.supervisor, kind="supervise")
    one = queries()
    for _row in range(24):
        supervision.notify(late(signed(cast, office)).number, by=cast.supervisor, kind="supervise")
    assert queries() == one <= 16
    assert set(SHOWN) > {"overdue", "due_soon"}
