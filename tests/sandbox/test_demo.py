"""The demo office: complete, consistent, made once, and never on top of somebody's work."""

from collections import Counter
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from deputies.models import Activity, Deputy, Participation, Term
from deputies.models import State as ActivityState
from letters.models import Kind, Letter, Organ, Series, State
from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import (
    Attachment,
    Category,
    Event,
    Opinion,
    Proposal,
    Responsibility,
    RoutingRule,
    Topic,
    TrainedModel,
    UrgentFlag,
)
from opinions.models.conditions import CONDITIONS
from opinions.triage.suggestions import suggest
from opinions.triage.topics import refresh
from reports.definitions.counts import Rate
from reports.figures.counting import count_figures
from sandbox import staff
from sandbox.demo import build as demo_office
from sandbox.demo import history, pictures
from sandbox.texts import Words
from studios.models import Assessment, Role, Studio, Township
from tests.conftest import at
from workdays import calendar

pytestmark = pytest.mark.django_db
NOW = at("2026-11-23 15:00")
PASSWORD = "Plain-demo-word-1"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """One demo office for all tests of this file; undone at the end."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
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
    assert Opinion.objects.count() == history.SCENES == 471
    taken = set(Event.objects.values_list("action", flat=True))
    assert set(ACTIONS) - taken <= {
        "amend", "erase", "give_copy", "move", "recall", "unmerge", "recalculate", "supplement", "note_internally",
        "file_paper", "reissue_code", "share_answer", "share_supplement", "archive", "undo_import",
        # What no ordinary year brings: an agency without people, a refused message, a letter after a standstill.
        "hand_on", "hand_on_part", "not_told", "issue_supervision",
    }  # fmt: skip
    # A letter waits only after the system stood still, and every agency of the demo has somebody who can act.
    nobody = {"nobody_acts", "nobody_joins", "no_clerk", "no_officer", "no_supervisor"}
    of_ledgers = {"imported", "imported_evaluated", "imported_satisfied"}  # the demo imports none
    for condition in set(CONDITIONS) - {"letter_waits"} - of_ledgers - nobody:
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


def test_hot_topics_were_found_and_one_was_taken_up(demo):
    """Ten neighbours and more to each matter, over some weeks, and nothing that was only lumped together."""
    found = {
        (topic.county_id, topic.opinions.values("township").distinct().get()["township"], topic.people)
        for topic in Topic.objects.all()
    }
    assert found == {
        ("433101", "433101004", 11),
        ("433101", "433101101", 10),
        ("433123", "433123110", 10),
    }
    for topic in Topic.objects.all():
        assert topic.people == topic.messages
        assert 35 <= (topic.last_on - topic.first_on).days <= 60
    proposal = Proposal.objects.get()
    assert (proposal.taken_up_on, proposal.due_on) == (date(2026, 11, 20), date(2027, 2, 20))
    assert proposal.taken_up_by.username == "official"
    assert proposal.opinions.count() == 11 and proposal.topic.people == 11
    left_open = proposal.opinions.exclude(status__in=["closed", "merged", "withdrawn", "declined"])
    assert left_open.count() >= 5 and not left_open.filter(escalated_at=None).exists()


def test_an_officer_took_another_matter_out_of_a_topic(demo):
    topic = Topic.objects.get(county="433101", proposal=None)
    assert [opinion.title for opinion in topic.excluded.all()] == ["隘口村饮水收的钱没有公开"]
    assert not topic.opinions.filter(title__contains="没有公开").exists()
    refresh.refresh(county="433101", now=NOW)
    topic.refresh_from_db()
    assert topic.people == 10


def test_the_classifier_learned_from_the_demo_and_suggests(demo):
    row = TrainedModel.objects.get()
    assert (row.prefecture, row.number, row.state, row.active) == ("4331", 1, "ready", True)
    assert 300 <= row.figures["examples"] <= 400
    assert 0.4 < row.figures["macro_f1"] < 0.8
    assert row.figures["coverage"] > 0.1 and row.figures["precision"] >= 0.97
    waiting = suggest(
        Opinion.objects.filter(status="registered").select_related("county", "category", "flag")
    )
    assert len(waiting) >= 10
    said = [opinion.suggestion for opinion in waiting if opinion.category is None]
    assert said and all(
        one.classification.why["rule"] == "model" and one.classification.category for one in said
    )


def test_the_page_says_that_the_classifier_knows_few_decisions(demo, client):
    client.force_login(User.objects.get(username="officer"))
    page = client.get(reverse("opinions:triage_models")).content.decode()
    examples = TrainedModel.objects.get().figures["examples"]
    assert f"第1版只学习了{examples}件" in page


def test_rules_and_urgent_words_are_in_use(demo):
    rules = {rule.name: rule for rule in RoutingRule.objects.all()}
    tried = {name: (rule.live, rule.tried["fits"] > 0) for name, rule in rules.items()}
    assert tried == {
        "砂石车损路归交通": (True, True),
        "危房先看现场": (True, True),
        "消费维权限七日": (True, True),
        "油烟噪声归城管": (False, True),
        "赶场堵车归交警": (True, True),
        "手机信号归科工信": (True, True),
    }
    for rule in rules.values():
        agreed = rule.tried["fits"] if rule.live else 0
        assert rule.tried["agreed"] == agreed, rule.name
        assert rule.live == (not rule.tried["others"]) and not rule.broken
    routed = Counter(
        event.data["why"]["name"]
        for event in Event.objects.filter(action="route", by=None)
        if event.data.get("why", {}).get("rule") == "routing"
    )
    assert routed["砂石车损路归交通"] >= 5 and routed["赶场堵车归交警"] >= 5
    names = [name for flag in UrgentFlag.objects.all() for name, _words in flag.signals]
    assert names.count("饮水安全") >= 4
    # What waits for triage waits for somebody to look; what was routed by a person was looked at.
    unseen = UrgentFlag.objects.filter(seen_at=None).values_list("opinion__status", flat=True)
    assert set(unseen) == {"registered"}


def test_photos_came_from_citizens_and_with_answers(demo):
    came = Counter()
    for photo in Attachment.objects.select_related("opinion"):
        came[photo.opinion.events.get(sequence=photo.sequence).action] += 1
        with photo.file.open("rb") as file, Image.open(file) as image:
            assert (image.format, image.size) == ("JPEG", (440, 330))
    assert came["register"] >= 40 and came["answer"] >= 8 and set(came) == {"register", "answer"}
    assert Attachment.objects.values("opinion").distinct().count() >= 30


def test_studios_held_trainings_and_exchanges(demo):
    """Eight counties, in each two studios: held in the past, announced for the next weeks, planned for later."""
    rows = Activity.objects.filter(kind__in=["training", "exchange"])
    assert Counter(rows.values_list("kind", "state")) == {
        ("training", "held"): 24,
        ("training", "announced"): 8,
        ("exchange", "held"): 16,
        ("exchange", "planned"): 8,
    }
    assert not rows.filter(made_by=None).exists()
    for activity in rows.filter(state="held"):
        assert activity.participations.filter(attendance="present").count() >= 2
        assert activity.summary
    told = Message.objects.filter(about__in=[f"activity/{pk}" for pk in rows.values_list("pk", flat=True)])
    assert told.exists() and not told.filter(created_at__gt=NOW).exists()
    # 乾州街道's studio: two trainings and two exchanges stand among its five haves.
    assessment = Assessment.objects.get(studio__code="433101004-1", in_force=True)
    assert assessment.measured["learning_held"] == 4
    assert "交流" in assessment.checks.get(text="代表学习和活动制度上墙").evidence


def test_a_picture_is_painted_the_same_way_each_time():
    once, again = (pictures.painted("road", 0, repaired=False).tobytes() for _turn in range(2))
    assert once == again != pictures.painted("road", 0, repaired=True).tobytes()


def test_photos_go_on_with_what_the_uploads_check_takes():
    [photo] = pictures.of_handler("a seed", "0403")
    assert (photo.name, photo.kind) == ("路面已修复.jpg", "image/jpeg")
    assert pictures.of_handler("a seed", "9900") == []
    lamp = Words("0303", "complaint", "大塘村路灯坏了3盏", "", "", "")
    stalls = replace(lamp, title="大塘村街上占道经营堵得走不动")
    photos = [photo for place in range(40) for photo in pictures.of_citizen(f"a {place}", lamp, "visit")]
    assert {photo.name for photo in photos} == {"路灯不亮1.jpg", "路灯不亮2.jpg"}
    assert not any(pictures.of_citizen(f"a {place}", stalls, "visit") for place in range(40))
    assert not any(pictures.of_citizen(f"a {place}", lamp, "phone") for place in range(40))
