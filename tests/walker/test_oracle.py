"""The oracle's own reckoning, held against days that a person counted on the calendar of 2026."""

from datetime import date, datetime, timedelta

from sandbox.walker.drawn import CHINA
from sandbox.walker.figures import done_in, published
from sandbox.walker.ladder import LADDER, Climb
from sandbox.walker.oracle import Matter

MONDAY = datetime(2026, 3, 2, 9, tzinfo=CHINA)


def matter(**more) -> Matter:
    facts = {
        "label": "o1", "county": "433101", "township": "433101005", "studio": "433101005-1", "kind": "complaint",
        "channel": "visit", "phone": "13810743010", "limits": {}, "at": MONDAY, "number": "433101-2026-000001",
    }  # fmt: skip
    return Matter(**facts | more)


def in_handling(**more) -> Matter:
    found = matter(**more)
    found.take("route", MONDAY, {"lead_agency": "1"})
    found.take("sign", MONDAY, {})
    return found


def looked_at(found: Matter, until: date) -> list[tuple]:
    """The notices of the ladder, the office being looked at each midnight and each morning."""
    moment = MONDAY.replace(hour=0, minute=10)
    while moment.date() < until:
        moment += timedelta(days=1)
        found.sweep(moment)
        found.sweep(moment.replace(hour=9))
    return [(kind, f"{day:%m-%d}") for kind, day in found.climb.sent]


def test_the_ladder_comes_on_its_days():
    found = in_handling()
    assert found.due == date(2026, 3, 23)
    assert looked_at(found, date(2026, 4, 30)) == [
        ("提醒", "03-19"), ("催办", "03-24"), ("督办", "03-27"), ("提请通报", "04-03")
    ]  # fmt: skip


def test_a_promise_that_is_broken_brings_the_next_level_on_the_day_after_it():
    found = in_handling()
    looked_at(found, date(2026, 3, 24))
    found.take("acknowledge", MONDAY, {"promised_on": "2026-03-24"})
    assert not found.climb.comes(datetime(2026, 3, 24, 10, tzinfo=CHINA), found.due, 15, with_agency=True)
    assert found.climb.comes(datetime(2026, 3, 25, 10, tzinfo=CHINA), found.due, 15, with_agency=True)
    # A letter waits until the office opens.
    assert not found.climb.comes(datetime(2026, 3, 25, 0, 10, tzinfo=CHINA), found.due, 15, with_agency=True)


def test_a_ladder_that_starts_late_keeps_the_days_between_its_levels():
    climb, due = Climb(LADDER), date(2026, 3, 23)
    climb.send(date(2026, 4, 7))  # all levels are past
    days = []
    for day in range(8, 24):
        if climb.comes(datetime(2026, 4, day, 9, tzinfo=CHINA), due, 15, with_agency=True):
            climb.send(date(2026, 4, day))
            days.append(day)
    assert days == [10, 15, 22]


def test_a_round_stands_still_no_longer_than_its_matter_allows():
    found = in_handling(kind="enquiry")
    assert found.may_stand_until(date(2026, 3, 2)) == date(2026, 3, 9)
    found.take("suspend", MONDAY, {"until_on": "2026-03-05"})
    found.sweep(datetime(2026, 3, 6, 0, 10, tzinfo=CHINA))
    assert (found.stood, found.may_stand_until(date(2026, 3, 6))) == (3, date(2026, 3, 10))


def test_what_was_done_in_a_month_counts_the_last_round_that_was_due_in_it():
    found = in_handling(kind="enquiry")
    found.take("answer", datetime(2026, 3, 6, 9, tzinfo=CHINA), {"answer": "x"})  # due on the 5th
    april = date(2026, 4, 1)
    assert done_in([found], "2026-03", april) == {"本期办结": 0, "本期到期": 1, "到期件按期答复": 0}
    found.take("report_back", datetime(2026, 3, 6, 9, tzinfo=CHINA), {"how": "phone"})
    found.take("evaluate", datetime(2026, 3, 9, 9, tzinfo=CHINA), {"satisfaction": "not"})
    found.take("sign", datetime(2026, 3, 9, 9, tzinfo=CHINA), {})
    found.take("answer", datetime(2026, 3, 12, 9, tzinfo=CHINA), {"answer": "x"})  # the day itself is in time
    assert done_in([found], "2026-03", april) == {"本期办结": 0, "本期到期": 1, "到期件按期答复": 1}


def test_the_bulletin_hides_what_would_point_at_somebody():
    some = [matter() for _each in range(6)]
    some[0]._become("closed", MONDAY.date())
    shown = published(some, MONDAY.date())
    assert shown["受理的群众意见"] == 6
    assert shown["其中已办结"] is None and shown["其中正在办理"] is None  # one of six
    assert shown["因群众不满意重新办理"] == 0
    assert published(some[:4], MONDAY.date())["受理的群众意见"] is None


def test_who_follows_an_opinion_that_is_withdrawn_goes_back_to_triage():
    lead, follower = in_handling(), matter(label="o2", number="433101-2026-000002")
    follower.take("merge", MONDAY, {"into": lead.number})
    follower.follow(lead)
    assert (follower.status, lead.followers) == ("merged", [follower])
    lead.take("withdraw", MONDAY, {})
    assert (follower.status, follower.into, lead.followers) == ("registered", "", [])
    assert follower.notices[-1].to == ("officer", "433101")
