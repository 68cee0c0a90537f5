"""换届: who stays, who goes, what is handed over; seen first, done whole, and every record kept."""

import contextlib
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AccessRecord
from deputies.activities.access import Refused, Stale
from deputies.models import Deputy, Mandate, Participation, Term
from deputies.roll import term_transition as changing
from opinions.models import Opinion
from opinions.workflow.register import register
from tests.conftest import at

from .conftest import deputy

pytestmark = pytest.mark.django_db
START = date(2026, 12, 15)
DAY = at("2026-12-15 09:00")


@pytest.fixture
def freeze():
    with contextlib.ExitStack() as stack:
        yield lambda moment: stack.enter_context(time_machine.travel(moment, tick=False))


@pytest.fixture
def term(office, team):
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    for one in (team.yang, team.shi, team.long):
        Mandate.objects.create(deputy=one, term=term, constituency=f"{one.name}选区")
    return term


@pytest.fixture
def newcomer(office, term):
    new = deputy("新代表", office.qianzhou, active=False)
    coming = Term.objects.create(level="county", area_code="433101", number=19)
    Mandate.objects.create(deputy=new, term=coming)
    return new


def propose(term, going):
    return changing.propose(term=term, number=19, starts_on=START, going=going)


def change(term, going, by, **more):
    seen = more.pop("seen", None) or propose(term, going).digest
    return changing.begin_term(
        term=term, number=19, starts_on=START, going=going, by=by, seen=seen, at=DAY, **more
    )


def test_who_stays_sits_in_the_new_term_and_who_goes_leaves_office(cast, team, term, newcomer):
    new = change(term, {team.shi.pk: None}, cast.officer)
    term.refresh_from_db()
    assert (term.ends_on, new.number, new.starts_on) == (START, 19, START)
    assert set(new.mandates.values_list("deputy__name", flat=True)) == {"杨代表", "龙代表", "新代表"}
    assert new.mandates.get(deputy=team.yang).constituency == "杨代表选区"
    active = dict(Deputy.objects.filter(township="433101005").values_list("name", "active"))
    assert active == {"杨代表": True, "龙代表": True, "石代表": False, "新代表": True}
    assert term.mandates.count() == 3 and set(term.mandates.values_list("ended_on", flat=True)) == {START}


def test_shifts_and_studio_go_to_the_successor_and_what_does_not_fit_becomes_open(
    cast, team, term, newcomer, shift, office
):
    handed = shift(date(2026, 12, 20), deputies=[team.shi])
    before = shift(date(2026, 12, 1), deputies=[team.shi])
    clash = shift(date(2026, 12, 22), deputies=[team.shi])
    shift(date(2026, 12, 22), deputies=[newcomer], room="activity")
    plan = propose(term, {team.shi.pk: newcomer.pk})
    assert (plan.handed, plan.left_open) == (1, 1)
    change(term, {team.shi.pk: newcomer.pk}, cast.officer)
    stand_in = handed.participations.get(deputy=newcomer)
    assert stand_in.attendance == "assigned" and stand_in.stands_in_for.deputy == team.shi
    assert before.participations.get().attendance == "assigned", "what comes before the new term is theirs"
    assert clash.participations.get(deputy=team.shi).attendance == "released"
    newcomer.refresh_from_db()
    assert newcomer.studio == office.studio


def test_what_citizens_told_them_stays(cast, team, term, office):
    told = register(
        by=cast.clerk,
        township=office.qianzhou,
        channel="reception",
        title="路灯不亮",
        body="不亮",
        deputy=team.shi,
    )
    change(term, {team.shi.pk: None}, cast.officer)
    assert Opinion.objects.get(pk=told.pk).deputy == team.shi
    assert AccessRecord.objects.get(action="set", by=cast.officer).details["goes"] == 1


