"""Planning by pattern: the days, who takes turns, what is refused, and that a second look is taken before making."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deputies.activities import planning, services
from deputies.activities.access import Stale
from deputies.activities.pattern import Pattern, days_of
from deputies.models import Activity, Participation
from workdays.calendar import is_workday

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


@pytest.fixture
def plan_request(office, team):
    def make(**more):
        pattern = {"days": "monthly", "first": FIRST, "last": LAST, "numbers": (15,)}
        pattern |= {name: more.pop(name) for name in list(more) if name in Pattern.__dataclass_fields__}
        facts = {"kind": "reception", "half": "morning", "room": "reception", "studio": office.studio}
        facts["deputies"] = [team.yang, team.shi, team.long]
        return planning.PlanRequest(pattern=Pattern(**pattern), **facts | more)

    return make


def on(*days):
    return [date(2026, month, day) for month, day in days]


def test_every_fifteenth_moves_off_a_day_off(db):
    """15 November 2026 is a Sunday; 15 February 2026 was worked instead of the Spring Festival's days."""
    pattern = Pattern("monthly", date(2026, 2, 1), date(2026, 11, 30), (15,))
    days = days_of(pattern)
    assert (date(2026, 11, 15), date(2026, 11, 16)) in days
    assert all(is_workday(day) for _planned, day in days)
    stay = days_of(Pattern("monthly", date(2026, 11, 1), date(2026, 11, 30), (15,), postpone=False))
    assert stay == [(date(2026, 11, 15), date(2026, 11, 15))]


def test_market_days_by_the_sun_and_by_the_moon(db):
    sun = days_of(Pattern("market", FIRST, date(2026, 12, 18), (2, 7), postpone=False))
    assert [day.day for _p, day in sun] == [2, 7, 12, 17]
    # The first of the eleventh lunar month is 9 December 2026, the last day of the tenth the 30th.
    moon = days_of(Pattern("market", FIRST, date(2026, 12, 18), (2, 7), lunar=True, postpone=False))
    assert [day for _p, day in moon] == on((12, 5), (12, 10), (12, 15))


def test_two_that_fall_together_are_one(db):
    """The 5th and 6th of December 2026 are a weekend: both would move to Monday the 7th."""
    days = days_of(Pattern("monthly", FIRST, date(2026, 12, 20), (5, 6, 7)))
    assert [day for _p, day in days] == on((12, 7))


def test_nothing_is_moved_out_of_the_period(db):
    assert days_of(Pattern("monthly", date(2026, 11, 1), date(2026, 11, 15), (15,))) == []


def test_everybody_takes_turns_and_those_with_fewest_go_first(plan_request, team, shift):
    shift(date(2026, 11, 26), room="activity")  # 杨 has had a turn this year
    found = planning.propose(plan_request(days="weekly", numbers=(2,)), today=TODAY)
    turns = [session.deputies[0].name for session in found.sessions]
    assert sorted(turns[:2]) == ["石代表", "龙代表"]
    assert max(n for _d, n in found.turns) - min(n for _d, n in found.turns) <= 1


def test_turns_stay_fair_over_the_turn_of_the_year(plan_request, team):
    days = {"days": "weekly", "numbers": (2,), "first": date(2026, 12, 15), "last": date(2027, 2, 28)}
    found = planning.propose(plan_request(**days), today=TODAY)
    next_year = Counter(s.deputies[0].name for s in found.good if s.on.year == 2027)
    assert len(next_year) == 3 and max(next_year.values()) - min(next_year.values()) <= 1


def test_each_at_least_twice_a_year_is_spread_over_the_period(plan_request, team):
    found = planning.propose(plan_request(days="spread", numbers=(), at_least=2), today=TODAY)
    assert len(found.good) == 6 and found.short == []
    assert {count for _deputy, count in found.turns} == {2}
    gaps = [b.on - a.on for a, b in zip(found.sessions, found.sessions[1:], strict=False)]
    assert min(gap.days for gap in gaps) >= 3
    few = planning.propose(plan_request(at_least=2), today=TODAY)
    assert len(few.short) == 3, "one session leaves everybody short, and the preview says so"


def test_what_is_taken_or_past_is_shown_and_not_made(plan_request, cast, shift, team):
    shift(date(2026, 12, 15), deputies=[])
    asked = plan_request(numbers=(15, 16), first=date(2026, 11, 16))
    found = planning.propose(asked, today=TODAY)
    problems = [(session.on, bool(session.problem)) for session in found.sessions]
    assert problems == [(date(2026, 11, 16), True), (date(2026, 12, 15), True), (date(2026, 12, 16), False)]
    made = planning.make(asked, by=cast.clerk, seen=found.digest, at=NOW)
    assert [activity.on for activity in made] == on((12, 16))
    assert Activity.objects.count() == 2


def test_what_changed_meanwhile_is_shown_again_and_nothing_is_made(plan_request, cast, shift, team):
    asked = plan_request(numbers=(15, 16))
    seen = planning.propose(asked, today=TODAY).digest
    shift(date(2026, 12, 15), deputies=[])
    with pytest.raises(Stale):
        planning.make(asked, by=cast.clerk, seen=seen, at=NOW)
    assert Activity.objects.count() == 1


def test_a_second_click_plans_nothing_twice(plan_request, cast):
    asked = plan_request()
    seen = planning.propose(asked, today=TODAY).digest
    planning.make(asked, by=cast.clerk, seen=seen, at=NOW)
    with pytest.raises(Stale):
        planning.make(asked, by=cast.clerk, seen=seen, at=NOW)
    assert Activity.objects.count() == 1


def assert_nobody_is_in_two_places():
    """From the records alone, without the columns by which the database keeps it."""
    held = [
        (row.deputy_id, row.activity.on, half)
        for row in Participation.objects.select_related("activity")
        if not row.is_excused
        for half in (["morning", "afternoon"] if row.activity.half == "day" else [row.activity.half])
    ]
    assert len(held) == len(set(held))
    rooms = [
        (row.studio_id, row.room, row.on, half)
        for row in Activity.objects.exclude(state="cancelled").exclude(room="")
        for half in (["morning", "afternoon"] if row.half == "day" else [row.half])
    ]
    assert len(rooms) == len(set(rooms))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_sequence_of_plans_books_anybody_twice(data, plan_request, cast, team):
    """Whatever is planned, changed, excused and cancelled in whatever order."""
    everybody = [team.yang, team.shi, team.long]
    for _turn in range(data.draw(st.integers(1, 4))):
        asked = plan_request(
            days=data.draw(st.sampled_from(["monthly", "market", "weekly", "spread"])),
            numbers=tuple(data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=3))),
            half=data.draw(st.sampled_from(["morning", "afternoon", "day"])),
            room=data.draw(st.sampled_from(["", "reception", "activity"])),
            deputies=data.draw(st.lists(st.sampled_from(everybody), min_size=1, unique=True)),
            each=data.draw(st.integers(1, 2)),
            at_least=2,
        )
        found = planning.propose(asked, today=TODAY)
        if found.good:
            planning.make(asked, by=cast.clerk, seen=found.digest, at=NOW)
        some = Activity.objects.filter(state="planned").order_by("-on").first()
        if some:
            services.cancel(some.pk, by=cast.clerk, reason="x", at=NOW)
        assert_nobody_is_in_two_places()
