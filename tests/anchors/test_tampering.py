"""Two dozen kinds of tampering by somebody who has the database and its password: each is found, and named.

Each changes an office of three opinions whose record was anchored one night. Some rewrite everything so that it fits
together again; those only the anchor can show.
"""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import audit
from accounts.models import AccessHead, AccessRecord
from anchors.models import Anchor, Leaf
from congress_liaison.anchoring import anchor_all
from letters.models import Letter, Organ
from notifications.models import Message
from opinions.models import (
    Attachment,
    Event,
    EventText,
    Notice,
    NumberSeries,
    Opinion,
    PastRound,
    Receipt,
    SimilarityKey,
    UrgentFlag,
)
from opinions.workflow import report_back
from tests.conftest import at
from tests.kept import kept
from tests.tampering import delete, lift
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
FIRST, LAST = "433101-2026-000001", "433101-2026-000003"


@pytest.fixture
def office_on_record(cast, office, settings):
    """The first opinion is closed and evaluated, the last one registered; people have looked at them."""
    lines = kept("office on record", make_record, cast, office)
    Path(settings.ANCHORS_FILE).write_text("".join(f"{line}\n" for line in lines))
    lift(Event, AccessRecord, Letter, PastRound, Leaf, Anchor)
    return cast


def make_record(cast, office):
    Organ.objects.create(county=office.jishou, name="吉首市人大", short_name="吉人大", issues_on_route=True)
    walk = Walk(cast, office)
    closed = walk.to("closed")
    report_back.evaluate(closed.number, by=cast.clerk, satisfaction="mostly", how="phone", at=walk.later())
    walk.to("routed"), walk.to("registered")
    for person in (cast.clerk, cast.handler):
        for action in ("logged_in", "looked", "revealed"):
            audit.record(action, by=person, subject=FIRST)
        type(person).objects.filter(pk=person.pk).update(last_login=timezone.now())
    anchor_all(now=at("2026-04-10 04:20"))
    return list(Anchor.objects.values_list("line", flat=True))


def column(**values):
    return lambda cast: Opinion.objects.filter(number=FIRST).update(**values)


def rows(number=FIRST):
    return Event.objects.filter(opinion__number=number).order_by("sequence")


def rehash(number):
    """Compute the whole chain again after a change, as the program would, and set the opinion's head to its end."""
    previous = ""
    for event in rows(number):
        event.previous_hash = previous
        previous = event.computed_hash()
        Event.objects.filter(pk=event.pk).update(previous_hash=event.previous_hash, hash=previous)
    Opinion.objects.filter(number=number).update(ledger_head=previous)


def every_trace(number):
    delete(EventText.objects.filter(event__opinion__number=number))
    for model in (Notice, PastRound, Attachment, Receipt, SimilarityKey, UrgentFlag, Event):
        delete(model.objects.filter(opinion__number=number))
    delete(Message.objects.filter(about=number))
    delete(Opinion.objects.filter(number=number))


def the_newest_opinion_and_its_number(cast):
    every_trace(LAST)
    NumberSeries.objects.update(last=2)


def one_row_in_the_middle(cast):
    middle = rows().get(sequence=3)
    delete(EventText.objects.filter(event=middle))
    delete(Event.objects.filter(pk=middle.pk))


def the_newest_rows_with_a_fitting_head(cast):
    """The evaluation never was: the row goes, and every column with it."""
    last = rows().last()
    delete(EventText.objects.filter(event=last))
    delete(Event.objects.filter(pk=last.pk))
    delete(Message.objects.filter(key__startswith=f"{FIRST}/{last.sequence}/"))
    before = rows().last()
    Opinion.objects.filter(number=FIRST).update(
        version=before.sequence,
        ledger_head=before.hash,
        satisfaction="",
        first_satisfaction="",
        last_satisfaction="",
        evaluated_at=None,
    )


def an_evaluation_forged_throughout(cast):
    """Row, columns and the whole chain say now that the citizen was satisfied."""
    last = rows().last()
    changed = last.changed.replace('"mostly"', '"satisfied"')
    Event.objects.filter(pk=last.pk).update(data=last.data | {"satisfaction": "satisfied"}, changed=changed)
    names = ("satisfaction", "first_satisfaction", "last_satisfaction")
    Opinion.objects.filter(number=FIRST).update(**dict.fromkeys(names, "satisfied"))
    rehash(FIRST)


def an_answer_reworded(cast):
    EventText.objects.filter(event=rows().get(action="answer")).update(text="已经全部修好。")


def a_row_signed_by_another(cast):
    rows().filter(sequence=2).update(actor="别人")


def a_letter(cast):
    delete(Letter.objects.filter(about=FIRST))


