"""What the rules say beyond who may do what from where, which tests/workflow/test_matrix.py writes out."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actors import SYSTEM
from opinions.models import Event, Opinion
from opinions.verify import verify
from opinions.workflow import register, triage
from opinions.workflow.step import IMPORT, Refused
from opinions.workflow.table import Status
from tests.workflow.deeds import people, strangers, take


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


@pytest.mark.parametrize("role", ["citizen", "clerk", "deputy", "triage_officer"])
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
