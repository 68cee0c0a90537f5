"""How PostgreSQL joins two whole tables."""

from django.db import connection


def join_whole_tables() -> None:
    """Let PostgreSQL join whole tables by hashing until the transaction ends. Where it knows nothing yet of a table
    that is being filled, it would look through it once for each row of the other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
