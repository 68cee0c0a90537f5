"""The application's role in PostgreSQL works with rows and can change nothing that holds them."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit
from tests.workflow.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def as_application(cast, office, capsys):
    """Rows written by the owner, then everything in the rights of the application; rolled back with the role."""
    Walk(cast, office).to("answered")
    audit.record("looked", by=cast.clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        role = f"app_{cursor.fetchone()[0]}"
    call_command("grant_application", "--url", f"postgres://{role}:secret@host/db")
    assert "tables only grow" in capsys.readouterr().out
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{role}"')
        yield Walk(cast, office)
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE opinions_event SET actor = 'x'",
        "DELETE FROM opinions_event",
        "TRUNCATE opinions_event",
        "UPDATE accounts_accessrecord SET sequence = NULL",
        "DELETE FROM accounts_accessrecord",
        "DELETE FROM anchors_leaf",
        "UPDATE anchors_anchor SET line = ''",
        "DELETE FROM letters_letter",
        "UPDATE letters_letter SET serial = 1",
        "ALTER TABLE opinions_event DISABLE TRIGGER ALL",
        "DROP TRIGGER opinions_event_no_change ON opinions_event",
        "DROP FUNCTION opinions_event_refuse() CASCADE",
        "CREATE OR REPLACE FUNCTION opinions_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "SET session_replication_role = replica",
        "CREATE TABLE loot (words text)",
        "ALTER TABLE opinions_opinion ADD COLUMN x int",
        "DROP TABLE opinions_opinion CASCADE",
        "DELETE FROM django_migrations",
        "CREATE ROLE friend SUPERUSER",
    ],
)
def test_the_database_refuses(as_application, statement):
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be (owner|superuser)")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)


def test_the_office_works_with_it(as_application):
    walk = as_application
    walk.to("closed"), walk.to("declined"), walk.suspended()
    audit.record("looked", by=walk.cast.clerk)


def test_the_owner_is_no_application(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="owner"):
        call_command("grant_application", "--url", f"postgres://{owner}:x@host/db")
    with pytest.raises(CommandError, match="password"):
        call_command("grant_application", "--url", "postgres://host/db")


def test_an_owner_who_is_no_superuser_grants_it_again_after_an_upgrade(db, capsys):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        boss, database = cursor.fetchone()
        cursor.execute(f'CREATE ROLE "owner_{database}" CREATEROLE')
        cursor.execute(f'GRANT "{boss}" TO "owner_{database}"')
        cursor.execute(f'SET LOCAL ROLE "owner_{database}"')
        for _installed_then_upgraded in range(2):
            call_command("grant_application", "--url", f"postgres://app_{database}:secret@host/db")
        cursor.execute("RESET ROLE")
    assert capsys.readouterr().out.count("tables only grow") == 2
