"""The whole database as its tables hold it, and every file, as one text: what a thief would read."""

from pathlib import Path

from django.db import connection


def dump(folder: Path | None = None) -> str:
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            parts += sorted(f"{table} {row}" for row in cursor.fetchall())
    files = [path for path in folder.rglob("*") if path.is_file()] if folder else []
    return "\n".join(parts + [path.name + path.read_bytes().decode("latin-1") for path in files])
