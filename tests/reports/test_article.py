"""The article's own figures in one scenario: 165 townships, 150 studios, 50,000 people met, 5,500 opinions, 300 万.

Two years are lived, then 165 townships become 115. The overviews count all of it from records alone, before and after,
each figure opens those records, and nothing is lost.
"""

import pytest
import time_machine
from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from deputies.models import Participation
from opinions.ledger.verify import verify
from opinions.lifecycle.statuses import OPEN
from opinions.models import Opinion
from studios.models import AreaChange, Membership, Role, Township
from tests.conftest import at
from tests.reports import article

pytestmark = pytest.mark.django_db


def shown(client, name, **asked) -> dict:
    """Code → (figure, where it leads) of the last row of an overview."""
    cells = client.get(reverse(name), asked).context["total"]
    plain = [cell if isinstance(cell, dict) else vars(cell) for cell in cells]
    return {cell["code"]: (cell["value"], cell["url"]) for cell in plain}


def opened(client, url):
    """The rows of the list that a figure leads to, all pages of it."""
    return client.get(url).context["page"].paginator.object_list


def rows_of(client, **asked) -> dict:
    """Township → code → figure, in the overview of activities of one county."""
    lines = client.get(reverse("reports:activities"), asked | {"period": "all"}).context["lines"]
    return {line.name: {cell.code: cell.value for cell in line.cells} for line in lines}


def test_the_article_s_figures_come_out_of_the_records(client):
    with time_machine.travel(article.LAST_DAY, tick=False):
        made = article.build()
        client.force_login(User.objects.get(username="prefecture_official"))
        assert len({township.county_id for township in Township.objects.current()}) == 8
        before = article.by_heir(made)
        assert_figures(client, townships=165)
        assert_each_opens_its_records(client)
        assert_activities_add_up(client)

    with time_machine.travel(at("2015-12-02 09:00"), tick=False):
        article.merge_all(made)

        assert AreaChange.objects.count() == article.MERGED
        assert article.by_heir(made) == before, (
            "studios, deputies, users, open opinions: none lost, none doubled"
        )
        client.force_login(User.objects.get(username="prefecture_official"))
        assert_figures(client, townships=115)
        assert_each_opens_its_records(client)
        assert_the_ended_are_as_they_were(made)
        assert_opinions_are_reachable(client, made)
        assert_merged_townships_can_be_followed(client, made)
        assert verify().broken is None


def assert_figures(client, *, townships):
    studios, activities = shown(client, "reports:studios"), shown(client, "reports:activities", period="all")
    assert (studios["townships"][0], studios["studios"][0]) == (townships, 150)
    assert studios["funding"][0] == "3,000,000"
    assert (activities["people"][0], activities["opinions"][0]) == (50_000, 5500)


def assert_each_opens_its_records(client):
    studios, activities = shown(client, "reports:studios"), shown(client, "reports:activities", period="all")
    for code in ("townships", "with_studio", "studios"):
        value, url = studios[code]
        assert opened(client, url).count() == value, code
    assert opened(client, studios["funding"][1]).aggregate(n=Sum("amount"))["n"] == article.FUNDING
    assert opened(client, activities["people"][1]).aggregate(n=Sum("people_met"))["n"] == 50_000
    assert client.get(activities["opinions"][1]).context["filter"].rows.count() == 5500


def assert_activities_add_up(client):
    page = client.get(reverse("reports:activities"), {"period": "all"})
    counties = [{cell.code: cell.value for cell in line.cells} for line in page.context["lines"]]
    assert len(counties) == 8
    assert sum(county["people"] for county in counties) == 50_000
    found = {cell.code: cell.value for cell in page.context["total"]}
    told = Opinion.objects.filter(activity__isnull=False).select_related("activity")
    assert found["at_activity"] == len(told) > 500
    assert all(one.activity.township_id == one.township_id for one in told)
    assert found["active_rate"].numerator == Participation.objects.values("deputy").distinct().count()
    assert (found["idle_rate"].numerator, found["idle_rate"].denominator) == (0, 150)


def assert_the_ended_are_as_they_were(made):
    ended = Township.objects.filter(pk__in=made.heirs)
    for old in ended:
        assert (old.successor_id, old.valid_to) == (made.heirs[old.pk], article.DECREE_DAY)
    assert not Membership.objects.filter(area_code__in=made.heirs).exists(), (
        "every user works for the successor"
    )
    stays = Opinion.objects.filter(township__in=made.heirs)
    assert stays.exists() and not stays.filter(status__in=OPEN).exists(), (
        "what has ended stays where it ended"
    )


def assert_opinions_are_reachable(client, made):
    """By the clerk of the former township, with its story."""
    old = next(iter(made.heirs))
    clerk = User.objects.get(username=f"clerk_{old}")
    client.force_login(clerk)
    moved = Opinion.objects.visible_to(clerk, Role.CLERK).filter(
        status__in=OPEN, events__data__has_key="from_name"
    )
    opinion = moved.distinct().first()
    assert opinion.township_id == made.heirs[old]
    assert opinion.events.last().data["from_name"].startswith("虚构")
    assert client.get(reverse("opinions:detail", args=[opinion.number])).status_code == 200


def assert_merged_townships_can_be_followed(client, made):
    """What was held in a township that is gone counts with its successor where the office wants it so."""
    old = Township.objects.filter(pk__in=made.heirs).first()
    heir = old.successor
    client.force_login(User.objects.get(username="prefecture_official"))
    apart, together = (rows_of(client, county=old.county_id, **more) for more in ({}, {"followed": "1"}))
    assert old.name not in together and apart[old.name]["people"] > 0
    for code in ("people", "held", "opinions"):
        assert together[heir.name][code] == apart[heir.name][code] + apart[old.name][code]
        assert sum(row[code] for row in apart.values()) == sum(row[code] for row in together.values())
    lines = client.get(
        reverse("reports:activities"), {"county": old.county_id, "period": "all", "followed": "1"}
    ).context["lines"]
    cells = {cell.code: cell for cell in next(line for line in lines if line.name == heir.name).cells}
    listed = opened(client, cells["people"].url)
    assert listed.aggregate(n=Sum("people_met"))["n"] == cells["people"].value
