"""Random people taking random actions at random times: whatever they try, the ledger holds and the rules stay true."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.statuses import OPEN, Status
from opinions.lifecycle.transitions import ACTIONS, who
from opinions.models import Event, JointPart, Opinion
from tests.workflow.deeds import WORDS, people, strangers, take
from tests.workflow.walk import START, Walk

CODES = [code for code in ACTIONS if code != "register"]
ORDINARY = {
    "registered": "route",
    "routed": "sign",
    "handling": "answer",
    "answered": "report_back",
    "reported_back": "call_back",
    "closed": "reopen",
}
STARTS = [*Status.values, "suspended", "extension_asked", "under_notice", "joined", "joined"]
PICK = st.integers(0, 10)


class Office(RuleBasedStateMachine):
    """Each run is undone at its end."""

    cast = office = None  # set by the test

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.walk = Walk(self.cast, self.office, START)
        self.numbers = []
        self.everybody = [*people(self.cast).items(), *(("stranger", user) for user in strangers(self.cast))]

    @initialize(starts=st.lists(st.sampled_from(STARTS), min_size=2, max_size=3))
    def some_are_on_their_way(self, starts):
        for start in starts:
            self.walk.to(start) if start in Status.values else getattr(self.walk, start)()
        self.numbers = list(Opinion.objects.order_by("pk").values_list("number", flat=True))

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def opinion(self, pick) -> Opinion:
        return Opinion.objects.get(number=self.numbers[pick % len(self.numbers)])

    @rule(pick=PICK, code=st.sampled_from(CODES), place=st.integers(0, 15), stale=st.booleans())
    def anybody_tries_anything(self, pick, code, place, stale):
        role, by = self.everybody[place % len(self.everybody)]
        self.attempt(self.opinion(pick), code, role, by, version=0 if stale else None)

    @rule(pick=PICK, place=st.integers(0, 60))
    def somebody_does_what_they_may(self, pick, place):
        """Mostly legal steps, so that a run gets somewhere."""
        opinion = self.opinion(pick)
        fitting = [code for code in CODES if opinion.status in ACTIONS[code].source]
        code = fitting[place % len(fitting)]
        roles = sorted(ACTIONS[code].roles)
        role = roles[place % len(roles)]
        self.attempt(opinion, code, role, people(self.cast)[role])

    @rule(pick=PICK)
    def it_goes_its_ordinary_way(self, pick):
        opinion = self.opinion(pick)
        code = ORDINARY.get(opinion.status)
        if code:
            role = min(who(ACTIONS[code], opinion))
            self.attempt(opinion, code, role, people(self.cast)[role])

    @rule(pick=PICK)
    def not_satisfied(self, pick):
        words = {"satisfaction": "not", "how": "phone", "reason": "没修好"}
        self.attempt(self.opinion(pick), "evaluate", "clerk", self.cast.clerk, words=words)

    @rule(pick=PICK)
    def into_the_other(self, pick):
        words = {"into": self.numbers[(pick + 1) % len(self.numbers)]}
        self.attempt(self.opinion(pick), "merge", "triage_officer", self.cast.officer, words=words)

    @rule(hours=st.integers(0, 20), days=st.sampled_from([0, 0, 1, 3, 9, 40]))
    def time_passes(self, hours, days):
        self.walk.later(days=days, hours=hours)

    @rule()
    def the_sweep_comes(self):
        done = sweep.sweep(now=self.walk.now)
        assert "failed" not in done
        assert not Opinion.objects.due_for_check(self.walk.now).exists()
        assert not sweep.sweep(now=self.walk.now)

    @rule(pick=PICK)
    def a_task_comes_late_or_twice(self, pick):
        sweep.check(self.opinion(pick).number, now=self.walk.now)

    def attempt(self, opinion, code, role, by, words=None, **more):
        before = (opinion.version, opinion.status, Event.objects.filter(opinion=opinion).count())
        words = words or ({"into": "x"} if code == "merge" else WORDS[code](self.walk))
        try:
            take(self.walk, code, opinion, by, words=words, **more)
        except (Refused, PermissionDenied, Opinion.DoesNotExist):
            opinion.refresh_from_db()
            assert before == (opinion.version, opinion.status, opinion.events.count())
        else:
            assert role in ACTIONS[code].roles
            assert before[1] in ACTIONS[code].source

    @invariant()
    def the_ledger_proves_itself(self):
        assert verify().broken is None

    @invariant()
    def what_an_agency_answered_stands_in_the_ledger(self):
        for part in JointPart.objects.exclude(answered_at=None):
            facts = {"action": "joint_answer", "round": part.opinion.round, "at": part.answered_at}
            assert part.opinion.events.filter(**facts, data__agency=part.agency_id).count() == 1
            assert part.answered_late == (timezone.localdate(part.answered_at) > part.due_on)

    @invariant()
    def no_opinion_is_lost(self):
        for opinion in Opinion.objects.all():
            assert opinion.status in Status.values
            assert (opinion.due_on is not None) == (opinion.status in OPEN)
            assert (opinion.merged_into_id is not None) == (opinion.status == Status.MERGED)
            if opinion.suspended_on:
                assert opinion.status == Status.HANDLING
            if opinion.lead_agency_id is None:
                assert not opinion.parts.exists()  # nobody joins where nobody leads
            if opinion.status == Status.REPORTED_BACK or opinion.suspended_on:
                assert opinion.next_check_at is not None  # else nobody would ever close or resume it
            if opinion.status == Status.CLOSED:
                assert opinion.closed_at
                assert opinion.next_check_at is None


def test_no_sequence_of_steps_breaks_the_office(cast, office):
    machine = type("ThisOffice", (Office,), {"cast": cast, "office": office})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=False,
        ),
    )
