"""The clock of the database's own machine."""

from datetime import datetime

from django.db import connection


def database_time() -> datetime | None:
    """Return the time by the database's own clock; None where it has none (SQLite runs in this process)."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
