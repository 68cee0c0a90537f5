"""Two people for what nobody does alone: the act asks, another approves in the inbox; good once and for a day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRecord, User
from opinions.models import Opinion
from studios.models import Approval, Membership, Role
from tests.conftest import person
from tests.studios.test_admin import add_user
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
AUDITOR = {"role": "auditor", "area_code": "433101"}


@pytest.fixture(autouse=True)
def two_people(settings):
    settings.TWO_PEOPLE = ["grant", "reset", "unmasked", "erase"]


@pytest.fixture
def boss(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def second(cast):
    return person("second", "第二人", (Role.ADMINISTRATOR, {"area_code": "433101"}))


def page(client) -> str:
    return client.get(reverse("notifications:inbox")).content.decode()


def decides(client, user, *, approve=True) -> None:
    """The second person reads the inbox and decides what waits there."""
    client.force_login(user)
    waiting = Approval.objects.get(decided_at=None)
    assert waiting.words in page(client)
    url = reverse("notifications:decide", args=[waiting.pk])
    client.post(url, {"approve" if approve else "refuse": "1"})


def trail() -> list[tuple[str, str]]:
    rows = AccessRecord.objects.filter(action="set", details__has_key="kind").order_by("pk")
    return [(row.username, row.details["did"]) for row in rows]


def test_a_guarded_right_waits_for_a_second_person(boss, cast, second):
    said = add_user(boss, AUDITOR, username="new_auditor").content.decode()
    assert "第二人" in said and 'value="new_auditor"' in said  # nothing typed is lost
    assert not User.objects.filter(username="new_auditor").exists()
    decides(boss, second)
    boss.force_login(cast.administrator)
    add_user(boss, AUDITOR, username="new_auditor")
    assert Membership.objects.get(user__username="new_auditor").role == "auditor"
    assert trail() == [
        (cast.administrator.username, "asked for approval"),
        ("second", "approved"),
        (cast.administrator.username, "did with approval"),
    ]


def test_it_is_good_for_nothing_else(boss, cast, second):
    add_user(boss, AUDITOR, username="new_auditor")
    decides(boss, second)
    boss.force_login(cast.administrator)
    add_user(boss, {"role": "administrator", "area_code": "433101"}, username="new_auditor")
    assert not User.objects.filter(username="new_auditor").exists()


@pytest.mark.parametrize("why", ["refused", "too late", "used"])
def test_it_does_not_help_when(boss, cast, second, why):
    add_user(boss, AUDITOR, username="new_auditor")
    decides(boss, second, approve=why != "refused")
    boss.force_login(cast.administrator)
    if why == "too late":
        Approval.objects.update(decided_at=timezone.now() - timedelta(hours=25))
    if why == "used":
        Approval.objects.update(used_at=timezone.now())
    add_user(boss, AUDITOR, username="new_auditor")
    assert not User.objects.filter(username="new_auditor").exists()


def test_nobody_approves_their_own_or_what_is_not_theirs(boss, cast, second):
    add_user(boss, AUDITOR, username="new_auditor")
    url = reverse("notifications:decide", args=[Approval.objects.get().pk])
    far = person("far", "远方", (Role.ADMINISTRATOR, {"area_code": "430121"}))
    for user in (cast.administrator, far, cast.clerk):
        boss.force_login(user)
        boss.post(url, {"approve": "1"})
        assert "new_auditor" not in page(boss)
    assert Approval.objects.get().decided_at is None


def test_an_ordinary_right_needs_nobody(boss, second):
    add_user(boss, {"role": "clerk", "area_code": "433101"}, username="new_clerk")
    assert User.objects.filter(username="new_clerk").exists() and not Approval.objects.exists()


def test_on_the_first_day_nobody_else_is_there(boss, cast):
    Membership.objects.filter(role__in=["administrator", "auditor"]).exclude(user=cast.administrator).delete()
    add_user(boss, AUDITOR, username="new_auditor")
    assert User.objects.filter(username="new_auditor").exists()
    assert trail() == [(cast.administrator.username, "nobody else could approve")]


def test_an_administrators_password_is_not_reset_by_one_alone(boss, cast, second):
    before = User.objects.get(pk=second.pk).password
    third = person("third", "第三人", (Role.AUDITOR, {"area_code": "433101"}))
    url = reverse("admin:accounts_user_reset_password", args=[second.pk])
    assert "第三人" in boss.post(url, follow=True).content.decode()
    assert User.objects.get(pk=second.pk).password == before
    decides(boss, third)
    boss.force_login(cast.administrator)
    boss.post(url)
    after = User.objects.get(pk=second.pk).password
    assert after != before
    boss.post(url)  # again: used up
    assert User.objects.get(pk=second.pk).password == after


def test_erasing_waits_for_a_second_person(client, cast, office):
    number = Walk(cast, office).to("closed").number
    official = person("official2", "第二位领导", (Role.COUNTY_OFFICIAL, {"area_code": "433101"}))
    client.force_login(cast.supervisor)
    url = reverse("opinions:act", args=[number, "erase"])
    sent = {"reason": "本人申请", "version": Opinion.objects.get().version}
    assert "第二位领导" in client.post(url, sent).content.decode()
    assert Opinion.objects.get().erased_at is None
    decides(client, official)
    client.force_login(cast.supervisor)
    client.post(url, sent)
    assert Opinion.objects.get().erased_at is not None


def test_an_unmasked_export_waits_for_a_second_person(client, cast, office):
    Walk(cast, office).to("routed")
    Membership.objects.filter(user=cast.supervisor).update(may_export=True)
    official = person("official2", "第二位领导", (Role.COUNTY_OFFICIAL, {"area_code": "433101"}))
    client.force_login(cast.supervisor)
    url, sent = reverse("reports:unmasked", args=["2026-03"]), {"reason": "县委要求核查", "county": "433101"}
    refused = client.post(url, sent)
    assert refused.status_code == 422 and "第二位领导" in refused.content.decode()
    decides(client, official)
    client.force_login(cast.supervisor)
    assert client.post(url, sent).headers["Content-Type"].startswith("application/vnd")


def test_where_the_office_wants_it_otherwise(boss, second, settings):
    settings.TWO_PEOPLE = ["erase"]
    add_user(boss, AUDITOR, username="new_auditor")
    assert User.objects.filter(username="new_auditor").exists()
