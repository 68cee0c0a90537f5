"""The rolls that offices keep (../shared/cases): spaced names, two phones in a cell, words for yes."""

from datetime import date
from types import SimpleNamespace

import pytest

from deputies.models import Deputy
from deputies.roll.importing import DEPUTIES
from studios.models import County, Studio, Township
from studios.rolls.studios import STUDIOS
from tests.availability import ROOT
from tests.conftest import person

CASES = ROOT.parent / "shared" / "cases"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="no tables of offices beside this checkout (../shared/cases)"
    ),
]


@pytest.fixture
def county(office):
    Township.objects.create(
        code="433101101", county=County.objects.get(pk="433101"), name="马颈坳镇", kind="town"
    )
    return SimpleNamespace(officer=person("rolls", "县干部", ("triage_officer", {"area_code": "433101"})))


def taken(roll, name, by):
    with (CASES / name).open("rb") as file:
        tally = roll.import_file(file, name, by=by, skip_bad=True)
    return str(tally), [(error.row, error.column, str(error)) for error in tally.errors]


def test_a_name_with_a_space_or_another_dot_is_the_same_deputy(county):
    assert taken(DEPUTIES, "roll_name_plain.xlsx", county.officer) == (
        "read 2 / added 2 / known 0 / refused 0",
        [],
    )
    assert taken(DEPUTIES, "roll_name_spaced.xlsx", county.officer) == (
        "read 2 / added 0 / known 2 / refused 0",
        [],
    )
    assert sorted(Deputy.objects.values_list("name", flat=True)) == ["测一", "阿依·古测"]


def test_words_for_yes_are_understood_and_a_stroke_is_no(county):
    tally, errors = taken(STUDIOS, "studios_yes.xlsx", county.officer)
    assert (tally, errors) == ("read 7 / added 7 / known 0 / refused 0", [])
    shared = Studio.objects.filter(name__startswith="马颈坳镇测试工作室Y").order_by("name")
    assert list(shared.values_list("has_activity_room", flat=True)) == [True] * 6 + [False]


def test_of_two_phones_in_a_cell_the_first_is_taken(county):
    tally, errors = taken(STUDIOS, "studios_phone_two.xlsx", county.officer)
    assert (tally, errors) == ("read 1 / added 1 / known 0 / refused 0", [])
    studio = Studio.objects.get(name="马颈坳镇测试工作室甲")
    assert (studio.phone, studio.established_on) == ("0743-8222123", date(2016, 7, 1))
