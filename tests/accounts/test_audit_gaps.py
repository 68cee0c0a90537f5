"""verify_audit finds what the chains cannot show: rows taken out of a chain, a head set back, a whole trail gone."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import audit
from accounts.models import AccessHead, AccessRecord
from tests.tampering import delete, lift

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(cast):
    for person in (cast.clerk, cast.handler):
        for action in ("looked", "logged_in"):
            audit.record(action, by=person, subject="x")
        person.last_login = timezone.now()
        person.save(update_fields=["last_login"])
    lift(AccessRecord)
    return AccessRecord.objects.filter(by=cast.clerk).order_by("sequence")


def wrong() -> str:
    with pytest.raises(CommandError) as refused:
        call_command("verify_audit")
    return str(refused.value)


def test_it_holds(trail, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == "ok 4 records\n"


def test_the_newest_rows_and_their_head_set_back(cast, trail):
    first = trail[0]
    delete(trail.filter(sequence=2))
    AccessHead.objects.filter(pk=str(cast.clerk.pk)).update(sequence=1, hash=first.hash)
    assert "其中有一次登录" in wrong() and cast.clerk.username in wrong()


def test_one_persons_whole_trail(cast, trail):
    delete(trail)
    AccessHead.objects.filter(pk=str(cast.clerk.pk)).delete()
    assert f"{cast.clerk.username}）的审计记录：整个不见了" in wrong()


def test_everything(cast, trail):
    delete(AccessRecord.objects.all())
    AccessHead.objects.all().delete()
    assert cast.clerk.username in wrong() and cast.handler.username in wrong()


@pytest.mark.parametrize("also", [{}, {"hash": ""}])
def test_a_row_taken_out_of_its_chain(cast, trail, also):
    """With the head set back, the rows that are left are a sound chain; the row itself shows that it had a place."""
    row = trail.get(sequence=2)
    AccessRecord.objects.filter(pk=row.pk).update(sequence=None, **also)
    AccessHead.objects.filter(pk=str(cast.clerk.pk)).update(sequence=1, hash=trail.get(sequence=1).hash)
    assert str(row.pk) in wrong() and "移出" in wrong()


def test_rows_from_before_the_chains_are_no_breach(cast, capsys):
    AccessRecord.objects.create(at=timezone.now(), by=cast.clerk, username="x", action="looked")
    audit.record("looked", by=cast.clerk)
    call_command("verify_audit")
    assert capsys.readouterr().out == "ok 1 records\n"
