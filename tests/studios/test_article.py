"""The article's own figures, reproduced from records alone: 165 → 115 townships, 150 studios, 300 万 yuan."""

import pytest
from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from deputies.models import Deputy
from opinions.models import Opinion
from opinions.verify import verify
from studios.models import AreaChange, Funding, Role, Studio, Township
from tests.conftest import person
from tests.studios import article

pytestmark = pytest.mark.django_db


def in_force() -> int:
    return Township.objects.current().filter(counted=True).count()


def tiles(client) -> dict:
    return {tile["label"]: tile for tile in client.get(reverse("reports:studios")).context["tiles"]}


def totals(client) -> dict:
    return {cell["code"]: cell["value"] for cell in client.get(reverse("reports:studios")).context["total"]}


def test_165_become_115_and_nothing_is_lost(client):
    made = article.build()
    official = person("official", "州人大", (Role.COUNTY_OFFICIAL, {"area_code": "4331"}))
    client.force_login(official)
    assert len({township.county_id for township in Township.objects.current()}) == 8
    before = totals(client)
    assert (before["townships"], before["with_studio"], before["studios"]) == (165, 150, 150)
    assert before["funding"] == "3,000,000"
    assert "165" in str(tiles(client)["已建工作室的乡镇"]["note"])

    article.merge_all(made)

    assert in_force() == 115
    after = totals(client)
    assert (after["townships"], after["studios"], after["funding"]) == (115, 150, "3,000,000")
    assert Funding.objects.aggregate(sum=Sum("amount"))["sum"] == article.FUNDING
    assert AreaChange.objects.count() == 50
    heirs = {old.pk: heir for old, heir in made.pairs}
    for old, heir in made.pairs:
        old.refresh_from_db()
        assert (old.successor_id, old.valid_to, old.name) == (heir.pk, article.DECREE_DAY, old.name)
    for studio in made.studios:
        former = studio.township_id
        now = Studio.objects.get(pk=studio.pk).township_id
        assert now == getattr(heirs.get(former), "pk", former)
    assert Deputy.objects.filter(pk__in=[d.pk for d in made.deputies], township__valid_to=None).count() == 150
    assert article.held_by(made) == {(f"clerk_{old.pk}", heir.pk) for old, heir in made.pairs}, (
        "every user works for the successor"
    )
    assert_opinions_are_reachable(client, made, heirs)


def assert_opinions_are_reachable(client, made, heirs):
    for opinion, clerk in zip(made.opinions, made.clerks, strict=True):
        now = Opinion.objects.visible_to(User.objects.get(pk=clerk.pk)).get(number=opinion.number)
        assert now.township_id == heirs[opinion.township_id].pk
        assert [event.action for event in now.events.order_by("sequence")][:1] == ["register"]
        assert now.events.last().data["from_name"].startswith("虚构")
    client.force_login(made.clerks[0])
    assert client.get(reverse("opinions:detail", args=[made.opinions[0].number])).status_code == 200
    assert verify().broken is None
