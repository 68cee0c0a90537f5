"""verify_ledger proves every column of an opinion by what its ledger rows made of it, and finds numbers and messages
that are gone."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.security.crypto import EncryptedTextField
from letters.models import Letter, Organ
from notifications.models import Message
from opinions.models import (
    Attachment,
    Event,
    EventText,
    Notice,
    NumberSeries,
    Opinion,
    Receipt,
    SimilarityKey,
    UrgentFlag,
)
from opinions.workflow import personal_data, register
from opinions.workflow.column_changes import ELSEWHERE, PLAIN, WORDS
from tests.conftest import at
from tests.kept import kept
from tests.opinions.story import erase_old
from tests.tampering import delete, lift
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(cast, office):
    """A closed opinion with a letter and messages, and another after it."""
    opinions, _now = kept("opinions with columns", made, cast, office)
    return opinions[0].number


def made(cast, office):
    Organ.objects.create(county=office.jishou, name="吉首市人大", short_name="吉人大", issues_on_route=True)
    walk = Walk(cast, office)
    return [walk.to("closed"), walk.to("routed")], walk.now


def wrong() -> str:
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger")
    return str(refused.value)


def test_every_column_is_proved_or_named_as_proved_elsewhere():
    """A new column lands in PLAIN by itself; one that holds words must be added to WORDS."""
    columns = {field.attname for field in Opinion._meta.concrete_fields}
    assert columns == {*PLAIN, *WORDS, *ELSEWHERE}
    sealed = {f.attname for f in Opinion._meta.concrete_fields if isinstance(f, EncryptedTextField)}
    assert sealed <= set(WORDS) and not set(PLAIN) & set(WORDS)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("satisfaction", "not"),
        ("first_satisfaction", "not"),
        ("outcome", "C"),
        ("answered_late", True),
        ("handling_due_on", date(2027, 1, 1)),
        ("handling_days", 99),
        ("due_on", date(2027, 1, 1)),
        ("registered_at", at("2025-01-01 09:00")),
        ("routed_at", at("2025-01-01 09:00")),
        ("added_days", 10),
        ("township_id", "433101007"),
        ("keep_secret", True),
        ("matter_type", "proposal"),
        ("channel", "web"),
        ("urgency", "urgent"),
        ("supervision_level", 3),
        ("erased_at", at("2026-03-02 09:00")),
    ],
)
def test_a_changed_column_is_named(number, office, column, value):
    """Somebody with the database changes a column and leaves the ledger alone."""
    rows = Opinion.objects.filter(number=number)
    assert rows.values_list(column, flat=True).get() != value
    rows.update(**{column: value})
    said = wrong()
    assert number in said and column in said


@pytest.mark.parametrize("column", ["title", "body", "place", "answer", "citizen_name", "citizen_phone"])
def test_changed_words_are_found(number, column):
    opinion = Opinion.objects.get(number=number)
    setattr(opinion, column, "13900139000" if column == "citizen_phone" else "别的")
    opinion.save(update_fields=[column])
    assert number in wrong() and "存着的" in wrong()


def test_words_under_a_former_salt_are_no_longer_provable_once_erased(number):
    """The digests of what was erased stay in the ledger; without their salt they say nothing, and all still holds."""
    salt = Opinion.objects.get(number=number).words_salt
    erase_old(at("2036-01-01 09:00"))
    opinion = Opinion.objects.get(number=number)
    assert opinion.words_salt not in ("", salt) and opinion.title == "（内容已按规定删除）"
    call_command("verify_ledger", stdout=StringIO())
    Opinion.objects.filter(number=number).update(answer="后来写的")
    assert number in wrong()


def test_rows_from_before_the_columns_were_kept_still_hold(number):
    """An upgraded office: the rows are hashed as they were, and no column is compared that no row names."""
    lift(Event)
    opinion, previous = Opinion.objects.get(number=number), ""
    for event in opinion.events.order_by("sequence"):
        event.changed, event.previous_hash = "", previous
        previous = event.computed_hash()
        Event.objects.filter(pk=event.pk).update(changed="", previous_hash=event.previous_hash, hash=previous)
    Opinion.objects.filter(number=number).update(ledger_head=previous, words_salt="")
    call_command("verify_ledger", stdout=StringIO())
    Opinion.objects.filter(number=number).update(outcome="C")
    assert number in wrong()


def test_a_correction_after_an_upgrade_proves_the_words_from_then_on(cast, office):
    walk = Walk(cast, office)
    opinion = walk.to("registered")
    Opinion.objects.filter(pk=opinion.pk).update(words_salt="")
    register.amend(opinion.number, by=cast.clerk, title="路灯不亮了", at=walk.later())
    call_command("verify_ledger", stdout=StringIO())


def test_a_whole_opinion_that_is_gone_leaves_its_number(number):
    lift(Event, Letter)
    erase_every_trace(number)
    assert f"{number}：" in wrong()


def erase_every_trace(number):
    of = {"opinion__number": number}
    delete(Notice.objects.filter(**of))
    delete(EventText.objects.filter(event__opinion__number=number))
    for model in (Attachment, Receipt, SimilarityKey, UrgentFlag, Event):
        delete(model.objects.filter(**of))
    delete(Letter.objects.filter(about=number))
    delete(Message.objects.filter(about=number))
    delete(Opinion.objects.filter(number=number))


def test_a_series_set_back_is_found(number):
    NumberSeries.objects.update(last=1)
    assert "433101-2026-000002" in wrong()
    NumberSeries.objects.all().delete()
    assert "433101-2026" in wrong()


def test_a_letter_that_is_gone_is_named(number):
    letter = Letter.objects.order_by("serial").first()
    lift(Letter)
    delete(Letter.objects.filter(pk=letter.pk))
    assert str(letter.serial) in wrong() and letter.series in wrong()


def test_a_message_that_is_gone_is_named(number):
    message = Message.objects.filter(about=number, key__endswith="/0").order_by("pk").last()
    sequence = message.key.split("/")[1]
    message.delete()
    said = wrong()
    assert number in said and sequence in said


def test_a_copy_for_the_citizen_changes_no_column(cast, office):
    walk = Walk(cast, office)
    number = walk.to("registered").number
    personal_data.reissue_code(number, by=cast.clerk, name="石某", reason="", at=walk.later())
    assert Event.objects.filter(opinion__number=number).last().changed == "{}"
