"""The demo office: complete, consistent, made once, and never on top of somebody's work."""

from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from deputies.models import Activity, Deputy, Participation, Term
from deputies.models import State as ActivityState
from letters.models import Kind, Letter, Organ, Series, State
from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Category, Event, Opinion, Responsibility
from opinions.models.conditions import CONDITIONS
from reports.definitions.counts import Rate
from reports.figures.counting import count_figures
from sandbox import staff
from sandbox.demo import build as demo_office
from sandbox.demo import history
from studios.models import Role, Studio, Township
from tests.conftest import at
from workdays import calendar

pytestmark = pytest.mark.django_db
NOW = at("2026-11-23 15:00")
PASSWORD = "Plain-demo-word-1"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """One demo office for all tests of this file; undone at the end."""
    with django_db_blocker.unblock():
        calendar.forget()
        atomic = transaction.atomic()
        atomic.__enter__()
        demo_office.make(password=PASSWORD, now=NOW)
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        connection.run_on_commit.clear()


def test_it_stands_on_the_real_areas(demo):
    assert Township.objects.filter(counted=True).count() == 115
    assert Township.objects.filter(counted=False).count() == 1
    assert Studio.objects.filter(kind="studio").count() == 115
    assert Studio.objects.filter(kind="home").count() == 35
    assert 250 <= Deputy.objects.count() <= 350


def test_every_county_has_an_agency_for_every_branch(demo):
    branches = {code for code in Category.objects.values_list("code", flat=True) if len(code) == 2}
    for county in staff.INITIALS:
        rows = Responsibility.objects.filter(county=county).values_list("category", flat=True)
        covered = {code[:2] for code in rows}
        assert branches <= covered


def test_all_that_can_be_met_is_met(demo):
    assert set(Opinion.objects.values_list("status", flat=True)) == set(Status.values)
    assert Opinion.objects.count() == history.SCENES >= 400
    taken = set(Event.objects.values_list("action", flat=True))
    assert set(ACTIONS) - taken <= {
        "amend", "erase", "give_copy", "move", "recall", "unmerge", "recalculate", "supplement", "note_internally",
        "reissue_code", "share_answer",
        # What no ordinary year brings: an agency without people, a refused message, a letter after a standstill.
        "hand_on", "not_told", "issue_supervision",
    }  # fmt: skip
    # A letter waits only after the system stood still, and every agency of the demo has somebody who can act.
    for condition in set(CONDITIONS) - {"letter_waits", "nobody_acts"}:
        assert Opinion.objects.that_are(condition, timezone.localdate(NOW)).exists(), condition
    for light in ("red", "yellow", "green"):
        assert Opinion.objects.with_light(light, timezone.localdate(NOW)).exists()
    first = Opinion.objects.order_by("registered_at").first().registered_at
    assert 400 <= (NOW - first).days <= 430


SAID = """
    SELECT COUNT(*) FROM (
        SELECT e.opinion_id, {said} AS said,
               ROW_NUMBER() OVER (PARTITION BY e.opinion_id ORDER BY e.sequence {order}) AS place
        FROM opinions_event e JOIN opinions_opinion o ON o.id = e.opinion_id
        WHERE e.action = 'evaluate' AND o.status NOT IN ('declined', 'merged', 'withdrawn')
    ) AS evaluations WHERE place = 1 AND said IN ({words})
"""


def in_ledger(order, *words) -> int:
    """Opinions whose first (ASC) or last (DESC) evaluation was one of `words`, by plain SQL over the ledger."""
    said = {"postgresql": "e.data ->> 'satisfaction'", "sqlite": "json_extract(e.data, '$.satisfaction')"}
    with connection.cursor() as cursor:
        words = ", ".join(f"'{word}'" for word in words)
        cursor.execute(SAID.format(said=said[connection.vendor], order=order, words=words))
        return cursor.fetchone()[0]


def test_satisfaction_is_what_the_ledger_says(demo):
    """Citizens who were not satisfied are in the figures, however often their matter was reopened."""
    counts = count_figures(Opinion.objects.all())[None]
    evaluated = in_ledger("ASC", "satisfied", "mostly", "not")
    first, last = (in_ledger(order, "satisfied", "mostly") for order in ("ASC", "DESC"))
    assert 0 < first < last < evaluated
    assert counts.figure("first_satisfied_rate") == Rate(first, evaluated)
    assert counts.figure("last_satisfied_rate") == Rate(last, evaluated)


