"""The ladder: every notice exists once, a reply is owed and seen, a broken promise brings the next rung, counties
lay their own."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.actors import SYSTEM
from letters.models import Letter
from opinions.jobs import sweep
from opinions.lifecycle.errors import Refused
from opinions.models import EscalationChange, EscalationLevel, Event, Notice, Opinion
from opinions.models.conditions import condition_q
from opinions.supervision import escalation
from opinions.workflow import supervision
from tests.conftest import at

pytestmark = pytest.mark.django_db
MORNING = timedelta(minutes=10)


def kinds(opinion) -> list[str]:
    return list(opinion.notices.order_by("event_id").values_list("kind", flat=True))


def sweep_until(opinion, day: date) -> None:
    """Every day up to and including `day`: after midnight, and when the office has opened."""
    now = timezone.localtime(opinion.changed_at).replace(hour=0, minute=10)
    while now.date() <= day:
        for moment in (now, now.replace(hour=8, minute=40)):
            sweep.sweep(now=max(moment, opinion.changed_at))
        now += timedelta(days=1)
    opinion.refresh_from_db()


def acknowledge(walk, opinion, when, promised):
    return supervision.acknowledge(
        opinion.number, by=walk.cast.handler, reply="正在办", promised_on=promised, at=when
    )


@pytest.fixture
def supervised(walk):
    """In handling since 2 March, due on the 23rd, supervised on the 27th, to be replied to by the 30th."""
    opinion = walk.to("handling")
    assert opinion.due_on == date(2026, 3, 23)
    sweep_until(opinion, date(2026, 3, 27))
    assert kinds(opinion) == ["remind", "urge", "supervise"]
    return opinion


def test_every_ledger_row_of_a_notice_has_its_notice_and_the_rungs_letter(supervised):
    events = Event.objects.filter(action="notify").order_by("pk")
    assert [event.notice.kind for event in events] == [event.data["kind"] for event in events]
    last = events.last()
    letter = Letter.objects.get(about=supervised.number)
    assert last.notice.letter == letter
    assert (letter.kind, letter.number) == ("supervision", last.data["letter"])
    assert letter.facts["reply_by"] == "2026年3月30日"
    assert last.notice.acknowledge_by_on == supervised.acknowledge_by_on == date(2026, 3, 30)
    assert not events.first().notice.letter and "letter" not in events.first().data
    assert last.notice.agency == supervised.lead_agency


def test_only_a_supervision_notice_is_a_letter(walk, supervised):
    with pytest.raises(Refused) as refused:
        supervision.notify(supervised.number, by=walk.cast.supervisor, kind="urge", letter=True)
    assert refused.value.field == "letter"
    with pytest.raises(escalation.PolicyRefused) as refused:
        escalation.check(
            [{"anchor": "overdue", "days": 0, "recipients": ["head"], "kind": "urge", "letter": True}]
        )
    assert (refused.value.rung, refused.value.field) == (0, "letter")


def test_a_reply_that_nobody_gave_stays_owed_since_the_first_notice(supervised):
    owed = supervised.acknowledge_by_on
    sweep_until(supervised, date(2026, 4, 10))
    assert kinds(supervised)[-1] == "circulate"
    supervision.notify(supervised.number, by=SYSTEM, kind="supervise", at=at("2026-04-11 09:00"))
    supervised.refresh_from_db()
    assert supervised.acknowledge_by_on == owed
    late = Opinion.objects.filter(condition_q("reply_overdue", date(2026, 4, 10)))
    assert list(late) == [supervised]
    assert not Opinion.objects.filter(condition_q("reply_overdue", owed)).exists()


def test_a_reply_answers_the_notices_that_wait_and_only_those(walk, supervised):
    acknowledge(walk, supervised, at("2026-03-27 10:00"), date(2026, 4, 30))
    replied = Notice.objects.get(kind="supervise")
    assert (replied.promised_on, replied.acknowledged_at) == (date(2026, 4, 30), at("2026-03-27 10:00"))
    assert Notice.objects.filter(kind="urge", acknowledged_at=None).count() == 1
    supervised.refresh_from_db()
    assert supervised.acknowledge_by_on is None
    # A promise beyond the ladder's own day puts nothing off.
    assert timezone.localdate(supervised.next_check_at) == date(2026, 4, 3)


def test_a_broken_promise_brings_the_next_rung_the_day_after_and_no_further_one(walk, supervised):
    acknowledge(walk, supervised, at("2026-03-27 10:00"), date(2026, 3, 30))
    sweep_until(supervised, date(2026, 3, 30))
    assert kinds(supervised)[-1] == "supervise"
    sweep_until(supervised, date(2026, 3, 31))
    assert kinds(supervised)[-1] == "circulate"
    assert supervised.events.last().data["why"] == {
        "rule": "promise",
        "rung": str(EscalationLevel.objects.get(kind="circulate")),
        "promised_on": "2026-03-30",
    }
    assert list(Opinion.objects.filter(condition_q("promise_broken", date(2026, 3, 31)))) == [supervised]
    assert supervised.next_check_at is None


def test_a_promise_that_outlives_a_rung_still_brings_the_next_when_it_is_broken(walk):
    opinion = walk.under_notice()
    acknowledge(walk, opinion, walk.later(), date(2026, 3, 25))
    sweep_until(opinion, date(2026, 3, 25))
    assert kinds(opinion) == ["supervise", "remind", "urge"]
    sweep_until(opinion, date(2026, 3, 26))
    assert kinds(opinion)[-1] == "supervise" and len(kinds(opinion)) == 4
    assert opinion.events.last().data["why"]["rule"] == "promise"
    sweep_until(opinion, date(2026, 4, 2))
    assert len(kinds(opinion)) == 4


def test_a_promise_before_the_deadline_brings_no_notice_of_being_late(walk):
    opinion = walk.under_notice()
    acknowledge(walk, opinion, walk.later(), date(2026, 3, 4))
    sweep_until(opinion, date(2026, 3, 23))
    assert kinds(opinion) == ["supervise", "remind"]
    sweep_until(opinion, date(2026, 3, 24))
    assert kinds(opinion)[-1] == "urge"


def test_many_fall_due_at_once_and_one_that_fails_holds_up_no_other(walk, monkeypatch):
    opinions = [walk.to("handling") for _ in range(5)]
    bad, rightly = opinions[2].number, sweep._run_next

    def do(opinion, moment):
        if opinion.number == bad:
            raise ValueError("broken row")
        return rightly(opinion, moment)

    monkeypatch.setattr(sweep, "_run_next", do)
    done = sweep.sweep(now=at("2026-03-24 00:10"), batch=3)
    assert done["failed"] == 1
    assert {o.number: kinds(o) for o in opinions} == {
        o.number: [] if o.number == bad else ["remind"] for o in opinions
    }


# --- the ladder of a county ---------------------------------------------------------------------------------
RUNGS = [
    {"kind": "urge", "anchor": "overdue", "days": 1, "recipients": ["head"], "letter": False,
     "acknowledge_within": None},
    {"kind": "supervise", "anchor": "overdue", "days": 2, "recipients": ["county_official"], "letter": True,
     "acknowledge_within": 2},
]  # fmt: skip


def lay(county, rungs=RUNGS, **more):
    return escalation.set_policy(county=county, rungs=rungs, by=None, reason="本县规定", **more)


def test_a_county_replaces_the_general_ladder_as_a_whole_and_open_opinions_follow(walk, office):
    opinion = walk.to("handling")
    assert timezone.localdate(opinion.next_check_at) == date(2026, 3, 19)
    lay(office.jishou, now=at("2026-03-03 09:00"))
    sweep.sweep(now=at("2026-03-03 09:01"))
    opinion.refresh_from_db()
    assert timezone.localdate(opinion.next_check_at) == date(2026, 3, 25)
    sweep_until(opinion, date(2026, 4, 30))
    assert kinds(opinion) == ["urge", "supervise"]
    assert opinion.version == 5  # looking again left no ledger row
    told = opinion.notices.get(kind="supervise")
    assert told.letter.kind == "supervision" and told.acknowledge_by_on == date(2026, 3, 30)


def test_another_countys_ladder_and_what_the_system_still_has_to_do_are_left_alone(walk, office):
    opinion = walk.to("answered", channel="web")  # the system will tell the citizen
    before = opinion.next_check_at
    lay(office.fenghuang, now=walk.later())
    lay(office.jishou, now=walk.later())
    opinion.refresh_from_db()
    assert opinion.next_check_at == before
    assert sweep.check(opinion.number, now=walk.now) == "report_back"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"days": 1}, "days"), ({"anchor": "warning"}, "days"), ({"recipients": []}, "recipients")],
)
def test_rungs_must_follow_each_other_and_speak_to_somebody(office, change, field):
    with pytest.raises(escalation.PolicyRefused) as refused:
        lay(office.jishou, [RUNGS[0], RUNGS[1] | change])
    assert (refused.value.rung, refused.value.field) == (1, field)
    assert not EscalationChange.objects.exists()


def test_who_changed_what_stands_for_ever_and_a_stale_change_is_refused(office):
    first = lay(office.jishou)
    assert lay(office.jishou) is None
    with pytest.raises(escalation.PolicyChanged):
        lay(office.jishou, RUNGS[:1], seen=0)
    back = lay(office.jishou, None, seen=first.pk)
    assert (back.before, back.rungs) == (RUNGS, [])
    assert not EscalationLevel.objects.filter(county=office.jishou).exists()
    for act in (
        lambda: EscalationChange.objects.update(reason="x"),
        lambda: EscalationChange.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_sweep_that_no_opinion_is_to_blame_for_ends_with_its_error(walk, monkeypatch):
    walk.to("handling")

    def fails(*_):
        raise ValueError("no such column")

    monkeypatch.setattr(sweep, "_process_one", fails)
    monkeypatch.setattr(sweep, "lease", lambda *_: [])
    with pytest.raises(ValueError, match="no such column"):
        sweep.sweep(now=at("2026-03-24 00:10"))
