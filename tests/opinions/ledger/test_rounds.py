"""The facts of a round outlive it: kept at the reopening, proven by verify_ledger, found in the ledger for what came
before."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from common.db.database import append_only_sql, lift_append_only_sql
from opinions.ledger.stored_columns import COMPARED, PAST
from opinions.ledger.verify import verify
from opinions.models import Opinion, PastRound
from opinions.workflow import reopen, report_back, triage
from tests.conftest import at
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
TABLE = PastRound._meta.db_table
migration = import_module("opinions.migrations.0020_rounds_from_the_ledger")


@pytest.fixture
def twice(cast, office):
    """Not satisfied, reopened; called, rated, satisfied and closed in the second round; reopened again."""
    walk = Walk(cast, office)
    number = walk.to("reported_back").number
    by = {"by": cast.clerk}
    report_back.evaluate(
        number, satisfaction="not", how="phone", reason="没修好", at=at("2026-03-03 09:00"), **by
    )
    triage.sign(number, by=cast.handler, at=at("2026-03-04 09:00"))
    report_back.answer(number, by=cast.handler, outcome="B", answer="在修", at=at("2026-04-20 09:00"))
    report_back.report_back(number, how="phone", at=at("2026-04-20 10:00"), **by)
    report_back.call_back(number, reached=False, at=at("2026-04-20 11:00"), **by)
    report_back.call_back(number, reached=True, at=at("2026-04-20 12:00"), **by)
    report_back.call_back(number, reached=True, at=at("2026-04-20 13:00"), **by)
    report_back.rate(number, by=cast.deputy, rating="mostly", at=at("2026-04-20 14:00"))
    report_back.evaluate(number, satisfaction="satisfied", how="phone", at=at("2026-04-21 09:00"), **by)
    reopen.reopen(number, reason="又坏了", at=at("2026-05-06 09:00"), **by)
    return Opinion.objects.get(number=number)


def kept() -> list[dict]:
    rows = PastRound.objects.order_by("round").values()
    return [{name: value for name, value in row.items() if value not in (None, "")} for row in rows]


def facts(opinion):
    return opinion.first_satisfaction, opinion.last_satisfaction, opinion.first_called_back_at


def test_what_a_round_came_to_stays_when_the_next_one_begins(twice):
    first, second = kept()
    assert (first["round"], first["satisfaction"], first["outcome"], first["answered_late"]) == (
        1,
        "not",
        "A",
        False,
    )
    assert "closed_at" not in first and "called_back_at" not in first
    assert (second["round"], second["satisfaction"], second["deputy_rating"]) == (2, "satisfied", "mostly")
    assert (second["outcome"], second["answered_late"]) == ("B", True)
    assert second["called_back_at"] == at("2026-04-20 13:00")
    assert second["closed_at"] == at("2026-04-21 09:00")
    assert facts(twice) == ("not", "satisfied", at("2026-04-20 12:00"))
    assert (twice.satisfaction, twice.called_back_at, twice.closed_at, twice.round) == ("", None, None, 3)
    assert verify().broken is None


def test_the_migration_finds_in_the_ledger_what_was_lost(twice, cast, office):
    walk = Walk(cast, office)
    once = walk.to("reported_back")
    report_back.evaluate(once.number, by=cast.clerk, satisfaction="satisfied", how="phone", at=walk.later())
    before = kept(), facts(twice), facts(Opinion.objects.get(pk=once.pk))
    assert before[2] == ("satisfied", "satisfied", None)
    unlocked(lambda: PastRound.objects.all()._raw_delete("default"))
    Opinion.objects.update(first_satisfaction="", last_satisfaction="", first_called_back_at=None)
    for _time in range(2):  # it may be repeated
        migration.fill(apps, None)
        found = [facts(Opinion.objects.get(pk=pk)) for pk in (twice.pk, once.pk)]
        assert (kept(), *found) == before
    assert verify().broken is None


def unlocked(change):
    """As somebody with the database's password could."""
    with connection.cursor() as cursor:
        for sql in lift_append_only_sql(connection.vendor, TABLE):
            cursor.execute(sql)
        change()
        connection.check_constraints()
        for sql in append_only_sql(connection.vendor, TABLE):
            cursor.execute(sql)


def test_the_database_refuses_to_change_a_past_round(twice):
    for attempt in (
        lambda: PastRound.objects.update(satisfaction=""),
        lambda: PastRound.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


OTHER = {
    "first_satisfaction": "satisfied",
    "last_satisfaction": "not",
    "imported_satisfaction": "not",
    "satisfaction": "satisfied",
    "deputy_rating": "not",
    "outcome": "A",
    "answered_late": False,
}


@pytest.mark.parametrize("column", COMPARED)
def test_a_column_that_figures_count_is_compared_with_the_ledger(twice, column):
    Opinion.objects.filter(pk=twice.pk).update(**{column: OTHER.get(column, at("2026-05-05 09:00"))})
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", stdout=StringIO())
    assert twice.number in str(refused.value) and column in str(refused.value)


@pytest.mark.parametrize("column", PAST)
def test_a_past_round_is_compared_with_the_ledger(twice, column):
    changed = {"round": 9, "satisfaction": "not", "answered_late": False} | {
        "deputy_rating": "not",
        "outcome": "D",
    }
    value = changed.get(column, at("2026-05-05 09:00"))
    unlocked(lambda: PastRound.objects.filter(round=2).update(**{column: value}))
    broken = verify().broken
    assert (broken.number, broken.sequence) == (twice.number, twice.version)


def test_a_past_round_that_is_gone_is_missed(twice):
    unlocked(lambda: PastRound.objects.filter(round=1)._raw_delete("default"))
    assert verify().broken.number == twice.number
