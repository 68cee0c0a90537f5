"""The triage desk: an urgent one is opened before it goes anywhere; after O and U the desk goes on."""

import re

import pytest

from opinions.models import Opinion
from opinions.triage.urgent import raise_flag
from tests.opinions.story import told

pytestmark = pytest.mark.django_db
DESK = "/opinions/triage/"
IN_A_ROW = {"HX-Request": "true", "HX-Target": "row-1"}


@pytest.fixture
def officer(client, cast):
    client.force_login(cast.officer)
    return client


def row_of(client, opinion) -> str:
    return client.get(DESK).text.split(f'id="row-{opinion.number}"')[1].split("</li>")[0]


def one_click(office, opinion) -> dict:
    return {
        "version": opinion.version,
        "back": "triage_desk",
        "category": office.roads.pk,
        "matter_type": opinion.matter_type,
        "urgency": opinion.urgency,
        "lead_agency": office.transport.pk,
    }


@pytest.fixture(params=["urgent", "flagged"])
def urgent(request, cast, office):
    if request.param == "urgent":
        opinion = told(cast, office)
        Opinion.objects.filter(pk=opinion.pk).update(urgency="urgent")
        return Opinion.objects.get(pk=opinion.pk)
    opinion = told(cast, office, title="公交站台煤气泄漏", body="站台边闻到煤气泄漏，没人管。")
    assert raise_flag(opinion).seen_at is None
    return opinion


def test_an_urgent_one_has_no_button_that_routes_it_unread(officer, office, urgent):
    row = row_of(officer, urgent)
    assert 'name="lead_agency"' not in row
    assert f'/opinions/{urgent.number}/route/?back=triage_desk" data-desk-main' in row


@pytest.mark.parametrize("headers", [{}, IN_A_ROW], ids=["no-script", "script"])
def test_an_urgent_one_sent_by_one_click_from_an_old_page_is_not_routed(officer, office, urgent, headers):
    sent = officer.post(f"/opinions/{urgent.number}/route/", one_click(office, urgent), headers=headers)
    assert sent.status_code == 409 and "这件是紧急件" in sent.text
    assert Opinion.objects.get(pk=urgent.pk).status == "registered"


def test_an_urgent_one_that_was_opened_is_routed_and_the_desk_goes_on(officer, office, urgent):
    page = officer.get(f"/opinions/{urgent.number}/route/?back=triage_desk").text
    assert urgent.body in page
    assert 'name="back" value="triage_desk"' in page
    form = one_click(office, urgent) | {"looked": re.search(r'name="looked" value="(\d)"', page)[1]}
    sent = officer.post(f"/opinions/{urgent.number}/route/", form)
    assert (sent.status_code, sent.url) == (302, DESK)
    assert Opinion.objects.get(pk=urgent.pk).status == "routed"


def test_decided_otherwise_on_its_own_page_with_a_script_leads_back_to_the_desk(officer, cast, office):
    opinion = told(cast, office)
    in_a_panel = {"HX-Request": "true", "HX-Target": "act"}
    form = one_click(office, opinion) | {"looked": "1"}
    sent = officer.post(f"/opinions/{opinion.number}/route/", form, headers=in_a_panel)
    assert (sent.status_code, sent.headers["HX-Redirect"]) == (200, DESK)
    wrong = officer.post(f"/opinions/{opinion.number}/route/", form | {"lead_agency": ""}, headers=in_a_panel)
    assert 'id="act"' in wrong.text or wrong.status_code == 409


def test_what_was_undone_is_a_row_again_that_can_be_dealt_with(officer, cast, office):
    opinion = told(cast, office)
    officer.post(f"/opinions/{opinion.number}/route/", one_click(office, opinion), headers=IN_A_ROW)
    version = Opinion.objects.get(pk=opinion.pk).version
    undone = officer.post(
        f"/opinions/{opinion.number}/recall/", {"version": version, "back": "triage_desk"}, headers=IN_A_ROW
    )
    assert undone.status_code == 200
    assert f'id="row-{opinion.number}"' in undone.text and "data-desk-row" in undone.text
    assert 'name="lead_agency"' in undone.text and office.transport.name in undone.text


def test_another_desk_than_ours_in_back_leads_nowhere(officer, cast, office):
    opinion = told(cast, office)
    page = officer.get(f"/opinions/{opinion.number}/route/?back=//evil.example").text
    assert 'name="back"' not in page
