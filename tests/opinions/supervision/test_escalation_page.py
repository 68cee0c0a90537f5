"""The ladder's own page: what is in force, who changed it, and a change that nobody else's gets lost in."""

import pytest

from opinions.models import EscalationChange, EscalationLevel
from opinions.supervision import escalation
from studios.models import Membership, Role
from tests.conftest import person

pytestmark = pytest.mark.django_db
PAGE = "/supervision/ladder/"
JISHOU = f"{PAGE}?county=433101"


def filled(*rungs, seen=0, reason="县人大常委会主任会议决定", **more):
    """The form as a browser sends it; each rung is (kind, anchor, days, recipients) and what it has besides."""
    data = {"form-TOTAL_FORMS": len(rungs) + 1, "form-INITIAL_FORMS": 0, "seen": seen, "reason": reason}
    for place, (kind, anchor, days, recipients, besides) in enumerate([*rungs, ("", "warning", 0, [], {})]):
        facts = {"kind": kind, "anchor": anchor, "days": days, "recipients": recipients, **besides}
        data |= {f"form-{place}-{name}": value for name, value in facts.items()}
    return data | more


URGE = ("urge", "overdue", 0, ["handler", "head"], {})
SUPERVISE = ("supervise", "overdue", 2, ["head"], {"letter": "on", "acknowledge_within": 1})


@pytest.fixture
def boss(client, cast):
    client.force_login(cast.administrator)
    return client


def rungs_of(county):
    return [
        (rung["kind"], rung["days"], rung["letter"])
        for rung in escalation.facts(escalation.own_levels(county))
    ]


def test_the_general_ladder_is_what_the_rules_say(client, cast):
    client.force_login(cast.supervisor)
    page = client.get(JISHOU).text
    for words in ("提醒", "催办", "督办", "提请通报", "1个工作日内回复", "以公函发出", "执行通用规则"):
        assert words in page, words
    assert '<form method="post" action="/supervision' not in page


def test_a_county_gets_its_own_and_goes_back(boss, office):
    assert boss.post(JISHOU, filled(URGE, SUPERVISE)).status_code == 302
    assert rungs_of(office.jishou) == [("urge", 0, False), ("supervise", 2, True)]
    assert len(rungs_of(None)) == 4
    change = EscalationChange.objects.get()
    page = boss.get(JISHOU).text
    assert "审计" not in change.actor and change.actor in page and "县人大常委会主任会议决定" in page
    boss.post(JISHOU, filled(seen=change.pk, reason="试行结束", general="1"))
    assert rungs_of(office.jishou) == []
    assert "试行结束" in boss.get(JISHOU).text


def test_an_error_stands_beside_its_rung_and_nothing_is_lost(boss, office):
    early = ("remind", "warning", 0, ["handler"], {})
    response = boss.post(JISHOU, filled(URGE, early))
    assert response.status_code == 422
    forms = response.context["levels"].forms
    assert not forms[0].errors and list(forms[1].errors) == ["days"]
    assert "必须晚于上一级" in response.text and "县人大常委会主任会议决定" in response.text
    assert boss.post(JISHOU, filled(URGE, reason="")).status_code == 422
    assert boss.post(JISHOU, filled()).status_code == 422
    assert not EscalationChange.objects.exists()


def test_a_removed_rung_is_gone_and_the_same_again_changes_nothing(boss, office):
    removed = ("supervise", "overdue", 2, ["head"], {"remove": "on"})
    boss.post(JISHOU, filled(URGE, removed))
    assert rungs_of(office.jishou) == [("urge", 0, False)]
    last = EscalationChange.objects.get()
    boss.post(JISHOU, filled(URGE, seen=last.pk))
    assert EscalationChange.objects.count() == 1


def test_whoever_was_first_is_not_overwritten_unawares(boss, office):
    boss.post(JISHOU, filled(SUPERVISE))
    response = boss.post(JISHOU, filled(URGE))
    assert response.status_code == 409
    assert "有人调整了逐级督办规则" in response.text
    last = EscalationChange.objects.get()
    assert f'value="{last.pk}"' in response.text
    assert boss.post(JISHOU, filled(URGE, seen=last.pk)).status_code == 302
    assert rungs_of(office.jishou) == [("urge", 0, False)]


def test_only_an_administrator_of_the_area_changes_it(client, cast, office):
    own = person("own", "县管理员")
    Membership.objects.create(user=own, role=Role.ADMINISTRATOR, area_code="433101")
    for who, url, status in [
        (cast.supervisor, JISHOU, 403), (cast.official, JISHOU, 403), (own, PAGE, 403), (own, JISHOU, 302),
        (own, f"{PAGE}?county=433123", 404),
    ]:  # fmt: skip
        client.force_login(who)
        assert client.post(url, filled(URGE)).status_code == status, (who, url)
    assert EscalationLevel.objects.filter(county=None).count() == 4
