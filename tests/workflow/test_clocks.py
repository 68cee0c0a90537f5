"""Clocks at their edges: limits set while others run, suspension over a year's end, extensions decided late."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.actors import SYSTEM
from accounts.models import AccessRecord
from opinions.jobs import sweep
from opinions.lifecycle.errors import Refused, Stale
from opinions.models import Opinion, TimeLimit, TimeLimitChange
from opinions.supervision.time_limits import LimitRefused, set_limit
from opinions.workflow import supervision, triage
from tests.conftest import at
from tests.workflow.deeds import take
from tests.workflow.walk import Walk
from workdays.services import import_calendar

# 4 January 2027 off, which the plain rule counts as worked.
YEAR_2027 = b"date,kind,name\n2027-01-01,holiday,\n2027-01-04,holiday,\n"


def limit(
    walk, days, seen=None, *, clock="handling", matter="", county="433101", by=None, reason="主任会议决定"
):
    county = {"433101": walk.office.jishou, "433123": walk.office.fenghuang}.get(county)
    where = {"county": county, "clock": clock, "matter": matter}
    return set_limit(
        by=by or walk.cast.administrator, **where, days=days, seen=seen, reason=reason, at=walk.now
    )


# --- limits
def test_a_change_counts_for_clocks_that_start_after_it_and_never_for_those_that_run(walk):
    runs = walk.to("handling")
    signing = walk.to("routed")
    before = [(o.due_on, o.handling_due_on, o.clock_days, o.handling_days) for o in (runs, signing)]
    limit(walk, 5)
    limit(walk, 4, clock="signing")
    sweep.sweep(now=walk.now)
    supervise_again = [Opinion.objects.get(pk=o.pk) for o in (runs, signing)]
    assert [(o.due_on, o.handling_due_on, o.clock_days, o.handling_days) for o in supervise_again] == before
    # Signing starts no new limit: what was fixed on routing runs on.
    signed = triage.sign(signing.number, by=walk.cast.handler, at=walk.later())
    assert (signed.clock_days, signed.clock_from) == (15, "rule")
    fresh = walk.to("routed")
    assert (fresh.clock_days, fresh.clock_from, fresh.handling_days, fresh.handling_from) == (
        4,
        "county",
        5,
        "county",
    )


def test_the_county_stands_before_all_and_the_matter_before_any(walk):
    limit(walk, 20, county="")
    assert (walk.to("routed").handling_days, walk.to("routed").handling_from) == (20, "general")
    limit(walk, 12, county="", matter="complaint")
    assert walk.to("routed").handling_days == 12
    limit(walk, 9)
    assert (walk.to("routed").handling_days, walk.to("routed").handling_from) == (9, "county")
    limit(walk, 8, matter="complaint")
    assert walk.to("routed").handling_days == 8
    assert walk.to("routed", matter_type="proposal").handling_days == 9
    limit(walk, None, seen=8, matter="complaint")
    limit(walk, None, seen=9)
    assert walk.to("routed").handling_days == 12
    officers = take(walk, "route", walk.to("registered"), walk.cast.officer,
                    words={"lead_agency": walk.office.transport, "handling_days": 6})  # fmt: skip
    assert (officers.handling_days, officers.handling_from) == (6, "officer")


def test_the_history_says_who_what_when_and_why_and_cannot_be_changed(walk):
    limit(walk, 5)
    change = limit(walk, 7, seen=5, reason="人手不足")
    rows = TimeLimitChange.objects.order_by("pk").values_list("days_before", "days", "reason", "actor")
    assert list(rows) == [(None, 5, "主任会议决定", "管理员"), (5, 7, "人手不足", "管理员")]
    assert TimeLimit.objects.get().days == 7
    record = AccessRecord.objects.filter(action="set").first()
    assert (record.area_code, record.reason, record.details["to"]) == ("433101", "人手不足", 7)
    for forge in (lambda: TimeLimitChange.objects.filter(pk=change.pk).update(days=1), change.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            forge()


def test_nobody_overwrites_a_limit_they_have_not_seen(walk):
    limit(walk, 5)
    for seen in (None, 6):
        with pytest.raises(LimitRefused):
            limit(walk, 9, seen=seen)
    with pytest.raises(LimitRefused):
        limit(walk, 5, seen=5)
    assert (TimeLimit.objects.get().days, TimeLimitChange.objects.count()) == (5, 1)


def test_limits_are_the_administrators_of_the_area(walk, django_user_model):
    from tests.conftest import person

    own = person("own", "本县管理", ("administrator", {"area_code": "433101"}))
    limit(walk, 5, by=own)
    town = person("town", "乡镇管理", ("administrator", {"area_code": "433101005"}))
    for by, county in [(own, ""), (own, "433123"), (town, "433101"), (walk.cast.supervisor, "433101"),
                       (walk.cast.official, "433101"), (walk.cast.clerk, "433101")]:  # fmt: skip
        with pytest.raises(PermissionDenied):
            limit(walk, 6, county=county, clock="signing", by=by)


# --- suspension
def suspended(walk, until, **written):
    opinion = walk.to("handling", **written)
    words = {"reason": "等群众", "until_on": until}
    return supervision.suspend(opinion.number, by=walk.cast.handler, at=walk.later(), **words)


def test_the_sweep_resumes_after_the_last_day_and_the_deadline_moves_by_the_days_stood_still(walk):
    opinion = suspended(walk, date(2026, 3, 13))  # from Monday 2 March: 3 to 6 and 9 to 13 March stand still
    before = opinion.handling_due_on
    sweep.sweep(now=at("2026-03-13 23:59"))
    assert Opinion.objects.get(pk=opinion.pk).suspended_on
    sweep.sweep(now=at("2026-03-14 00:00"))
    after = Opinion.objects.get(pk=opinion.pk)
    assert (after.suspended_on, after.added_days) == (None, 9)
    assert (before, after.handling_due_on) == (date(2026, 3, 23), date(2026, 4, 3))
    assert after.events.last().data["as"] == "system"


def test_no_ladder_climbs_while_the_clock_stands_still(walk):
    opinion = suspended(walk, date(2026, 3, 6), matter_type="enquiry")
    sweep.sweep(now=at("2026-03-06 12:00"))  # after its former deadline
    assert opinion.events.filter(action="notify").count() == 0
    sweep.sweep(now=at("2026-03-07 00:00"))
    assert opinion.events.filter(action="resume").count() == 1
    assert opinion.events.filter(action="notify").count() == 0


@pytest.mark.parametrize(("until", "ok"), [(0, False), (1, True), (21, True), (22, False)])
def test_until_a_day_to_come_within_the_limit_of_the_matter(walk, until, ok):
    opinion = walk.to("handling")
    words = {"reason": "等", "until_on": (walk.now + timedelta(days=until)).date()}
    if ok:
        assert take(walk, "suspend", opinion, walk.cast.handler, words=words).suspended_until_on
    else:
        with pytest.raises(Refused) as refused:
            take(walk, "suspend", opinion, walk.cast.handler, words=words)
        assert refused.value.field == "until_on"


def test_over_a_years_end_the_working_days_left_stay_the_same_when_the_year_is_published(cast, office):
    walk = Walk(cast, office, at("2026-12-14 09:00"))
    opinion = suspended(walk, date(2027, 1, 5))
    supervision.resume(opinion.number, by=SYSTEM, at=at("2027-01-06 00:00"))
    opinion = Opinion.objects.get(pk=opinion.pk)
    # 13 days of December, 4 and 5 January stand still; 15 are left from 6 January on.
    assert (opinion.added_days, opinion.handling_due_on, opinion.due_provisional) == (
        15,
        date(2027, 1, 26),
        True,
    )
    assert import_calendar(file=io.BytesIO(YEAR_2027), by=cast.administrator).moved == 1
    opinion.refresh_from_db()
    # 4 January turned out to be off: a day fewer stood still, and as many are left as before.
    assert (opinion.added_days, opinion.handling_due_on, opinion.due_provisional) == (
        14,
        date(2027, 1, 26),
        False,
    )
    assert import_calendar(file=io.BytesIO(YEAR_2027), by=cast.administrator).moved == 0


# --- extension
def test_asked_in_time_it_may_be_granted_after_the_deadline_has_passed(walk):
    opinion = walk.extension_asked()
    due_on = opinion.handling_due_on
    walk.now = at("2026-03-25 09:00")
    sweep.sweep(now=walk.now)
    late = Opinion.objects.get(pk=opinion.pk)
    assert (late.due_on, late.supervision_level) == (due_on, 1)
    granted = take(walk, "grant_extension", opinion, walk.cast.supervisor)
    assert (due_on, granted.handling_due_on) == (date(2026, 3, 23), date(2026, 3, 26))
    assert granted.supervision_level == 0  # a new deadline is reminded of anew


def test_asked_too_late_it_is_refused(walk):
    opinion = walk.to("handling")
    walk.now = at("2026-03-24 00:00")
    with pytest.raises(Refused):
        take(walk, "ask_extension", opinion, walk.cast.handler)
    walk.now = at("2026-03-23 23:59")  # the last day belongs to it
    earlier = walk.to("registered")
    assert take(walk, "ask_extension", opinion, walk.cast.handler).extension_state == "asked"
    assert earlier.pk


def test_of_two_supervisors_the_second_is_told_what_the_first_decided(walk):
    opinion = walk.extension_asked()
    take(walk, "grant_extension", opinion, walk.cast.supervisor, version=opinion.version)
    with pytest.raises(Stale) as stale:
        take(walk, "refuse_extension", opinion, walk.cast.prefecture, version=opinion.version)
    assert [event.action for event in stale.value.events] == ["grant_extension"]
    with pytest.raises(Refused):
        take(walk, "grant_extension", opinion, walk.cast.prefecture)
    assert Opinion.objects.get(pk=opinion.pk).added_days == 3


def test_once_a_round_even_if_refused_and_again_in_the_next(walk):
    opinion = walk.extension_asked()
    take(walk, "refuse_extension", opinion, walk.cast.supervisor)
    with pytest.raises(Refused):
        take(walk, "ask_extension", opinion, walk.cast.handler)
    for code, by in [("answer", walk.cast.handler), ("report_back", walk.cast.clerk), ("reopen", walk.cast.clerk),
                     ("sign", walk.cast.handler)]:  # fmt: skip
        take(walk, code, opinion, by)
    assert take(walk, "ask_extension", opinion, walk.cast.handler).extension_state == "asked"


# --- returning
def test_it_may_be_returned_on_the_last_day_of_its_limit_and_not_after(walk):
    first, second = walk.to("routed"), walk.to("routed")
    assert str(first.return_by_on) == "2026-03-04"
    walk.now = at("2026-03-04 23:00")
    assert take(walk, "return_it", first, walk.cast.handler).status == "registered"
    walk.now = at("2026-03-05 00:00")
    with pytest.raises(Refused):
        take(walk, "return_it", second, walk.cast.handler)


# --- the calendar's known days, through the workflow and on the screen
@pytest.mark.parametrize(
    ("start", "days", "end", "shown"),
    [
        ("2026-09-30", 5, "2026-10-13", "10月13日"),  # National Day week off, Saturday 10 October worked
        (
            "2025-01-24",
            3,
            "2025-02-05",
            "2025年2月5日",
        ),  # Sunday 26 January worked, 28 January to 4 February off
        ("2025-02-07", 1, "2025-02-08", "2025年2月8日"),  # a Saturday that is worked
        ("2026-02-13", 2, "2026-02-24", "2月24日"),  # Saturday 14 February worked, 15 to 23 February off
        ("2026-02-27", 1, "2026-02-28", "2月28日"),  # a Saturday that is worked
        ("2026-12-11", 15, "2027-01-04", "暂定"),
    ],
)
def test_known_deadlines_come_out_right_on_the_opinion_and_its_page(
    client, cast, office, start, days, end, shown
):
    walk = Walk(cast, office, at(f"{start} 09:00"))
    words = {"lead_agency": office.transport, "handling_days": days}
    opinion = take(walk, "route", walk.to("registered"), cast.officer, words=words)
    assert str(opinion.handling_due_on) == end
    client.force_login(cast.handler)
    assert shown in client.get(f"/opinions/{opinion.number}/").text
    import_calendar(file=io.BytesIO(YEAR_2027), by=cast.administrator)
    moved = Opinion.objects.get(pk=opinion.pk)
    assert str(moved.handling_due_on) == ("2027-01-05" if start == "2026-12-11" else end)
