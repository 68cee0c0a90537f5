"""The simulated year in small, and the oracle it is held against: what the oracle says of days is checked by hand."""

from collections import Counter
from datetime import date

import pytest

from sandbox.simulation import oracle
from sandbox.simulation.oracle import Act
from sandbox.simulation.year import NotHere, actors_of, simulate

# The policy an office begins with: at the warning a reminder, then urging, supervision, circulation.
RUNGS = [
    {"level": 1, "kind": "remind", "anchor": "warning", "days": 0, "recipients": ["handler"],
     "letter": False, "acknowledge_within": None},
    {"level": 2, "kind": "urge", "anchor": "overdue", "days": 0, "recipients": ["handler", "head"],
     "letter": False, "acknowledge_within": None},
    {"level": 3, "kind": "supervise", "anchor": "overdue", "days": 3, "recipients": ["handler", "head", "supervisor"],
     "letter": True, "acknowledge_within": 1},
    {"level": 4, "kind": "circulate", "anchor": "overdue", "days": 8,
     "recipients": ["head", "supervisor", "county_official"], "letter": False, "acknowledge_within": None},
]  # fmt: skip


def d(text) -> date:
    return date.fromisoformat(f"2026-{text}")


def expected(*acts, matter="complaint", last="05-30"):
    done = [Act(d(day), code, facts[0] if facts else {}) for day, code, *facts in acts]
    return [(f"{one.day:%m-%d}", one.kind) for one in oracle.notices(matter, RUNGS, done, d(last))]


HANDLED = [("03-02", "register"), ("03-02", "route"), ("03-02", "sign")]
LADDER_OF_MARCH = [("03-19", "remind"), ("03-24", "urge"), ("03-27", "supervise"), ("04-03", "circulate")]


def test_the_oracle_knows_the_ladder_by_days_counted_on_a_paper_calendar():
    assert expected(*HANDLED) == LADDER_OF_MARCH
    assert expected(*HANDLED, ("03-23", "answer"), ("03-24", "report_back")) == [("03-19", "remind")]
    # Promised on the 27th for the 31st and not kept: circulated on 1 April.
    broken = expected(*HANDLED, ("03-27", "acknowledge", {"promised": d("03-31")}))
    assert broken == [*LADDER_OF_MARCH[:3], ("04-01", "circulate")]
    # Five working days stood still, 4 to 10 March: everything five working days later; 6 April is a day off.
    still = expected(*HANDLED, ("03-03", "suspend", {"until": d("03-10")}))
    assert still == [("03-26", "remind"), ("03-31", "urge"), ("04-03", "supervise"), ("04-11", "circulate")]


def test_the_oracle_counts_make_up_workdays_and_the_spring_festival():
    assert oracle.later(d("02-13"), 2) == d("02-24")  # 14 February is worked, the festival ends on the 23rd
    assert oracle.worked(d("02-13"), d("02-24")) == 2
    assert oracle.yellow(d("04-14"), 15) == d("04-10")


@pytest.mark.django_db
def test_a_few_weeks_agree_with_the_rules_and_one_notice_too_many_or_too_few_is_named():
    outcome = simulate(county="433101", year=2026, opinions=12, seed=3, days=45)
    assert outcome.right, (outcome.missing, outcome.surplus)
    assert outcome.notices > 10 and outcome.acts > 24
    with pytest.raises(NotHere):
        actors_of("433101")


def test_differences_are_named_as_often_as_they_are():
    twice, once = Counter({("a", "urge"): 2}), Counter({("a", "urge"): 1})
    assert oracle.differences(twice, once) == ([("a", "urge")], [])
    assert oracle.differences(Counter(), twice) == ([], [("a", "urge")] * 2)
