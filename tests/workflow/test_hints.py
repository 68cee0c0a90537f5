"""A message that something is due does all that is due, once, and what fails holds up nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Opinion, Responsibility
from opinions.workflow.register import register
from studios.models import Agency

pytestmark = pytest.mark.django_db


def told(walk, count, **words):
    said = {"channel": "visit", "title": "公交站牌歪了", "body": "公交站牌歪了半个月。"} | words
    return [
        register(by=walk.cast.clerk, at=walk.now, township=walk.office.qianzhou, **said).number
        for _n in range(count)
    ]


def statuses(numbers):
    return list(
        Opinion.objects.filter(number__in=numbers).order_by("number").values_list("status", flat=True)
    )


def test_one_message_does_what_all_of_them_ask_and_the_others_end_after_one_statement(walk):
    numbers = told(walk, 4)
    sweep.check_enqueued(numbers[0], now=walk.later())
    assert statuses(numbers) == ["routed"] * 4
    with CaptureQueriesContext(connection) as captured:
        for number in numbers:
            sweep.check_enqueued(number, now=walk.now)
    assert len(captured) == 4
    assert verify().broken is None


def test_an_opinion_more_costs_next_to_nothing(walk):
    def statements(count):
        told(walk, count)
        with CaptureQueriesContext(connection) as captured:
            sweep.check_enqueued("", now=walk.later())
        return len(captured)

    statements(1)
    assert statements(9) == statements(2)


def test_who_has_just_saved_comes_before_an_old_stock(walk, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 1)
    stock = told(walk, 2)
    walk.later()
    saved = told(walk, 1)
    sweep.check_enqueued(saved[0], now=walk.now)
    assert statuses(stock + saved) == ["registered", "registered", "routed"]


def test_what_fails_holds_up_neither_the_one_asked_for_nor_in_the_sweep_the_others(walk, monkeypatch):
    broken, other, asked = told(walk, 3)
    ordinary = sweep.auto_triage

    def fails(opinion, *, at):
        if opinion.number == broken:
            raise RuntimeError("broken on purpose")
        return ordinary(opinion, at=at)

    monkeypatch.setattr(sweep, "auto_triage", fails)
    sweep.check_enqueued(asked, now=walk.later())
    assert statuses([broken, other, asked]) == ["registered", "registered", "routed"]
    assert sweep.sweep(now=walk.later()) == {"failed": 1, "auto_triage": 1}
    assert statuses([broken, other, asked]) == ["registered", "routed", "routed"]
    monkeypatch.undo()
    sweep.check_enqueued(broken, now=walk.later(seconds=sweep.LEASE.total_seconds() + 1))
    assert statuses([broken]) == ["routed"]


def test_a_rule_changed_between_two_messages_counts_for_the_second(walk):
    first = told(walk, 1)
    sweep.check_enqueued(first[0], now=walk.later())
    ecology = Agency.objects.get(county="433101", name__endswith="生态环境局")
    Responsibility.objects.filter(county="433101").update(agency=ecology)
    second = told(walk, 1)
    sweep.check_enqueued(second[0], now=walk.later())
    agencies = Opinion.objects.filter(number__in=first + second).order_by("number")
    assert [opinion.lead_agency for opinion in agencies] == [walk.office.transport, ecology]
