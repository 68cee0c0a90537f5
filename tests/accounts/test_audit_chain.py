"""The audit trail proves itself: whatever is changed, cut off or slipped in behind the product's back is named."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import audit
from accounts.models import AccessHead, AccessRecord
from common.db.database import append_only_sql, lift_append_only_sql

pytestmark = pytest.mark.django_db
TABLE = "accounts_accessrecord"


@pytest.fixture
def trail(cast):
    for number in range(3):
        audit.record(
            "looked",
            by=cast.clerk,
            subject=str(number),
            area_code="433101",
            details={"rows": number, "名": "x"},
        )
        audit.record("looked", by=cast.handler, subject=str(number))
    audit.record("login_failed", by=None)


def behind_its_back(sql):
    """As the owner of the database could."""
    with connection.cursor() as cursor:
        for statement in [
            *lift_append_only_sql(connection.vendor, TABLE),
            sql,
            *append_only_sql(connection.vendor, TABLE),
        ]:
            cursor.execute(statement)


def test_it_holds(trail, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == "ok 7 records\n"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {t} SET subject = '9' WHERE id = {middle}",
        "UPDATE {t} SET reason = 'x' WHERE id = {last}",
        "UPDATE {t} SET username = 'somebody' WHERE id = {middle}",
        "UPDATE {t} SET by_id = {other} WHERE id = {middle}",
        "UPDATE {t} SET at = '2020-01-01 00:00:00+00' WHERE id = {middle}",
        "UPDATE {t} SET address = '192.0.2.1' WHERE id = {middle}",
        "DELETE FROM {t} WHERE id = {middle}",
        "DELETE FROM {t} WHERE id = {last}",
        "DELETE FROM {t}",
        "DELETE FROM accounts_accesshead",
    ],
)
def test_a_change_is_named(cast, trail, change):
    own = list(AccessRecord.objects.filter(by=cast.clerk).order_by("sequence").values_list("pk", flat=True))
    behind_its_back(change.format(t=TABLE, middle=own[1], last=own[-1], other=cast.handler.pk))
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_a_row_cannot_be_made_to_fit_without_the_key(cast, trail, settings):
    settings.PHONE_INDEX_KEY = "the attacker has another"
    forged = audit.record("looked", by=cast.clerk, subject="forged")
    settings.PHONE_INDEX_KEY = ""
    assert forged.sequence == 4
    with pytest.raises(CommandError, match="4"):
        call_command("verify_audit")


def test_each_person_has_a_chain_of_their_own(cast, trail):
    assert dict(AccessHead.objects.values_list("chain", "sequence")) == {
        str(cast.clerk.pk): 3, str(cast.handler.pk): 3, audit.NOBODY: 1,
    }  # fmt: skip
