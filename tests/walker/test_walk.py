"""The outside walker, for a short while; `make walk` lets it go on for long."""

import logging
from datetime import date, datetime
from types import SimpleNamespace

import pytest

from opinions.workflow import triage
from sandbox.walker import audit
from sandbox.walker import course as courses
from sandbox.walker.course import course
from sandbox.walker.detail import SENT, day_in
from sandbox.walker.drawn import CHINA
from sandbox.walker.office import Office, Person
from sandbox.walker.rules import Notice
from sandbox.walker.workdays import between, later
from tests.walker.known import KNOWN
from workdays.calendar import add_workdays, workdays_between

pytestmark = pytest.mark.django_db
STEPS = 250


@pytest.fixture(autouse=True)
def few_words():
    """Refusals are half of what the walker tries; the log would name each."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("seed", "world"), [(1, "furnished"), (11, "furnished"), (6, "empty")])
def test_a_short_walk_finds_nothing_wrong(seed, world, capsys, turns):
    told: list[str] = []
    steps = turns(STEPS, short=120, of="steps")
    found = course(seed, steps, length=steps, world=world, known=KNOWN, say=told.append)
    assert not found.faults, "\n".join(told)
    assert found.steps >= steps


def test_a_planted_fault_is_found_and_told_in_few_turns(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr(triage, "sign", broken)
    monkeypatch.setattr(courses, "REPLAYS", 8)
    told: list[str] = []
    found = course(3, 250, length=250, world="furnished", known=KNOWN, say=told.append)
    assert [kind for kind, _where in found.faults] == ["500"]
    assert "RuntimeError: planted" in told[-1] and "/sign/" in told[-1]


def test_a_day_of_the_next_year_is_read_as_such():
    today = date(2026, 12, 14)
    assert day_in("第2轮 答复期限 2027年1月5日 还剩15个工作日", today) == date(2027, 1, 5)
    assert day_in("433123-2026-000001 签收期限 12月15日", today) == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 4, 30), 1, date(2026, 5, 6)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_the_walkers_calendar_agrees_with_the_products_where_both_are_right(day, count, due):
    assert later(day, count) == due == add_workdays(day, count).date
    assert between(day, due) == count == workdays_between(day, due)


def test_a_letter_issued_by_hand_is_no_second_notice():
    assert SENT.match("发出督办 · 发往交通运输局")[1] == "督办"
    assert SENT.match("发出督办函 吉人大督〔2027〕5号") is None


def test_what_was_told_before_a_merger_was_told_to_each_townships_own_clerks():
    before, merged, after = (datetime(2026, 4, day, tzinfo=CHINA) for day in (15, 17, 20))
    own, moved = (
        Person("own", "clerk", "433101", "433101005"),
        Person("moved", "clerk", "433101", "433101005", was_over="433101007"),
    )
    walk = SimpleNamespace(
        merged_at=merged, office=Office({"own": own, "moved": moved}), unit=lambda code: "433101005"
    )

    def told(township, since):
        return [p.name for p in audit._group(walk, Notice(("clerk", township, ""), "n", since, "why"))]

    assert told("433101007", before) == ["moved"] and told("433101005", before) == ["own"]
    assert told("433101005", after) == ["own", "moved"]
