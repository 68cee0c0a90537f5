"""Whoever changes the ledger behind the database's back is found, and the row is named."""

import hashlib
import json
from datetime import UTC
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from common.db.database import append_only_sql, lift_append_only_sql
from opinions.ledger.verify import verify
from opinions.models import Event, EventText, Opinion, Receipt
from opinions.models.ledger import HASHED
from opinions.workflow import reopen
from tests.kept import kept
from tests.workflow.walk import Walk

TABLE = Event._meta.db_table


@pytest.fixture
def walk(cast, office):
    return Walk(cast, office)


@pytest.fixture
def unlocked(db):
    """The append-only trigger lifted, as somebody with the database's password could."""
    run(lift_append_only_sql(connection.vendor, TABLE))
    yield
    run(append_only_sql(connection.vendor, TABLE))


def run(statements):
    connection.check_constraints()  # PostgreSQL alters no table with checks still to be made
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def verified(*arguments) -> str:
    out = StringIO()
    call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue().strip()


def broken(number, sequence) -> str:
    """The complaint, which must name the row."""
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger")
    proof = verify()
    assert (proof.broken.number, proof.broken.sequence) == (number, sequence)
    assert refused.value.returncode == 1
    assert number in str(refused.value)
    return str(refused.value)


@pytest.fixture
def opinions(walk):
    """Three opinions; the middle one, of six rows, is the one that is tampered with."""
    opinions, walk.now = kept("opinions to verify", make_opinions, walk.cast, walk.office)
    return opinions


def make_opinions(cast, office):
    walk = Walk(cast, office)
    return [walk.to("closed"), walk.to("closed"), walk.to("routed")], walk.now


@pytest.fixture
def number(opinions):
    return opinions[1].number


def row(number, sequence):
    return Event.objects.filter(opinion__number=number, sequence=sequence)


def test_an_empty_office_is_ok(db):
    assert verified() == "ok 0 opinions, 0 events"


def test_every_status_and_a_second_round_hold(walk):
    for status in ["registered", "answered", "declined", "merged", "withdrawn"]:
        walk.to(status)
    closed = walk.to("closed")
    reopen.reopen(closed.number, by=walk.cast.clerk, reason="没修好", at=walk.later())
    assert verified() == f"ok {Opinion.objects.count()} opinions, {Event.objects.count()} events"


def test_one_opinion_alone(number):
    assert verified("--opinion", number) == "ok 1 opinions, 6 events"
    with pytest.raises(CommandError, match="433101-1999-000001"):
        call_command("verify_ledger", "--opinion", "433101-1999-000001")


def test_slices_join_without_a_gap(opinions, monkeypatch):
    monkeypatch.setattr("opinions.ledger.verify.SLICE", 1)
    assert verified() == "ok 3 opinions, 14 events"


