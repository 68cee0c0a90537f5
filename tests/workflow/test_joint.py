"""Joint agencies: their own day, signature and answer; what the lead agency's steps do to their parts."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import SYSTEM
from notifications.models import Message
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused, Stale
from opinions.models import JointPart, Opinion, TimeLimit
from opinions.workflow import joint, reopen, report_back, supervision, triage
from tests.workflow.deeds import take


def part_of(opinion) -> JointPart:
    return opinion.parts.get()


def joins(walk, **more):
    opinion = walk.to("registered")
    agencies = {"lead_agency": walk.office.transport, "joint_agencies": [walk.office.ecology]}
    return triage.route(opinion.number, by=walk.cast.officer, at=walk.later(), **agencies, **more)


def test_a_part_has_a_day_of_its_own_and_its_handlers_are_told(walk):
    opinion = joins(walk)  # a complaint: 15 working days for the lead agency, 10 for those who join
    part = part_of(opinion)
    assert (part.days, part.limit_from, str(part.due_on)) == (10, "rule", "2026-03-16")
    assert str(opinion.handling_due_on) == "2026-03-23"
    told = Message.objects.get(recipient=walk.cast.other_handler)
    assert "2026年3月16日（含当日）前" in told.body and walk.office.transport.name in told.body
    event = opinion.events.last()
    assert (event.data["joint"], event.data["joint_due_on"]) == ([walk.office.ecology.name], "2026-03-16")


def test_the_day_of_the_parts_may_be_set_but_never_after_the_lead_agencys(walk):
    part = part_of(joins(walk, joint_days=4))
    assert (part.days, part.limit_from) == (4, "officer")
    with pytest.raises(Refused) as refused:
        joins(walk, joint_days=6, handling_days=5)
    assert refused.value.field == "joint_days"
    assert (
        part_of(joins(walk, handling_days=3)).days == 3
    )  # the limit in force would be later than the lead's day


def test_a_countys_own_limit_counts_for_parts(walk):
    TimeLimit.objects.create(county=walk.office.jishou, clock="joint", matter="complaint", days=7)
    part = part_of(joins(walk))
    assert (part.days, part.limit_from) == (7, "county")


def test_signing_and_answering_stand_on_the_part_and_in_the_ledger(walk):
    opinion = walk.joined("handling", signed=True)
    after = take(walk, "joint_answer", opinion, walk.cast.other_handler)
    part = part_of(after)
    assert (part.answer, part.answered_late, part.answered_at) == ("已清理排水沟。", False, walk.now)
    assert after.status == "handling"  # the lead agency answers for all
    event = after.events.last()
    assert (event.action, event.words.text) == ("joint_answer", "已清理排水沟。")
    assert Message.objects.filter(recipient=walk.cast.handler, subject__contains=opinion.number).exists()
    assert verify().broken is None


def test_each_once_and_only_after_signing(walk):
    opinion = walk.joined("routed")
    other = walk.cast.other_handler
    with pytest.raises(Refused):
        take(walk, "joint_answer", opinion, other)
    take(walk, "joint_sign", opinion, other)
    with pytest.raises(Refused):
        take(walk, "joint_sign", opinion, other)
    take(walk, "joint_answer", opinion, other)
    with pytest.raises(Refused):
        take(walk, "joint_answer", opinion, other)


def test_a_part_that_is_not_the_agencys_goes_back_unsigned_and_the_others_are_told(walk):
    opinion = walk.joined("routed")
    after = take(walk, "joint_return", opinion, walk.cast.other_handler)
    assert after.status == "routed" and not after.parts.exists()
    assert after.events.last().words.text == "不归本部门管"
    assert not Opinion.objects.visible_to(walk.cast.other_handler).exists()
    for person in (walk.cast.handler, walk.cast.officer):
        assert Message.objects.filter(recipient=person, subject__contains="协办件已退回").exists()
    signed = walk.joined("handling", signed=True)
    with pytest.raises(Refused):  # what was signed for is answered
        take(walk, "joint_return", signed, walk.cast.other_handler)


def test_a_second_submission_is_stale(walk):
    opinion = walk.joined("routed")
    take(walk, "joint_sign", opinion, walk.cast.other_handler, version=opinion.version)
    with pytest.raises(Stale):
        take(walk, "joint_sign", opinion, walk.cast.other_handler, version=opinion.version)


def test_nobody_answers_another_agencys_part(walk):
    opinion = walk.joined("handling", signed=True)
    for words in ({"agency": walk.office.transport}, {"agency": walk.office.other_ecology}):
        with pytest.raises(PermissionDenied):
            take(walk, "joint_answer", opinion, walk.cast.other_handler, words={**words, "answer": "x"})
    with pytest.raises(PermissionDenied):  # the lead agency
        take(walk, "joint_answer", opinion, walk.cast.handler)


def test_a_late_part_is_found_until_it_is_in(walk):
    opinion = walk.joined("handling", signed=True)
    due_on = part_of(opinion).due_on
    found = lambda day: Opinion.objects.that_are("joint_late", day).count()  # noqa: E731
    assert (found(due_on), found(due_on + timedelta(days=1))) == (0, 1)
    walk.later(days=20)
    take(walk, "joint_answer", opinion, walk.cast.other_handler)
    assert part_of(opinion).answered_late
    assert found(due_on + timedelta(days=30)) == 0


def test_the_lead_agency_may_answer_without_the_parts_but_says_so(walk):
    opinion = walk.joined("answered", signed=True)
    assert opinion.events.last().data["without"] == [walk.office.ecology.name]
    # It may still come in, until the citizen has been told.
    take(walk, "joint_answer", opinion, walk.cast.other_handler)
    assert part_of(opinion).answered_at
    late = walk.joined("answered", signed=True)
    report_back.report_back(late.number, by=walk.cast.clerk, how="visit", at=walk.later())
    with pytest.raises(Refused):
        take(walk, "joint_answer", late, walk.cast.other_handler)
    assert not Opinion.objects.that_are("joint_late", date(2027, 1, 1)).exists()


def test_an_answer_with_all_parts_in_names_nobody(walk):
    opinion = walk.joined("handling", signed=True)
    take(walk, "joint_answer", opinion, walk.cast.other_handler)
    take(walk, "answer", opinion, walk.cast.handler)
    assert "without" not in opinion.events.last().data


def test_while_the_citizen_is_waited_for_no_part_is_owed_and_its_day_moves(walk):
    opinion = walk.joined("handling", signed=True)
    before = part_of(opinion).due_on
    until = date(2026, 3, 9)  # Monday to Monday: five working days stand still
    words = {"reason": "等材料", "until_on": until}
    supervision.suspend(opinion.number, by=walk.cast.handler, at=walk.later(), **words)
    with pytest.raises(Refused):
        take(walk, "joint_answer", opinion, walk.cast.other_handler)
    assert not Opinion.objects.that_are("joint_late", before + timedelta(days=9)).exists()
    supervision.resume(opinion.number, by=SYSTEM, at=walk.later(days=8))
    part = part_of(opinion)
    assert (part.added_days, before, part.due_on) == (5, date(2026, 3, 16), date(2026, 3, 23))


def test_returning_calls_the_parts_off(walk):
    opinion = walk.joined("handling", signed=True)
    take(walk, "return_it", opinion, walk.cast.handler)
    assert not opinion.parts.exists()
    assert not Opinion.objects.visible_to(walk.cast.other_handler).exists()
    assert Message.objects.filter(recipient=walk.cast.other_handler).count() == 2  # sent, and called off
    take(walk, "route", opinion, walk.cast.officer)
    assert not opinion.parts.exists()


def test_a_new_round_asks_for_the_parts_anew(walk):
    opinion = walk.joined("handling", signed=True)
    take(walk, "joint_answer", opinion, walk.cast.other_handler)
    take(walk, "answer", opinion, walk.cast.handler)
    take(walk, "report_back", opinion, walk.cast.clerk)
    again = reopen.reopen(opinion.number, by=walk.cast.clerk, reason="又堵了", at=walk.later(days=3))
    part = part_of(again)
    assert (part.signed_at, part.answered_at, part.answer) == (None, None, "")
    assert part.sent_on == timezone.localdate(walk.now)
    assert again.events.filter(action="joint_answer").get().words.text == "已清理排水沟。"


def test_a_round_that_starts_with_triage_has_no_parts(walk):
    opinion = walk.joined("answered")
    take(walk, "report_back", opinion, walk.cast.clerk)
    words = {"reason": "又堵了", "ask_triage": True}
    reopen.reopen(opinion.number, by=walk.cast.supervisor, at=walk.later(), **words)
    assert not opinion.parts.exists()


def test_declining_calls_the_parts_off(walk):
    opinion = walk.joined("routed")
    take(walk, "decline", opinion, walk.cast.officer)
    assert not opinion.parts.exists()


def test_the_database_keeps_one_part_an_agency_and_no_answer_without_a_signature(walk):
    part = part_of(walk.joined("routed"))
    for change in ({"answered_at": walk.now}, {"answer": "x"}, {"days": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            JointPart.objects.filter(pk=part.pk).update(**change)
    part.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        part.save(force_insert=True)


def test_whoever_sees_the_opinion_sees_its_parts(walk):
    walk.joined("routed")
    cast = walk.cast
    for user in (
        cast.handler,
        cast.other_handler,
        cast.supervisor,
        cast.clerk,
        cast.studio_clerk,
        cast.deputy,
    ):
        assert JointPart.objects.visible_to(user).count() == 1, user
    for user in (cast.stranger_handler, cast.stranger_officer, cast.auditor, cast.administrator, cast.nobody):
        assert JointPart.objects.visible_to(user).count() == 0, user
    assert JointPart.objects.visible_to(cast.handler, "joint_handler").count() == 0


def test_outstanding_names_those_not_in(walk):
    assert joint.outstanding(walk.joined("routed")) == [walk.office.ecology.name]
