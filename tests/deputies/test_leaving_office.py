"""Who leaves office before the term ends, who moves, and who is elected and has not begun."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from deputies.activities.access import Refused
from deputies.models import Deputy, Mandate, Term
from deputies.roll import corrections
from notifications.models import Message
from studios.models import Studio

from .conftest import NOW, deputy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seat(team):
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    return Mandate.objects.create(deputy=team.yang, term=term)


@pytest.mark.parametrize("reason", ["resigned", "recalled", "died", "transferred", "terminated"])
def test_who_leaves_for_a_reason_is_released_at_once_and_the_planner_is_told(cast, team, seat, shift, reason):
    coming = shift(date(2026, 12, 1), deputies=[team.yang, team.shi])
    corrections.correct_seat(
        team.yang.pk, seat.pk, by=cast.officer, ended_on=date(2026, 11, 20), end_reason=reason
    )
    assert not Deputy.objects.get(pk=team.yang.pk).active
    assert dict(coming.participations.values_list("deputy__name", "attendance")) == {
        "杨代表": "released",
        "石代表": "assigned",
    }
    assert "杨代表" in Message.objects.get(recipient=cast.clerk).body


def test_the_form_asks_why_the_seat_ended(client, cast, team, seat):
    client.force_login(cast.officer)
    url = reverse("deputies:seat", args=[team.yang.pk, seat.pk])
    sent = {"version": team.yang.version, "term": seat.term_id, "ended_on": "2026-11-20"}
    refused = client.post(url, sent)
    assert refused.status_code == 422 and "end_reason" in refused.context["form"].errors
    assert client.post(url, sent | {"end_reason": "died"}).status_code == 302
    shown = client.get(reverse("deputies:detail", args=[team.yang.pk])).content.decode()
    assert "去世" in shown and "已离任" in shown


def test_moving_a_deputy_asks_what_becomes_of_the_shifts(client, cast, team, office, shift):
    other = Studio.objects.create(code="zhenxi", name="镇溪工作室", township=office.zhenxi)
    kept, gone = shift(date(2026, 12, 1), deputies=[team.shi]), shift(date(2026, 12, 2), deputies=[team.long])
    with pytest.raises(Refused) as refused:
        corrections.correct_facts(team.shi.pk, by=cast.officer, studio=other)
    assert refused.value.field == "shifts"
    corrections.correct_facts(team.shi.pk, by=cast.officer, studio=other, shifts="keep")
    assert kept.participations.get().attendance == "assigned"
    client.force_login(cast.officer)
    url = reverse("deputies:edit", args=[team.long.pk])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in corrections.FACTS} | {
        "version": form["version"].value()
    }
    assert client.post(url, sent | {"studio": other.pk}).status_code == 422
    assert client.post(url, sent | {"studio": other.pk, "shifts": "release"}).status_code == 302
    assert gone.participations.get().attendance == "released"


def test_elected_and_not_begun_is_not_former(client, cast, office, team, seat):
    new = deputy("新当选", office.qianzhou, active=False)
    coming = Term.objects.create(level="county", area_code="433101", number=19)
    Mandate.objects.create(deputy=new, term=coming)
    gone = deputy("离任者", office.qianzhou, active=False)
    client.force_login(cast.officer)
    assert "当选未就任" in client.get(reverse("deputies:detail", args=[new.pk])).content.decode()

    def listed(active):
        page = client.get(reverse("deputies:list"), {"active": active}).context["page"]
        return [row.name for row in page]

    assert (listed("elected"), listed("false")) == (["新当选"], [gone.name])


def test_a_subdistrict_has_no_congress_of_its_own(client, cast, team, seat, office):
    Term.objects.create(level="township", area_code="433101005", number=9, starts_on=date(2021, 12, 20))
    client.force_login(cast.officer)
    form = client.get(reverse("deputies:seat_new", args=[team.shi.pk])).context["form"]
    assert [term.level for term in form.fields["term"].queryset] == ["county"]
