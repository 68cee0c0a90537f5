"""Every status × every action × every role: what the table allows happens, and nothing else does."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.actors import CITIZEN, SYSTEM
from opinions.models import Event, Opinion
from opinions.verify import verify
from opinions.workflow import register, triage
from opinions.workflow.step import IMPORT, Refused, Stale
from opinions.workflow.table import ACTIONS, OPEN, Status, available, who
from studios.scope import roles_over
from tests.workflow.deeds import WORDS, is_there_for, led_to, people, ready, strangers, take

MOVES = [code for code in ACTIONS if code != "register"]


def roles_of(status, code) -> frozenset:
    """Who may take the action on an opinion in its first round. A supervisor routes and takes back only what came back
    to triage for the second time (see below); a notice is replied to by the agency, or by the studio once the agency
    has answered."""
    if code == "acknowledge":
        return frozenset(["clerk"] if status == "answered" else ["handler"])
    return ACTIONS[code].roles - ({"supervisor"} if code in ("route", "recall") else set())


LEGAL = [
    (status, code, role)
    for code in MOVES
    for status in ACTIONS[code].source
    for role in sorted(roles_of(status, code))
]


def state(opinion) -> tuple:
    """All that an action could change."""
    return (Opinion.objects.filter(pk=opinion.pk).values().get(), Event.objects.count())


def refused(error, walk, code, opinion, by, **more):
    """The action raises `error` and leaves no trace."""
    before = state(opinion)
    with pytest.raises(error) as raised:
        take(walk, code, opinion, by, words={"into": "x"} if code == "merge" else None, **more)
    assert state(opinion) == before
    return raised.value


def test_every_action_is_tried_here():
    assert set(WORDS) == set(MOVES)


@pytest.mark.parametrize(("status", "code", "role"), LEGAL)
def test_what_the_table_allows_happens(walk, status, code, role):
    opinion = ready(walk, code, status)
    version = Opinion.objects.get(pk=opinion.pk).version
    words = WORDS[code](walk)
    after = take(walk, code, opinion, people(walk.cast)[role], words=words, version=version)
    stored = Opinion.objects.get(pk=opinion.pk)
    assert (after.status, stored.status) == (led_to(code, status),) * 2
    assert stored.version == version + 1
    event = stored.events.get(sequence=stored.version)
    assert (event.action, event.from_status, event.to_status) == (code, status, stored.status)
    assert event.data["as"] == role
    assert event.at == stored.changed_at == walk.now
    assert (stored.due_on is not None) == (stored.status in OPEN)
    assert verify().broken is None


@pytest.mark.parametrize("code", MOVES)
@pytest.mark.parametrize("status", Status.values)
def test_whatever_else_is_tried_changes_nothing(walk, status, code):
    opinion, action = ready(walk, code, status), ACTIONS[code]
    for role, by in people(walk.cast).items():
        if not is_there_for(role, opinion):
            refused(Opinion.DoesNotExist, walk, code, opinion, by)
        elif role not in roles_of(status, code):
            refused(PermissionDenied, walk, code, opinion, by)
        elif status not in action.source:
            why = refused(Refused, walk, code, opinion, by)
            assert str(Status(status).label) in str(why)
    for stranger in strangers(walk.cast):
        refused(Opinion.DoesNotExist, walk, code, opinion, stranger)


@pytest.mark.parametrize(("status", "code"), sorted({(status, code) for status, code, _role in LEGAL}))
def test_a_stale_form_is_told_what_happened_meanwhile(walk, status, code):
    opinion = ready(walk, code, status)
    role = min(who(ACTIONS[code], opinion))
    version = Opinion.objects.get(pk=opinion.pk).version
    stale = refused(Stale, walk, code, opinion, people(walk.cast)[role], version=version - 1)
    assert [event.sequence for event in stale.events] == [version]


@pytest.mark.parametrize("code", MOVES)
@pytest.mark.parametrize("status", Status.values)
def test_what_a_person_is_offered_is_what_they_may_do(walk, status, code):
    opinion = ready(walk, code, status)
    for role, by in people(walk.cast).items():
        if role in ("system", "citizen"):
            continue
        row = Opinion.objects.visible_to(by).with_roles(by).filter(pk=opinion.pk).first()
        offered = row and ACTIONS[code] in available(row, roles_over(row), timezone.localdate(walk.now))
        assert bool(offered) == ((status, code, role) in LEGAL)


@pytest.mark.parametrize(
    ("code", "status"),
    [("grant_extension", "handling"), ("refuse_extension", "handling"), ("resume", "handling")]
    + [("acknowledge", status) for status in ACTIONS["acknowledge"].source],
)
def test_nothing_is_decided_that_was_not_asked(walk, code, status):
    opinion = walk.to(status)
    refused(Refused, walk, code, opinion, people(walk.cast)[min(roles_of(status, code) - {"system"})])


@pytest.mark.parametrize("code", ["ask_extension", "suspend", "ask_citizen", "escalate"])
def test_once_is_enough(walk, code):
    opinion = walk.to("handling")
    by = people(walk.cast)[min(ACTIONS[code].roles)]
    take(walk, code, opinion, by)
    refused(Refused, walk, code, opinion, by)


def test_a_citizen_evaluates_a_round_once(walk):
    opinion = walk.to("reported_back")
    take(walk, "evaluate", opinion, walk.cast.clerk)
    refused(Refused, walk, "evaluate", opinion, CITIZEN)


def test_no_answer_while_the_citizen_is_waited_for(walk):
    refused(Refused, walk, "answer", walk.suspended(), walk.cast.handler)


def test_no_closing_before_the_window_has_passed(walk):
    refused(Refused, walk, "close", walk.to("reported_back"), SYSTEM)


def test_not_satisfied_wants_a_reason_and_reopens(walk):
    opinion = walk.to("reported_back")
    words = {"satisfaction": "not", "how": "phone"}
    with pytest.raises(Refused):
        take(walk, "evaluate", opinion, walk.cast.clerk, words=words)
    after = take(walk, "evaluate", opinion, walk.cast.clerk, words={**words, "reason": "没修好"})
    assert (after.status, after.round, after.designated) == (Status.ROUTED, 2, True)
    assert [event.action for event in after.events.order_by("sequence")][-2:] == ["evaluate", "reopen"]
    assert verify().broken is None


def test_what_came_back_twice_is_routed_by_a_supervisor_alone(walk):
    opinion = walk.to("closed")
    take(walk, "reopen", opinion, walk.cast.clerk)
    for code in ("sign", "answer"):
        take(walk, code, opinion, walk.cast.handler)
    take(walk, "report_back", opinion, walk.cast.clerk)
    assert take(walk, "reopen", opinion, walk.cast.clerk).status == Status.REGISTERED
    refused(PermissionDenied, walk, "route", opinion, walk.cast.officer)
    refused(PermissionDenied, walk, "route", opinion, SYSTEM)
    assert take(walk, "route", opinion, walk.cast.supervisor).status == Status.ROUTED


def test_a_designated_agency_cannot_return_it(walk):
    opinion = walk.to("closed")
    take(walk, "reopen", opinion, walk.cast.clerk)
    refused(Refused, walk, "return_it", opinion, walk.cast.handler)


def test_returning_has_its_limit(walk):
    opinion = walk.to("handling")
    walk.later(days=7)
    refused(Refused, walk, "return_it", opinion, walk.cast.handler)


def test_reopening_ends_a_year_after_the_closing(walk):
    opinion = walk.to("closed")
    walk.later(days=400)
    refused(Refused, walk, "reopen", opinion, walk.cast.clerk)


def test_nothing_happens_before_what_has_happened(walk):
    opinion = walk.to("routed")
    walk.later(hours=-3)
    refused(Refused, walk, "sign", opinion, walk.cast.handler)


def test_an_import_may_enter_what_the_agency_did_on_paper(walk):
    opinion = walk.to("routed")
    for by in (walk.cast.deputy, walk.cast.official):
        refused(PermissionDenied, walk, "sign", opinion, by, via=IMPORT)
    refused(Opinion.DoesNotExist, walk, "sign", opinion, walk.cast.stranger_clerk, via=IMPORT)
    assert take(walk, "sign", opinion, walk.cast.clerk, via=IMPORT).status == Status.HANDLING
    assert take(walk, "answer", opinion, walk.cast.officer, via=IMPORT).status == Status.ANSWERED


@pytest.mark.parametrize("role", sorted(ACTIONS["register"].roles))
def test_who_registers(walk, role):
    facts = {"township": walk.office.qianzhou, "channel": "visit", "title": "路", "body": "坏了"}
    opinion = register.register(by=people(walk.cast)[role], at=walk.now, **facts)
    assert (opinion.status, opinion.version, opinion.events.count()) == (Status.REGISTERED, 1, 1)
    assert verify().broken is None


def test_who_does_not_register(walk):
    facts = {"township": walk.office.qianzhou, "channel": "visit", "title": "路", "body": "坏了"}
    cast = walk.cast
    for by in [cast.handler, cast.supervisor, cast.official, *strangers(cast)]:
        with pytest.raises(PermissionDenied):
            register.register(by=by, at=walk.now, **facts)
    assert not Opinion.objects.exists()


def test_merging_keeps_to_the_county_and_to_what_lives(walk):
    opinion = walk.to("registered")
    declined = walk.to("declined")
    for into in (opinion.number, declined.number, "433101-2026-999999"):
        with pytest.raises(Refused):
            triage.merge(opinion.number, by=walk.cast.officer, into=into, at=walk.later())
    assert Opinion.objects.get(pk=opinion.pk).status == Status.REGISTERED
