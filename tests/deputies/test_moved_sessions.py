"""An announced session that is moved or cancelled stays in the citizens' sight: old and new day, or the reason."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from deputies.activities import services
from deputies.directory.public import announced

from .conftest import NOW

pytestmark = pytest.mark.django_db
OLD, NEW = date(2026, 12, 8), date(2026, 12, 15)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(cast, shift, team):
    return services.announce(shift(OLD, deputies=[team.yang]).pk, by=cast.clerk)


def moved(session, cast, team, on=NEW):
    return services.change(session.pk, by=cast.clerk, deputies=[team.yang], on=on)


def page(client, office):
    return client.get(f"/p/{office.studio.code}/").content.decode()


def test_a_moved_session_is_shown_with_the_old_and_the_new_day(client, cast, team, office, session):
    moved(session, cast, team)
    (row,) = announced(office.studio, NOW.date())
    assert (row["on"], row["moved_to"]) == (OLD, NEW)
    assert "改到2026年12月15日" in page(client, office)
    services.announce(session.pk, by=cast.clerk)
    assert [(row["on"], row.get("moved_to")) for row in announced(office.studio, NOW.date())] == [
        (OLD, NEW), (NEW, None),
    ]  # fmt: skip
    assert (
        "改到2026年12月15日"
        in client.get(f"/p/{office.studio.code}/deputies/{team.yang.pk}/").content.decode()
    )


def test_the_old_day_disappears_when_it_is_over_or_the_session_moved_back(cast, team, office, session):
    moved(session, cast, team)
    assert announced(office.studio, date(2026, 12, 9)) == []
    moved(session, cast, team, on=OLD)
    services.announce(session.pk, by=cast.clerk)
    assert [(row["on"], row.get("moved_to")) for row in announced(office.studio, NOW.date())] == [(OLD, None)]


def test_one_that_was_only_planned_is_moved_without_a_word_in_public(cast, team, office, shift):
    moved(shift(OLD, deputies=[team.yang]), cast, team)
    assert announced(office.studio, NOW.date()) == []


def test_a_cancelled_session_says_why_on_its_old_days_too(client, cast, team, office, session):
    moved(session, cast, team)
    services.cancel(session.pk, by=cast.clerk, reason="大雪封路")
    shown = page(client, office)
    assert shown.count("大雪封路") == 2 and "改到" not in shown


def test_the_page_and_the_poster_say_so(client, cast, team, office, session):
    moved(session, cast, team)
    client.force_login(cast.clerk)
    detail = client.get(reverse("activities:detail", args=[session.pk])).content.decode()
    assert "需要重新打印" in detail and "2026年12月8日" in detail
    poster = client.get(reverse("activities:poster", args=[session.pk])).content.decode()
    assert "原定2026年12月8日" in poster
    services.cancel(session.pk, by=cast.clerk, reason="大雪封路")
    assert "大雪封路" in client.get(reverse("activities:poster", args=[session.pk])).content.decode()
