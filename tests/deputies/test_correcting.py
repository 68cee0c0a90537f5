"""What stands wrongly in the roll is corrected on screen, once and for all to see: facts, photo, seats, terms."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from common.security.uploads import examine
from deputies.activities.access import Refused, Stale
from deputies.in_office import sat_between
from deputies.models import Deputy, Mandate, Term
from deputies.roll import corrections
from studios import history
from tests.studios.test_photos import picture

from .conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seat(office, team):
    before = Term.objects.create(
        level="county",
        area_code="433101",
        number=17,
        starts_on=date(2016, 12, 20),
        ends_on=date(2021, 12, 20),
    )
    Mandate.objects.create(deputy=team.shi, term=before, ended_on=date(2021, 12, 20))
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    return Mandate.objects.create(deputy=team.yang, term=term, constituency="第一选区")


def lines(deputy):
    return [(line.sentence, line.changes) for line in history.lines(deputy, history.records_of(deputy))]


def url(name, *args):
    return reverse(f"deputies:{name}", args=args)


def test_a_seat_is_corrected_and_the_history_says_from_what_to_what(client, cast, team, seat):
    client.force_login(cast.officer)
    page = client.get(url("seat", team.yang.pk, seat.pk))
    sent = {
        "version": page.context["form"]["version"].value(), "term": seat.term_id, "constituency": "第三选区",
        "began_on": "2024-03-01", "ended_on": "",
    }  # fmt: skip
    assert client.post(url("seat", team.yang.pk, seat.pk), sent).status_code == 302
    seat.refresh_from_db()
    assert (seat.constituency, seat.since) == ("第三选区", date(2024, 3, 1))
    shown = client.get(url("history", team.yang.pk)).content.decode()
    assert "第一选区" in shown and "第三选区" in shown and cast.officer.name in shown


def test_somebody_was_first_and_nothing_typed_is_lost(client, cast, team, seat):
    client.force_login(cast.officer)
    sent = {"version": team.yang.version, "term": seat.term_id, "constituency": "第九选区"}
    corrections.correct_facts(team.yang.pk, by=cast.administrator, occupation="教师")
    stale = client.post(url("seat", team.yang.pk, seat.pk), sent)
    assert stale.status_code == 409 and "第九选区" in stale.content.decode()
    again = sent | {"version": stale.context["form"]["version"].value()}
    assert client.post(url("seat", team.yang.pk, seat.pk), again).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"began_on": date(2020, 1, 1)}, "began_on"),
        ({"ended_on": date(2027, 1, 1)}, "ended_on"),
        ({"ended_on": date(2021, 12, 20)}, "ended_on"),
    ],
)
def test_days_that_cannot_be(cast, team, seat, wrong, field):
    with pytest.raises(Refused) as refused:
        corrections.correct_seat(team.yang.pk, seat.pk, by=cast.officer, **wrong)
    assert refused.value.field == field
    assert not lines(team.yang)


def test_nobody_has_two_seats_in_one_term(cast, team, seat):
    with pytest.raises(Refused):
        corrections.add_seat(team.yang.pk, by=cast.officer, term=seat.term)


def test_a_by_election_brings_into_office_and_a_last_day_takes_out_of_it(cast, team, seat):
    Deputy.objects.filter(pk=team.long.pk).update(active=False)
    came = corrections.add_seat(team.long.pk, by=cast.officer, term=seat.term, began_on=date(2025, 5, 1))
    assert Deputy.objects.get(pk=team.long.pk).active
    corrections.correct_seat(team.long.pk, came.pk, by=cast.officer, ended_on=date(2026, 11, 1))
    assert not Deputy.objects.get(pk=team.long.pk).active
    assert [sentence for sentence, _changes in lines(team.long)] == ["更正任职信息", "增加任职信息"]


def test_nobody_leaves_office_with_shifts_to_come(cast, team, seat, shift):
    shift(date(2026, 12, 1))
    with pytest.raises(Refused, match="1"):
        corrections.correct_seat(team.yang.pk, seat.pk, by=cast.officer, ended_on=date(2026, 11, 1))
    seat.refresh_from_db()
    assert seat.ended_on is None and Deputy.objects.get(pk=team.yang.pk).active


def test_a_seat_that_never_was_is_removed_and_remembered(client, cast, team, seat):
    client.force_login(cast.administrator)
    assert client.post(url("remove_seat", team.yang.pk, seat.pk)).status_code == 302
    assert not team.yang.mandates.exists()
    (sentence, changes), *_rest = lines(team.yang)
    assert "第一选区" in str(changes) and "删除" in sentence
    assert client.post(url("remove_seat", team.yang.pk, seat.pk)).status_code == 302, "sent twice"


def test_a_deputy_without_a_photo_is_corrected_too(client, cast, team):
    client.force_login(cast.officer)
    page = client.get(url("edit", team.shi.pk))
    assert page.status_code == 200 and "no_photo" not in page.content.decode()
    sent = {name: page.context["form"][name].value() or "" for name in corrections.FACTS}
    sent |= {"version": page.context["form"]["version"].value(), "occupation": "医生"}
    assert client.post(url("edit", team.shi.pk), sent).status_code == 302
    assert Deputy.objects.get(pk=team.shi.pk).occupation == "医生"


def test_the_phone_is_masked_in_the_history(cast, team):
    corrections.correct_facts(team.yang.pk, by=cast.officer, phone="13800138000")
    assert "13800138000" not in str(lines(team.yang)) and "138" in str(lines(team.yang))


def test_a_studio_of_another_county_is_refused(cast, team, office):
    with pytest.raises(Refused):
        corrections.correct_facts(team.yang.pk, by=cast.officer, studio=office.other_studio)


def test_only_the_keepers_of_the_roll_here(cast, team, seat):
    with pytest.raises(PermissionDenied):
        corrections.correct_seat(team.yang.pk, seat.pk, by=cast.clerk, constituency="x")
    with pytest.raises(Deputy.DoesNotExist):
        corrections.correct_seat(team.yang.pk, seat.pk, by=cast.stranger_officer, constituency="x")
    with pytest.raises(Stale):
        corrections.correct_seat(team.yang.pk, seat.pk, by=cast.officer, version=99, constituency="x")


def test_the_first_day_of_a_term_moves_the_end_of_the_one_before(client, cast, team, seat):
    client.force_login(cast.officer)
    sent = {"number": "18", "starts_on": "2021-12-28"}
    assert client.post(url("term", seat.term_id), sent).status_code == 302
    before = Term.objects.get(number=17)
    assert before.ends_on == date(2021, 12, 28) == before.mandates.get().ended_on
    assert client.post(url("term", seat.term_id), sent | {"number": "17"}).status_code == 422
    assert (
        client.post(url("term", seat.term_id), {"number": "18", "starts_on": "2010-01-01"}).status_code == 422
    )


def test_a_photo_takes_the_place_of_the_last(client, cast, team, django_capture_on_commit_callbacks):
    first = corrections.correct_facts(team.yang.pk, by=cast.officer, photo=examine(picture())).photo
    with django_capture_on_commit_callbacks(execute=True):
        now = corrections.correct_facts(team.yang.pk, by=cast.officer, photo=examine(picture())).photo
    assert not first.storage.exists(first.name) and now.storage.exists(now.name)
    client.force_login(cast.clerk)
    assert client.get(url("photo", team.yang.pk))["Content-Type"] == "image/jpeg"
    client.force_login(cast.officer)
    page = client.get(url("edit", team.yang.pk))
    sent = {name: page.context["form"][name].value() or "" for name in corrections.FACTS}
    sent |= {"version": page.context["form"]["version"].value(), "no_photo": "on"}
    assert client.post(url("edit", team.yang.pk), sent).status_code == 302
    assert client.get(url("photo", team.yang.pk)).status_code == 404


def test_a_term_imported_in_its_middle_counts_from_before_until_its_first_day_is_entered(client, cast, team):
    """The register was imported on 20 November: October has deputies all the same, and a seat can be ended."""
    term = Term.objects.create(
        level="county", area_code="433101", number=18, starts_on=date(2026, 11, 20), start_is_known=False
    )
    seat = Mandate.objects.create(deputy=team.shi, term=term)
    october = (date(2026, 10, 1), date(2026, 10, 31))
    assert Deputy.objects.filter(sat_between(*october), pk=team.shi.pk).exists()
    client.force_login(cast.officer)
    assert "开始日期" in client.get(reverse("deputies:list")).content.decode()
    assert client.post(url("term", term.pk), {"number": "18", "starts_on": "2026-11-10"}).status_code == 302
    assert not Deputy.objects.filter(sat_between(*october), pk=team.shi.pk).exists()
    assert "开始日期还没有" not in client.get(reverse("deputies:list")).content.decode()
    Term.objects.filter(pk=term.pk).update(start_is_known=False, starts_on=date(2026, 11, 23))
    corrections.correct_seat(team.shi.pk, seat.pk, by=cast.officer, ended_on=date(2026, 11, 20))
    assert not Deputy.objects.get(pk=team.shi.pk).active