def a_message(cast):
    delete(Message.objects.filter(about=FIRST, key__endswith="/0"))


def chain(cast):
    return AccessRecord.objects.filter(by=cast.clerk).order_by("sequence")


def set_back(cast, sequence):
    row = chain(cast).get(sequence=sequence)
    AccessHead.objects.filter(pk=str(cast.clerk.pk)).update(sequence=sequence, hash=row.hash)


def the_newest_audit_row_with_a_fitting_head(cast):
    set_back(cast, 2)
    delete(chain(cast).filter(sequence=3))


def a_whole_trail(cast):
    AccessHead.objects.filter(pk=str(cast.clerk.pk)).delete()
    delete(chain(cast))


def all_trails(cast):
    AccessHead.objects.all().delete()
    delete(AccessRecord.objects.all())


def a_row_without_its_place(cast):
    set_back(cast, 2)
    chain(cast).filter(sequence=3).update(sequence=None, hash="")


def a_reveal_turned_into_a_look(cast):
    chain(cast).filter(sequence=3).update(action="looked")


def all_anchors_of_the_database(cast):
    delete(Anchor.objects.all())
    delete(Leaf.objects.all())


def a_leaf(cast):
    Leaf.objects.filter(kind="opinion", key=FIRST).update(head="0" * 64)


CLERK = "office clerk"
LEDGER, AUDIT = "verify_ledger", "verify_audit"
# name → what is done, which command finds it, and words of what it says
KINDS = {
    "the citizen's evaluation": (column(satisfaction="satisfied"), LEDGER, [FIRST, "satisfaction"]),
    "the outcome": (column(outcome="B"), LEDGER, [FIRST, "outcome"]),
    "that it was answered late": (column(answered_late=True), LEDGER, [FIRST, "answered_late"]),
    "the deadline of the answer": (column(handling_due_on=date(2027, 1, 1)), LEDGER, [FIRST, "handling_due_on"]),
    "the status": (column(status="declined"), LEDGER, [FIRST, "状态"]),
    "the round": (column(round=2), LEDGER, [FIRST, "2"]),
    "the township": (column(township_id="433101007"), LEDGER, [FIRST, "township"]),
    "that the identity is secret": (column(keep_secret=True), LEDGER, [FIRST, "keep_secret"]),
    "when it was told": (column(registered_at=at("2026-03-20 09:00")), LEDGER, [FIRST, "registered_at"]),
    "what the citizen said": (column(body="没什么。"), LEDGER, [FIRST, "文字"]),
    "the answer as recorded": (an_answer_reworded, LEDGER, [FIRST]),
    "who did it": (a_row_signed_by_another, LEDGER, [FIRST, "2"]),
    "one row in the middle": (one_row_in_the_middle, LEDGER, [FIRST, "3"]),
    "the newest rows, head and columns fitted": (
        the_newest_rows_with_a_fitting_head, LEDGER, [FIRST, "第 7 步", "2026年4月10日"],
    ),
    "an evaluation, everything hashed again": (
        an_evaluation_forged_throughout, LEDGER, [FIRST, "第 7 步", "2026年4月10日"],
    ),
    "a whole opinion": (lambda cast: every_trace(LAST), LEDGER, [f"{LAST}："]),
    "the newest opinion and its number": (the_newest_opinion_and_its_number, LEDGER, [LAST, "2026年4月10日"]),
    "a letter": (a_letter, LEDGER, ["文书"]),
    "a message": (a_message, LEDGER, [FIRST, "消息"]),
    "an audit row": (a_reveal_turned_into_a_look, AUDIT, [CLERK, "3"]),
    "the newest audit row, head fitted": (
        the_newest_audit_row_with_a_fitting_head, AUDIT, [CLERK, "第 3 行", "2026年4月10日"],
    ),
    "one person's trail": (a_whole_trail, AUDIT, [CLERK, "整个不见了"]),
    "all trails": (all_trails, AUDIT, [CLERK, "整个不见了"]),
    "an audit row taken out of its chain": (a_row_without_its_place, AUDIT, [CLERK, "移出"]),
    "a leaf of the anchors": (a_leaf, LEDGER, ["2026年4月10日"]),
    "all anchors of the database": (all_anchors_of_the_database, LEDGER, ["文件里有 1 次"]),
}  # fmt: skip


def test_nothing_is_found_where_nothing_was_done(office_on_record):
    for command in (LEDGER, AUDIT):
        call_command(command, stdout=StringIO())


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_found_and_named(office_on_record, kind):
    tamper, command, words = KINDS[kind]
    tamper(office_on_record)
    with pytest.raises(CommandError) as refused:
        call_command(command, stdout=StringIO())
    for word in words:
        assert (str(office_on_record.clerk.pk) if word is CLERK else word) in str(refused.value)
