"""What somebody with the database's password can do: lift its triggers, and write past the product."""

from django.db import connection

from common.db.database import lift_append_only_sql


def lift(*models) -> None:
    """Lift the triggers that make these tables append-only; the end of the test's transaction puts them back."""
    connection.check_constraints()  # PostgreSQL alters no table with checks still to be made
    with connection.cursor() as cursor:
        for model in models:
            for sql in lift_append_only_sql(connection.vendor, model._meta.db_table):
                cursor.execute(sql)


def delete(rows) -> None:
    """Delete `rows` by SQL alone: no rule of the product, and nothing that refers to them is asked."""
    rows._raw_delete(rows.db)
