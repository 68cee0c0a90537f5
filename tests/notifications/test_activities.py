"""Deputies read in their inbox what was planned for them, changed, handed over or called off; once, and only theirs."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from deputies.activities import planning, services
from deputies.activities.access import Refused
from deputies.activities.pattern import Pattern
from deputies.models import Mandate, Term
from deputies.roll import term_transition
from notifications.models import Message
from studios.models import Role
from tests.conftest import at, person
from tests.deputies.conftest import NOW, TODAY, shift, team  # noqa: F401

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 12, 1), date(2026, 12, 3)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pair(team):
    """杨代表 and 石代表, both with an account."""
    team.shi.user = person("shi", "石代表", (Role.DEPUTY, {"area_code": "433101005"}))
    team.shi.save()
    return team


def told(user) -> list[tuple[str, str]]:
    return list(Message.objects.filter(recipient=user).order_by("pk").values_list("subject", "about"))


def words(user) -> str:
    return Message.objects.filter(recipient=user).latest("pk").body


def test_planned_changed_and_taken_off(cast, pair, shift):
    activity = shift(DAY)
    ((subject, about),) = told(cast.deputy)
    assert subject.startswith("您有新的活动安排") and about == f"activity/{activity.pk}"
    assert "2026年12月1日 上午" in words(cast.deputy) and "乾州代表工作室" in words(cast.deputy)

    facts = {"half": "morning", "room": "reception"}
    services.change(activity.pk, by=cast.clerk, on=DAY, deputies=[pair.yang], **facts)
    assert len(told(cast.deputy)) == 1, "nothing that concerns them has changed"
    services.change(activity.pk, by=cast.clerk, on=LATER, deputies=[pair.yang, pair.shi], **facts)
    assert told(cast.deputy)[-1][0].startswith("您参加的活动有变更") and "2026年12月3日" in words(cast.deputy)
    assert [subject[:8] for subject, _about in told(pair.shi.user)] == ["您有新的活动安排"]
    services.change(activity.pk, by=cast.clerk, on=LATER, deputies=[pair.shi], **facts)
    assert told(cast.deputy)[-1][0].startswith("您不再参加")
    assert len(told(pair.shi.user)) == 1


def test_cancelled_with_the_reason_and_not_after_leave(cast, pair, shift):
    activity = shift(DAY, deputies=[pair.yang, pair.shi])
    services.excuse(activity.pk, by=cast.clerk, deputy=pair.shi, reason="外出")
    assert told(pair.shi.user)[-1][0].startswith("已为您登记请假") and "外出" in words(pair.shi.user)
    services.cancel(activity.pk, by=cast.clerk, reason="大雪")
    assert "大雪" in words(cast.deputy) and told(cast.deputy)[-1][0].startswith("您参加的活动已取消")
    assert len(told(pair.shi.user)) == 2, "who is on leave is not concerned any more"


def test_who_stands_in_is_told_and_so_is_the_planner_when_a_deputy_takes_leave(cast, pair, shift):
    activity = shift(DAY)
    services.excuse(activity.pk, by=cast.deputy, deputy=pair.yang, reason="开会", substitute=pair.shi)
    assert len(told(cast.deputy)) == 1, "nobody is told what they did themselves"
    assert told(pair.shi.user)[0][0].startswith("请您代为参加") and "杨代表" in words(pair.shi.user)
    assert told(cast.clerk)[0][0].startswith("有代表请假") and "杨代表 开会" in words(cast.clerk)


def test_a_plan_by_pattern_is_one_message_for_each(client, cast, pair, office):
    pattern = Pattern("monthly", DAY, date(2027, 2, 28), (5, 20))
    wish = planning.PlanRequest(
        studio=office.studio, kind="reception", pattern=pattern, half="morning",
        deputies=[pair.yang, pair.shi, pair.long], each=1,
    )  # fmt: skip
    made = planning.make(wish, by=cast.clerk, seen=planning.propose(wish, today=TODAY).digest, at=NOW)
    assert len(made) == 6
    for user in (cast.deputy, pair.shi.user):
        ((subject, about),) = told(user)
        assert "2" in subject and len(words(user).splitlines()) == 2 and about == f"deputy/{user.deputy.pk}"
    client.force_login(cast.deputy)
    message = Message.objects.get(recipient=cast.deputy)
    opened = client.post(reverse("notifications:open", args=[message.pk]))
    assert opened.url == reverse("deputies:detail", args=[pair.yang.pk])


def test_at_a_change_over_the_heir_learns_what_was_handed_over(cast, pair, shift):
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    for one in (pair.yang, pair.shi):
        Mandate.objects.create(deputy=one, term=term)
    shift(date(2026, 12, 20), deputies=[pair.yang])
    facts = {"term": term, "number": 19, "starts_on": DAY, "going": {pair.yang.pk: pair.shi.pk}}
    seen = term_transition.propose(**facts).digest
    term_transition.begin_term(**facts, by=cast.officer, seen=seen, at=at(f"{DAY} 09:00"))
    assert told(pair.shi.user)[0][0].startswith("请您代为参加") and "2026年12月20日" in words(pair.shi.user)


def test_what_is_refused_tells_nobody(cast, pair, shift):
    shift(DAY, deputies=[pair.yang])
    with pytest.raises(Refused):
        shift(DAY, deputies=[pair.shi, pair.yang], room="")
    assert not told(pair.shi.user)


def test_an_activity_s_message_leads_to_it(client, cast, pair, shift):
    activity = shift(DAY)
    client.force_login(cast.deputy)
    message = Message.objects.get(recipient=cast.deputy)
    opened = client.post(reverse("notifications:open", args=[message.pk]))
    assert opened.url == reverse("activities:detail", args=[activity.pk])
    assert client.get(opened.url).status_code == 200