def test_the_ledger_holds_and_nothing_lies_in_the_future(demo):
    assert verify().broken is None
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not sweep.sweep(now=NOW)
    assert not Message.objects.filter(state__in=["pending", "sending"]).exists()


def test_the_rules_triaged_most_and_people_the_rest(demo):
    routed = Event.objects.filter(action="route")
    by_rule = routed.filter(via="system").count()
    assert 0.4 < by_rule / routed.count() < 0.95


def test_every_role_can_log_in(demo, rf, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    roles = set()
    for username, *_rest in staff.shown():
        user = authenticate(rf.post("/"), username=username, password=PASSWORD)
        assert user is not None, username
        assert not user.must_change_password
        roles |= {membership.role for membership in user.memberships.all()}
    assert roles == set(Role.values)


def test_the_deputys_account_is_that_deputy(demo):
    deputy = Deputy.objects.get(user__username="deputy")
    assert deputy.name == deputy.user.name
    assert Opinion.objects.filter(deputy=deputy).exists()


def test_a_second_run_adds_nothing(demo):
    before = (Opinion.objects.count(), Event.objects.count(), User.objects.count(), Studio.objects.count())
    out = StringIO()
    call_command("demo", stdout=out)
    after = (Opinion.objects.count(), Event.objects.count(), User.objects.count(), Studio.objects.count())
    assert before == after
    assert "clerk" in out.getvalue()
    assert PASSWORD not in out.getvalue()


def test_an_interrupted_run_is_completed(demo, monkeypatch):
    """As if it had stopped before the mark and before the last opinions."""
    monkeypatch.setattr(demo_office, "is_complete", lambda: False)
    before = (Opinion.objects.count(), Event.objects.count(), User.objects.count(), Deputy.objects.count())
    assert demo_office.make(password=PASSWORD, now=NOW) == 0
    after = (Opinion.objects.count(), Event.objects.count(), User.objects.count(), Deputy.objects.count())
    assert before == after


def test_accounts_alone(demo):
    out = StringIO()
    call_command("demo", accounts=True, stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == staff.SHOWN


def test_there_are_letters_of_every_kind_and_state_without_a_gap(demo):
    letters = Letter.objects.all()
    assert {letter.kind for letter in letters} == set(Kind.values)
    assert {letter.state for letter in letters} == set(State.values)
    for series in Series.objects.all():
        numbers = letters.filter(county=series.county_id, series=series.name, year=series.year)
        assert sorted(n.serial for n in numbers) == list(range(1, series.last + 1))
    assert Organ.objects.count() == 8


def test_the_outbox_has_messages_that_did_not_arrive(demo):
    assert {"sent", "failed", "uncertain"} <= set(
        Message.objects.filter(channel="sms").values_list("state", flat=True)
    )


def test_deputies_sit_in_terms_and_their_activities_are_noted(demo):
    today = timezone.localdate(NOW)
    assert set(Term.objects.filter(ends_on=None).values_list("level", flat=True)) == {"county", "township"}
    assert not Deputy.objects.filter(mandates=None).exists()
    states = Counter(Activity.objects.values_list("state", flat=True))
    assert set(states) == set(ActivityState.values) and states["held"] > 1500
    assert not Activity.objects.filter(state="held", on__gt=today).exists()
    assert not Activity.objects.filter(state__in=["planned", "announced"], on__lt=today).exists()
    assert set(Participation.objects.values_list("attendance", flat=True)) >= {"present", "absent", "leave"}
    told = Opinion.objects.filter(activity__isnull=False).select_related("activity")
    assert told.count() > 100
    for opinion in told:
        assert opinion.activity.on == timezone.localdate(opinion.registered_at)
        assert opinion.activity.township_id == opinion.township_id
    for row in Participation.objects.select_related("activity"):
        held = {day for day in (row.morning_on, row.afternoon_on) if day}
        assert held == (set() if row.is_excused else {row.activity.on})