def test_an_account_that_is_only_a_deputys_is_closed(cast, team, term):
    assert propose(term, {team.yang.pk: None}).leavers[0].closes_account
    change(term, {team.yang.pk: None}, cast.officer)
    cast.deputy.refresh_from_db()
    assert not cast.deputy.is_active


def test_who_sits_in_another_congress_too_stays_in_office_and_keeps_the_shifts(cast, team, term, shift):
    lower = Term.objects.create(
        level="township", area_code="433101005", number=18, starts_on=date(2021, 12, 20)
    )
    Mandate.objects.create(deputy=team.shi, term=lower)
    activity = shift(date(2026, 12, 20), deputies=[team.shi])
    change(term, {team.shi.pk: team.long.pk}, cast.officer)
    team.shi.refresh_from_db()
    assert team.shi.active and activity.participations.get().attendance == "assigned"


def test_what_changed_since_the_preview_is_shown_again_and_nothing_is_done(cast, team, term, shift):
    seen = propose(term, {team.shi.pk: team.long.pk}).digest
    shift(date(2026, 12, 20), deputies=[team.shi])
    with pytest.raises(Stale):
        change(term, {team.shi.pk: team.long.pk}, cast.officer, seen=seen)
    assert Term.objects.count() == 1 and not Deputy.objects.filter(active=False).exists()


def test_it_is_done_as_a_whole_or_not_at_all(cast, team, term, shift, monkeypatch):
    shift(date(2026, 12, 20), deputies=[team.shi])
    monkeypatch.setattr(changing, "_record", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change(term, {team.shi.pk: team.long.pk}, cast.officer)
    term.refresh_from_db()
    assert term.ends_on is None and Term.objects.count() == 1
    assert Participation.objects.get().attendance == "assigned"


@pytest.mark.parametrize(
    ("number", "starts_on", "going"),
    [(18, START, {}), (19, date(2020, 1, 1), {}), (19, START, "goes to one who goes")],
)
def test_what_makes_no_sense_is_refused(team, term, number, starts_on, going):
    going = {team.shi.pk: team.long.pk, team.long.pk: None} if going else {}
    with pytest.raises(Refused):
        changing.propose(term=term, number=number, starts_on=starts_on, going=going)


@pytest.mark.parametrize("who", ["clerk", "supervisor", "stranger_officer", "nobody"])
def test_only_the_keepers_of_the_county_change_over(cast, team, term, who):
    with pytest.raises(PermissionDenied):
        change(term, {}, getattr(cast, who))


def test_the_wizard(client, cast, team, term, newcomer, shift, freeze):
    shift(date(2026, 12, 20), deputies=[team.shi])
    freeze(DAY)
    client.force_login(cast.officer)
    url, facts = reverse("deputies:change_over"), {"term": term.pk, "number": 19, "starts_on": "2026-12-15"}
    assert "石代表" in client.get(url, facts).content.decode()
    chosen = facts | {"goes": [team.shi.pk], f"successor-{team.shi.pk}": newcomer.pk}
    preview = client.post(url, chosen | {"step": "preview"})
    assert preview.context["change"].handed == 1 and Term.objects.get(pk=term.pk).ends_on is None
    done = client.post(url, chosen | {"step": "do", "seen": preview.context["change"].digest})
    assert done.status_code == 302
    assert Term.objects.get(pk=term.pk).ends_on == START
    again = client.post(url, chosen | {"step": "do", "seen": preview.context["change"].digest})
    assert again.status_code == 422, "a second click finds the term ended"
    assert Term.objects.count() == 2


def test_a_stale_preview_keeps_what_was_chosen(client, cast, team, term, shift):
    client.force_login(cast.officer)
    chosen = {"term": term.pk, "number": 19, "starts_on": "2026-12-15", "goes": [team.shi.pk], "step": "do"}
    page = client.post(reverse("deputies:change_over"), chosen | {"seen": "old"})
    assert page.status_code == 409
    assert [row["goes"] for row in page.context["rows"] if row["mandate"].deputy == team.shi] == [True]
