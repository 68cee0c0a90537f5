"""An activity's life: planned, announced in time, held, cancelled; nobody and no room twice at once."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from deputies.activities import services
from deputies.activities.access import Refused, Stale
from deputies.models import Activity, Participation
from tests.conftest import at

from .conftest import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


def state_of(activity, deputy):
    return activity.participations.get(deputy=deputy).attendance


def test_a_deputy_is_never_planned_twice_for_the_same_time(shift, team):
    shift(DAY)
    with pytest.raises(Refused, match="杨代表"):
        shift(DAY, room="activity")
    with pytest.raises(Refused, match="杨代表"):
        shift(DAY, half="day", room="activity")
    assert shift(DAY, half="afternoon").pk


def test_a_room_is_never_planned_twice_for_the_same_time(shift, team):
    shift(DAY)
    with pytest.raises(Refused, match="场所"):
        shift(DAY, deputies=[team.shi])
    assert shift(DAY, deputies=[team.shi], room="activity").pk


@pytest.mark.parametrize("half", ["morning", "day"])
def test_the_database_itself_refuses_what_goes_round_the_services(shift, team, office, half):
    """Written without asking: a second booking of the deputy, and one of the room."""
    first = shift(DAY)
    other = Activity(
        county=office.jishou, township=office.qianzhou, studio=office.studio, made_at=NOW, room="reception"
    )
    other.takes(DAY, half)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    other.room = ""
    other.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(activity=other, deputy=team.yang, morning_on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():  # who takes part holds the time
        Participation.objects.create(activity=other, deputy=team.shi)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor can a plan hold another day than its own
        Activity.objects.filter(pk=first.pk).update(morning_on=date(2026, 12, 2))


def test_an_announcement_comes_three_days_ahead(shift, cast):
    activity = shift(date(2026, 11, 26))
    assert services.announce(activity.pk, by=cast.clerk, at=NOW).state == "announced"
    late = shift(date(2026, 11, 25))
    with pytest.raises(Refused, match="3"):
        services.announce(late.pk, by=cast.clerk, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=late.pk).update(state="announced", announced_on=NOW.date())


def test_moved_to_another_day_it_is_announced_anew(shift, cast, team):
    activity = services.announce(shift(DAY).pk, by=cast.clerk, at=NOW)
    facts = {"by": cast.clerk, "deputies": [team.yang], "room": "reception"}
    same = services.change(activity.pk, on=DAY, place="院内", **facts)
    assert same.state == "announced"
    moved = services.change(activity.pk, on=date(2026, 12, 2), **facts)
    assert (moved.state, moved.announced_on) == ("planned", None)
    assert shift(DAY).pk, "the old time is free again"


def test_cancelled_everybody_is_free(shift, cast, team):
    activity = services.cancel(shift(DAY).pk, by=cast.clerk, reason="大雪封路", at=NOW)
    assert state_of(activity, team.yang) == "released"
    assert shift(DAY).pk
    with pytest.raises(Refused):
        services.announce(activity.pk, by=cast.clerk, at=NOW)


def test_what_came_of_it_is_noted_afterwards_and_can_be_corrected(shift, cast, team):
    activity = shift(DAY, deputies=[team.yang, team.shi])
    with pytest.raises(Refused):
        services.hold(activity.pk, by=cast.clerk, people_met=3, at=NOW)
    later = at("2026-12-01 17:00")
    services.hold(activity.pk, by=cast.clerk, people_met=30, present=[team.yang], at=later)
    assert (state_of(activity, team.yang), state_of(activity, team.shi)) == ("present", "absent")
    held = services.hold(activity.pk, by=cast.clerk, people_met=31, present=[team.yang, team.shi], at=later)
    assert (held.people_met, state_of(activity, team.shi)) == (31, "present")


def test_leave_frees_the_deputy_and_the_substitute_takes_the_place(shift, cast, team):
    activity = shift(DAY)
    services.excuse(activity.pk, by=cast.clerk, deputy=team.yang, reason="住院", substitute=team.shi)
    assert state_of(activity, team.yang) == "leave"
    stand_in = activity.participations.get(deputy=team.shi)
    assert stand_in.stands_in_for.deputy == team.yang
    with pytest.raises(Refused, match="石代表"):
        shift(DAY, deputies=[team.shi], room="")
    assert shift(DAY, deputies=[team.yang], room="").pk
    services.hold(
        activity.pk, by=cast.clerk, people_met=5, present=[team.yang, team.shi], at=at("2026-12-02 09:00")
    )
    assert state_of(activity, team.yang) == "leave", "who was excused was not there"


def test_a_substitute_who_is_engaged_is_refused_and_nothing_has_changed(shift, cast, team):
    shift(DAY, deputies=[team.shi], room="activity")
    activity = shift(DAY)
    with pytest.raises(Refused, match="石代表"):
        services.excuse(activity.pk, by=cast.clerk, deputy=team.yang, reason="出差", substitute=team.shi)
    assert state_of(activity, team.yang) == "assigned"


def test_a_deputy_takes_their_own_leave_and_nobody_elses(shift, cast, team):
    activity = shift(DAY, deputies=[team.yang, team.shi])
    services.excuse(activity.pk, by=cast.deputy, deputy=team.yang, reason="外出培训")
    with pytest.raises(PermissionDenied):
        services.excuse(activity.pk, by=cast.deputy, deputy=team.shi, reason="外出培训")


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("supervisor", PermissionDenied),
        ("deputy", PermissionDenied),
        ("handler", PermissionDenied),
        ("stranger_clerk", Activity.DoesNotExist),
        ("nobody", Activity.DoesNotExist),
    ],
)
def test_only_those_who_plan_here_write(shift, cast, who, error):
    activity = shift(DAY)
    for act in (
        lambda by: services.announce(activity.pk, by=by, at=NOW),
        lambda by: services.cancel(activity.pk, by=by, reason="x", at=NOW),
        lambda by: services.hold(activity.pk, by=by, people_met=1, at=at("2026-12-02 09:00")),
        lambda by: services.change(activity.pk, by=by, on=DAY, deputies=[]),
    ):
        with pytest.raises(error):
            act(getattr(cast, who))
    with pytest.raises(PermissionDenied):
        shift(date(2026, 12, 8), by=getattr(cast, who))


def test_a_studio_s_clerk_plans_for_the_studio_alone(shift, cast, office, team):
    assert shift(DAY, by=cast.studio_clerk).pk
    with pytest.raises(PermissionDenied):
        shift(date(2026, 12, 2), by=cast.studio_clerk, studio=None, room="")


def test_somebody_was_first(shift, cast):
    activity = shift(DAY)
    services.announce(activity.pk, by=cast.clerk, version=activity.version, at=NOW)
    with pytest.raises(Stale):
        services.cancel(activity.pk, by=cast.officer, version=activity.version, reason="x", at=NOW)
