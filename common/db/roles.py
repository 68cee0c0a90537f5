"""The rights of the application's own role in PostgreSQL: it reads and writes rows, and cannot change what holds them.

The owner's role makes tables and triggers (`migrate`). The application's has no DDL, cannot lift a trigger, and has no
UPDATE or DELETE on tables that only grow: somebody who takes over the web server cannot rewrite the record.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.backends.utils import CursorWrapper

# The tables' triggers of common/db/database.py: those that only grow, and in tgattr the columns that are fixed where
# others may change.
FIXED = """
    SELECT c.relname, array_agg(a.attname) FILTER (WHERE a.attnum = ANY (t.tgattr))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE t.tgname = c.relname || '_no_change' AND n.nspname = current_schema()
    GROUP BY c.relname
"""
COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position
"""
OWNERS = ("django_migrations",)  # read alone: what the owner has done


def grant_application(role: str, password: str) -> list[str]:
    """Make the role `role` where there is none, give it `password`, and exactly the rights of the application. Returns
    the tables that only grow. Raises ValueError for the owner's own role and on another engine than PostgreSQL."""
    if connection.vendor != "postgresql":
        raise ValueError("PostgreSQL alone has roles")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database(), current_schema()")
        owner, database, schema = cursor.fetchone()
        if role == owner:
            raise ValueError("the application's role must not be the owner's")
        name, quote = connection.ops.quote_name, connection.ops.quote_name
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        limits = "LOGIN NOCREATEDB NOCREATEROLE"
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        # An owner who is no superuser may not name these of a role that is there; nor could it have given them.
        if verb == "CREATE" or cursor.fetchone()[0]:
            limits += " NOSUPERUSER NOREPLICATION NOBYPASSRLS"
        cursor.execute(f"{verb} ROLE {name(role)} {limits} PASSWORD %s", [password])
        cursor.execute(f"REVOKE CREATE ON SCHEMA {quote(schema)} FROM PUBLIC, {name(role)}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {quote(schema)} FROM {name(role)}")
        cursor.execute(f"GRANT CONNECT ON DATABASE {quote(database)} TO {name(role)}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {quote(schema)} TO {name(role)}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {quote(schema)} TO {name(role)}")
        cursor.execute(FIXED)
        fixed = {table: set(columns or []) for table, columns in cursor.fetchall()}
        for table in connection.introspection.table_names(cursor):
            rights = ", ".join(_rights(cursor, table, fixed))
            cursor.execute(f"GRANT {rights} ON {quote(table)} TO {name(role)}")
    return sorted(fixed)


def _rights(cursor: CursorWrapper, table: str, fixed: dict[str, set[str]]) -> Iterator[str]:
    """Yield the rights on one table."""
    yield "SELECT"
    if table in OWNERS:
        return
    yield "INSERT"
    if table not in fixed:
        yield from ("UPDATE", "DELETE")
    elif fixed[table]:
        cursor.execute(COLUMNS, [table])
        free = [column for (column,) in cursor.fetchall() if column not in fixed[table]]
        yield f"UPDATE ({', '.join(map(connection.ops.quote_name, free))})"
