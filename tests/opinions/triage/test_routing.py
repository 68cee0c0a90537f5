"""Routing rules: the first that fits decides, once it was tried out; a broken one is loud; each step says which."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRecord
from congress_liaison import doctor
from opinions.jobs import sweep
from opinions.lifecycle.errors import Refused
from opinions.models import Event, RoutingRule, UrgentSignal
from opinions.triage import rule_trial
from opinions.triage.routing import route_for
from opinions.workflow import triage
from tests.common.dump import dump
from tests.opinions.story import told

pytestmark = pytest.mark.django_db


def rule(office, position=1, *, live=True, **more):
    facts = {"county": office.jishou, "name": f"规则{position}", "agency": office.transport, "words": "雨棚"}
    tried = {"live": True, "tried_at": timezone.now()} if live else {}
    return RoutingRule.objects.create(position=position, **facts | more | tried)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"words": "雨棚 候车"}, True),
        ({"words": "地铁"}, False),
        ({"channel": "reception"}, True),
        ({"channel": "phone"}, False),
        ({"matter_type": "complaint"}, True),
        ({"matter_type": "help"}, False),
        ({"words": "雨棚", "channel": "phone"}, False),  # every condition must hold
    ],
)
def test_a_rule_fits_where_all_its_conditions_hold(cast, office, condition, fits):
    rule(office, **{"words": "", **condition})
    assert (route_for(told(cast, office)).rule is not None) is fits


def test_area_and_category_with_all_below_it(cast, office):
    rule(office, words="", township=office.zhenxi, category=office.roads)
    here, there = (
        told(cast, office, category=office.roads),
        told(
            cast,
            office,
            by=cast.officer,
            township=office.zhenxi,
            studio=None,
            deputy=None,
            category=office.roads,
        ),
    )
    assert route_for(here).rule is None and route_for(there).rule is not None
    other = told(cast, office, by=cast.officer, township=office.zhenxi, studio=None, deputy=None)
    assert route_for(other).rule is None  # its category is not known


def test_the_first_that_fits_decides_and_the_ledger_names_it(cast, office):
    rule(office, 2, agency=office.transport)
    rule(office, 1, agency=office.ecology, name="雨棚归环保", handling_days=7)
    opinion = told(cast, office)
    sweep.check(opinion.number, now=opinion.registered_at)
    opinion.refresh_from_db()
    assert (opinion.lead_agency, opinion.handling_days) == (office.ecology, 7)
    why = Event.objects.get(opinion=opinion, action="route").data["why"]
    assert (why["rule"], why["name"], why["words"]) == ("routing", "雨棚归环保", ["雨棚"])


def test_a_rule_sets_the_urgency_of_its_category(cast, office):
    rule(office, words="", category=office.roads, urgency="urgent")
    opinion = told(cast, office, category=office.roads)
    sweep.check(opinion.number, now=opinion.registered_at)
    opinion.refresh_from_db()
    assert (opinion.urgency, opinion.lead_agency) == ("urgent", office.transport)


def test_the_page_of_the_rules_shows_the_urgent_words_of_the_county(client, cast, office):
    for county, name in ((office.jishou, "饮水安全"), (office.fenghuang, "景区安全")):
        UrgentSignal.objects.create(county=county, name=name, words="饮水+拉肚子")
    UrgentSignal.objects.create(county=office.jishou, name="从前的词", words="旧", active=False)
    client.force_login(cast.officer)
    page = client.get(reverse("opinions:triage_rules")).text
    assert "饮水安全" in page and "饮水+拉肚子" in page and "岁末年初欠薪" in page
    assert "景区安全" not in page and "从前的词" not in page


def test_a_draft_decides_nothing(cast, office):
    rule(office, live=False)
    assert route_for(told(cast, office)).rule is None


def test_a_broken_rule_is_loud_and_leaves_its_opinions_to_a_person(client, cast, office):
    made = rule(office)
    office.transport.active = False
    office.transport.save()
    opinion = told(cast, office, category=office.environment)  # the ecology agency would be responsible
    sweep.check(opinion.number, now=opinion.registered_at)
    opinion.refresh_from_db()
    assert opinion.status == "registered"
    finding = doctor._rules()
    assert finding.level == doctor.FAIL and made.name in finding.detail
    client.force_login(cast.officer)
    for page in ("triage_rules", "triage_desk"):
        assert "规则失效" in client.get(reverse(f"opinions:{page}")).text


def past(cast, office, agency, **more):
    opinion = told(cast, office, **more)
    return triage.route(opinion.number, by=cast.officer, lead_agency=agency)


def test_tried_out_on_the_past_before_it_goes_live(client, cast, office):
    for _turn in range(3):
        past(cast, office, office.transport)
    elsewhere = past(cast, office, office.ecology)
    past(cast, office, office.ecology, title="河里冒泡", body="水是黑的")
    made = rule(office, live=False)
    with pytest.raises(Refused):
        rule_trial.switch(made.pk, by=cast.officer, live=True)
    client.force_login(cast.officer)
    page = client.post(reverse("opinions:triage_rule", args=[made.pk, "try"]), follow=True).text
    assert "近一年人工交办的5件中，适用该规则的4件，其中与人工交办一致的3件" in page
    assert elsewhere.number in page
    client.post(reverse("opinions:triage_rule", args=[made.pk, "live"]))
    made.refresh_from_db()
    assert made.live


def test_a_rule_that_was_changed_is_a_draft_again(client, cast, office):
    made = rule(office)
    client.force_login(cast.administrator)
    url = reverse("admin:opinions_routingrule_change", args=[made.pk])
    data = {
        "county": made.county_id,
        "position": 1,
        "name": made.name,
        "words": "路灯",
        "agency": made.agency_id,
    }
    assert client.post(url, data).status_code == 302
    made.refresh_from_db()
    assert (made.words, made.live, made.tried_at) == ("路灯", False, None)


def test_what_makes_no_sense_is_refused_beside_its_field(client, cast, office):
    client.force_login(cast.administrator)
    url = reverse("admin:opinions_routingrule_add")
    data = {"county": "433101", "position": 1, "name": "甲", "agency": office.other_transport.pk}
    assert client.post(url, data).status_code == 200
    assert client.post(url, data | {"agency": office.transport.pk}).status_code == 200  # no condition at all
    assert not RoutingRule.objects.exists()


def test_a_routing_is_undone_on_the_desk_and_until_the_agency_signs(client, cast, office, time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    opinion = told(cast, office)
    client.force_login(cast.officer)
    act = lambda code, **data: client.post(  # noqa: E731
        reverse("opinions:act", args=[opinion.number, code]),
        {"version": Event.objects.filter(opinion=opinion).count(), "back": "triage_desk", **data},
        headers={"HX-Request": "true"},
    )
    way = {
        "lead_agency": office.transport.pk,
        "category": "02",
        "matter_type": "complaint",
        "urgency": "normal",
    }
    assert "收回交办" in act("route", **way).text
    time_machine.move_to("2026-11-02T10:00:50+08:00", tick=False)
    act("recall")
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lead_agency) == ("registered", None)
    act("route", **way)
    time_machine.move_to("2026-11-02T10:02:00+08:00", tick=False)
    triage.sign(opinion.number, by=cast.handler)
    assert act("recall").status_code == 409
    opinion.refresh_from_db()
    assert opinion.status == "handling"


def test_nobody_tries_out_words_on_opinions_that_they_may_not_read(client, cast, office):
    past(cast, office, office.transport)
    made = rule(office, live=False, words="雨棚 独角兽")
    client.force_login(cast.administrator)
    assert client.post(reverse("opinions:triage_rule", args=[made.pk, "try"])).status_code == 403
    rule_trial.try_out(made.pk, by=cast.officer)
    page = client.get(reverse("opinions:triage_rules")).text
    assert "已试用" not in page or "其中" not in page
    row = AccessRecord.objects.get(action="tried")
    assert (row.by, row.subject, row.area_code) == (cast.officer, f"routing rule {made.pk}", "433101")
    assert made.name not in f"{row.subject}{row.details}" and "独角兽" not in dump()


def test_no_rule_reads_who_is_to_be_kept_secret(cast, office):
    secret = told(
        cast,
        office,
        citizen_name="欧阳秘密",
        keep_secret=True,
        title="公交站台",
        body="我是欧阳秘密，微信oymm1988",
    )
    assert not rule(office, words="欧阳秘密 秘密 oymm1988").found(secret)
    assert rule(office, words="公交").found(secret) == ["公交"]


def test_a_rule_names_no_number_of_a_person(office):
    with pytest.raises(ValidationError):
        rule(office, words="13812345678").clean()