def test_the_database_itself_refuses(number):
    for attempt in (lambda: row(number, 2).update(actor="别人"), lambda: row(number, 2).delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    assert verified() == "ok 3 opinions, 14 events"


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "别人"},
        {"data": {"as": "clerk"}},
        {"via": "webx"},
        {"at": "2026-03-02T10:00:00.000001+08:00"},
        {"hash": "0" * 64},
        {"by_id": None},
        {"action": "sign"},
        {"text_digest": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_changed_byte(number, unlocked, change):
    row(number, 2).update(**change)
    assert broken(number, 2)


def test_a_change_with_a_new_hash_breaks_the_link(number, unlocked):
    event = row(number, 2).select_related("opinion").get()
    event.actor = "别人"
    row(number, 2).update(actor="别人", hash=event.computed_hash())
    assert broken(number, 3)


def test_a_deleted_row(number, unlocked):
    EventText.objects.filter(event__in=row(number, 3)).delete()
    row(number, 3).delete()
    assert broken(number, 3)


def test_the_first_row_deleted(number, unlocked):
    row(number, 1).delete()
    assert broken(number, 1)


def test_the_tail_cut_off(number, unlocked):
    row(number, 6).delete()
    assert broken(number, 6)


def test_the_whole_chain_deleted(number, unlocked):
    EventText.objects.filter(event__opinion__number=number).delete()
    Event.objects.filter(opinion__number=number).delete()
    assert broken(number, 1)


def test_two_rows_swapped(number, unlocked):
    row(number, 2).update(sequence=99)
    row(number, 3).update(sequence=2)
    row(number, 99).update(sequence=3)
    assert broken(number, 2)


def test_a_row_moved_to_another_opinion(opinions, number, unlocked):
    other = opinions[2]
    row(number, 6).update(opinion=other.pk, sequence=3)
    broken(number, 6)
    Opinion.objects.filter(number=number).update(version=5)  # and hidden there
    proof = verify(number=other.number)
    assert (proof.broken.number, proof.broken.sequence) == (other.number, 3)


@pytest.mark.parametrize("change", [{"status": "declined"}, {"round": 2}, {"ledger_head": "0" * 64}], ids=str)
def test_the_opinion_itself_changed(number, change):
    Opinion.objects.filter(number=number).update(**change)
    assert broken(number, 6)


def test_a_row_too_many_for_the_opinion(number):
    Opinion.objects.filter(number=number).update(version=5)
    assert broken(number, 6)


def test_changed_words(number):
    EventText.objects.filter(event__in=row(number, 4)).update(text="没有修")
    assert broken(number, 4)


def test_words_taken_away(number):
    EventText.objects.filter(event__in=row(number, 4)).delete()
    assert broken(number, 4)


def test_words_added(number):
    EventText.objects.create(event=row(number, 1).get(), salt="00", text="补记")
    assert broken(number, 1)


def test_erased_words_are_no_breach(number):
    EventText.objects.filter(event__in=row(number, 4)).update(text="", erased_at="2036-01-01T00:00:00+08:00")
    assert verified() == "ok 3 opinions, 14 events"


def test_rows_without_their_opinion(opinions, unlocked):
    last = opinions[2]
    with connection.constraint_checks_disabled():
        Event.objects.filter(opinion=last.pk, sequence=1).update(opinion=last.pk + 10_000)
        proof = verify()
        assert proof.broken.number == last.number
        Event.objects.filter(opinion=last.pk).delete()
        Receipt.objects.filter(opinion=last.pk).delete()
        Opinion.objects.filter(pk=last.pk)._raw_delete("default")
        proof = verify()
        assert (proof.broken.number, proof.broken.sequence) == ("", 1)
        Event.objects.filter(opinion=last.pk + 10_000).delete()


@pytest.mark.django_db(transaction=True)
def test_the_first_broken_row_is_named_whatever_the_number_of_processes(walk, monkeypatch):
    """Later ranges are broken too, at earlier rows, and are found sooner: the first by order of keys is told."""
    monkeypatch.setattr("opinions.ledger.verify.SLICE", 2)
    opinions = [walk.to("closed" if place < 3 else "routed") for place in range(8)]
    said = [verified("--jobs", jobs) for jobs in "123"]
    assert said == [f"ok 8 opinions, {Event.objects.count()} events"] * 3
    run(lift_append_only_sql(connection.vendor, TABLE))
    for place, sequence in [(2, 5), (3, 2), (5, 1), (7, 1)]:
        row(opinions[place].number, sequence).update(actor="别人")
    run(append_only_sql(connection.vendor, TABLE))
    for jobs in (1, 2, 3):
        proof = verify(jobs=jobs)
        assert (proof.broken.number, proof.broken.sequence) == (opinions[2].number, 5), jobs
        assert (proof.opinions, proof.events) == (3, 6 + 6 + 5), jobs


def test_the_form_that_is_hashed_is_that_of_json_with_sorted_keys(opinions):
    """Hashes written years ago must come out again: quotes, line breaks, other scripts, nobody, nested data."""
    event = Event.objects.select_related("opinion").last()
    event.actor, event.by_id = '"张三"\\\n\t\x7f\u2028😀', None
    event.data = {"z": [1, 2.5, None, True], "as": "clerk", "Ä": {"b": "“", "a": "\n"}}
    names = [name for name in HASHED if name not in ("at", "number")]
    content = {name: getattr(event, name) for name in names} | {"number": event.opinion.number}
    content["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    content["changed"] = json.loads(event.changed)
    spelled = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert event.computed_hash() == hashlib.sha256(spelled.encode()).hexdigest()
    event.changed = ""  # a row from before there was one
    del content["changed"]
    spelled = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert event.computed_hash() == hashlib.sha256(spelled.encode()).hexdigest()
