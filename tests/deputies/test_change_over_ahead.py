"""A term transition that is decided for a day to come changes nothing until then; on its day it is done, once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from deputies.activities.access import Refused
from deputies.directory.public import announced
from deputies.models import Deputy, Mandate, PlannedTransition, Term
from deputies.roll import corrections, planned_transitions, term_transition
from tests.conftest import at

from .conftest import NOW, deputy

pytestmark = pytest.mark.django_db
START = date(2026, 12, 15)
DAY = at("2026-12-15 00:05")


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def term(office, team):
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    for one in (team.yang, team.shi, team.long):
        Mandate.objects.create(deputy=one, term=term)
    return term


@pytest.fixture
def newcomer(office, term):
    new = deputy("新代表", office.qianzhou, active=False)
    coming = Term.objects.create(level="county", area_code="433101", number=19)
    Mandate.objects.create(deputy=new, term=coming)
    return new


def plan(term, going, by, starts_on=START):
    facts = {"term": term, "number": 19, "starts_on": starts_on, "going": going}
    return planned_transitions.enter(**facts, by=by, seen=term_transition.propose(**facts).digest)


def test_until_its_day_nobody_s_seat_account_or_session_changes(cast, team, term, newcomer, shift, office):
    session = shift(date(2026, 12, 20), deputies=[team.yang])
    plan(term, {team.yang.pk: newcomer.pk}, cast.officer)
    assert planned_transitions.do_due(now=at("2026-12-14 23:59")) == 0
    term.refresh_from_db()
    cast.deputy.refresh_from_db()
    assert term.ends_on is None and cast.deputy.is_active
    assert set(Deputy.objects.filter(active=True, township="433101005").values_list("name", flat=True)) == {
        "杨代表", "石代表", "龙代表",
    }  # fmt: skip
    assert session.participations.get().attendance == "assigned"
    assert not Mandate.objects.exclude(ended_on=None).exists()


def test_on_its_day_it_is_done_once(cast, team, term, newcomer, shift):
    session = shift(date(2026, 12, 20), deputies=[team.yang])
    before = shift(date(2026, 12, 10), deputies=[team.yang])
    plan(term, {team.yang.pk: newcomer.pk}, cast.officer)
    assert planned_transitions.do_due(now=DAY) == 1
    assert planned_transitions.do_due(now=DAY) == 0, "a second sweep finds nothing"
    term.refresh_from_db()
    cast.deputy.refresh_from_db()
    assert (term.ends_on, cast.deputy.is_active) == (START, False)
    assert dict(session.participations.values_list("deputy__name", "attendance")) == {
        "杨代表": "released",
        "新代表": "assigned",
    }
    assert before.participations.get().attendance == "assigned"
    assert set(Mandate.objects.filter(term__number=19).values_list("deputy__name", flat=True)) == {
        "石代表", "龙代表", "新代表",
    }  # fmt: skip


def test_the_sweep_by_hand_does_it_too(cast, team, term):
    plan(term, {team.shi.pk: None}, cast.officer)
    call_command("sweep", now="2026-12-15T00:10:00", verbosity=0)
    assert Term.objects.get(pk=term.pk).ends_on == START and not PlannedTransition.objects.exists()


def test_it_is_shown_changed_and_withdrawn_on_screen(client, cast, team, term, newcomer):
    client.force_login(cast.officer)
    url, facts = reverse("deputies:change_over"), {"term": term.pk, "number": 19, "starts_on": "2026-12-15"}
    chosen = facts | {"goes": [team.shi.pk], f"successor-{team.shi.pk}": newcomer.pk}
    preview = client.post(url, chosen | {"step": "preview"})
    done = client.post(url, chosen | {"step": "do", "seen": preview.context["change"].digest})
    assert done.url == url and Term.objects.get(pk=term.pk).ends_on is None
    shown = client.get(url).content.decode()
    assert "2026年12月15日" in shown and "1人离任" in shown
    assert "离任" in client.get(reverse("deputies:detail", args=[team.shi.pk])).content.decode()
    again = client.get(url, facts)
    assert {row["mandate"].deputy.name: (row["goes"], row["successor"]) for row in again.context["rows"]} == {
        "杨代表": (False, None), "石代表": (True, newcomer.pk), "龙代表": (False, None),
    }  # fmt: skip
    later = facts | {"starts_on": "2026-12-28", "goes": [team.long.pk]}
    preview = client.post(url, later | {"step": "preview"})
    client.post(url, later | {"step": "do", "seen": preview.context["change"].digest})
    row = PlannedTransition.objects.get()
    assert (row.starts_on, row.leaving) == (date(2026, 12, 28), {team.long.pk: None})
    assert client.post(reverse("deputies:withdraw_plan", args=[row.pk])).status_code == 302
    assert not PlannedTransition.objects.exists()
    assert client.post(reverse("deputies:withdraw_plan", args=[row.pk])).status_code == 302, "sent twice"
    assert planned_transitions.do_due(now=at("2027-01-01 00:05")) == 0


def test_next_door_withdraws_nothing(client, cast, team, term):
    row = plan(term, {}, cast.officer)
    client.force_login(cast.stranger_officer)
    client.post(reverse("deputies:withdraw_plan", args=[row.pk]))
    assert PlannedTransition.objects.filter(pk=row.pk).exists()


def test_who_left_meanwhile_is_passed_over_and_who_came_stays(cast, team, term, office):
    plan(term, {team.shi.pk: team.long.pk, team.yang.pk: None}, cast.officer)
    corrections.correct_seat(
        team.long.pk, team.long.mandates.get().pk, by=cast.officer, ended_on=date(2026, 11, 20)
    )
    corrections.correct_seat(
        team.yang.pk, team.yang.mandates.get().pk, by=cast.officer, ended_on=date(2026, 11, 20)
    )
    late = deputy("补选代表", office.qianzhou)
    Mandate.objects.create(deputy=late, term=term, began_on=date(2026, 11, 22))
    assert planned_transitions.do_due(now=DAY) == 1
    assert list(Mandate.objects.filter(term__number=19).values_list("deputy__name", flat=True)) == [
        "补选代表"
    ]


def test_one_that_cannot_be_done_says_why_and_holds_up_no_other(client, cast, team, term, office):
    plan(term, {}, cast.officer)
    lower = Term.objects.create(
        level="township", area_code="433101005", number=9, starts_on=date(2021, 12, 20)
    )
    plan(lower, {}, cast.officer)
    PlannedTransition.objects.filter(term=term).update(number=18)
    assert planned_transitions.do_due(now=DAY) == 1
    client.force_login(cast.officer)
    assert "没有完成" in client.get(reverse("deputies:change_over")).content.decode()
    assert Term.objects.get(pk=lower.pk).ends_on == START and Term.objects.get(pk=term.pk).ends_on is None


def test_a_new_term_is_not_begun_before_its_day(cast, term):
    facts = {"term": term, "number": 19, "starts_on": START, "going": {}}
    with pytest.raises(Refused):
        term_transition.begin_term(**facts, by=cast.officer, seen=term_transition.propose(**facts).digest)
    with pytest.raises(Refused):
        corrections.correct_term(
            term.pk, by=cast.officer, number=18, starts_on=NOW.date() + timedelta(days=9)
        )


def test_a_by_election_begins_on_its_day(cast, team, term, office):
    new = deputy("补选代表", office.qianzhou, active=False)
    corrections.add_seat(new.pk, by=cast.officer, term=term, began_on=date(2026, 12, 1))
    assert not Deputy.objects.get(pk=new.pk).active
    assert planned_transitions.begin_seats(now=at("2026-11-30 23:59")) == 0
    assert planned_transitions.begin_seats(now=at("2026-12-01 00:05")) == 1
    assert Deputy.objects.get(pk=new.pk).active


def test_announced_sessions_keep_their_deputies_in_public(cast, team, term, shift, office):
    from deputies.activities import services

    session = shift(date(2026, 12, 20), deputies=[team.yang])
    services.announce(session.pk, by=cast.clerk, at=NOW)
    plan(term, {team.yang.pk: None}, cast.officer)
    assert announced(office.studio, date(2026, 12, 1))[0]["deputies"] == ["杨代表"]
