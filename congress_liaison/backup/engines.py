"""The database as of one moment, in a file, and back: SQLite by its own backup, PostgreSQL by pg_dump and
pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import connection, transaction
from django.db.models import FileField

from . import Refused

Query = Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def dumped(file: Path) -> Iterator[Query]:
    """Write the database into `file`; what the query given asks, it asks of the very same moment."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            yield lambda sql: copy.execute(sql).fetchall()
        return
    with transaction.atomic(durable=True):
        ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", fetch=False)
        snapshot = ask("SELECT pg_export_snapshot()")[0][0]
        run_pg("pg_dump", "--format=custom", "--compress=1", "--no-owner", "--no-privileges",
               f"--snapshot={snapshot}", f"--file={file}", connection.settings_dict["NAME"])  # fmt: skip
        yield ask


def ask(sql: str, *, fetch: bool = True) -> list[tuple[Any, ...]]:
    """Run a statement on Django's connection; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if fetch else []


def run_pg(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL against the server of this installation. Raises Refused with what it said."""
    facts = connection.settings_dict
    path = shutil.which(program)
    if path is None:
        raise Refused(f"{program} is not installed here (Debian: postgresql-client)")
    env = {**os.environ, "PGPASSWORD": facts["PASSWORD"] or "", "PGCONNECT_TIMEOUT": "10"}
    where = [f"--username={facts['USER']}"] if facts["USER"] else []
    where += [f"--host={facts['HOST']}"] if facts["HOST"] else []
    where += [f"--port={facts['PORT']}"] if facts["PORT"] else []
    ended = subprocess.run([path, *where, *arguments], check=False, env=env, capture_output=True, text=True)  # noqa: S603
    if ended.returncode:
        raise Refused(f"{program}: {ended.stderr.strip()[-500:]}")


def counts(query: Query) -> dict[str, int]:
    """Return table → rows, of every model."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    return {table: query(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608


def file_names(query: Query) -> list[str]:
    """Return the names of all uploads that a row names."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                column, table = field.column, model._meta.db_table
                sql = f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> \'\''  # noqa: S608
                found.update(row[0] for row in query(sql))
    return sorted(found)


def is_empty() -> bool:
    """Return whether the database has no accounts, and so nothing that a restore could destroy."""
    if "accounts_user" not in connection.introspection.table_names():
        return True
    return not ask("SELECT 1 FROM accounts_user LIMIT 1")


def load(file: Path, name: str) -> None:
    """Put the dump into the database `name` of this server; for SQLite the path of its file. What is there goes."""
    if connection.vendor == "sqlite":
        draft = Path(f"{name}.restoring")
        shutil.copyfile(file, draft)
        connection.close()
        for old in (f"{name}-wal", f"{name}-shm"):
            Path(old).unlink(missing_ok=True)
        draft.replace(name)
        return
    if name == connection.settings_dict["NAME"]:
        ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public", fetch=False)
        connection.close()
    run_pg("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
           f"--dbname={name}", str(file))  # fmt: skip


@contextmanager
def scratch(folder: Path) -> Iterator[tuple[str, str]]:
    """Give a database for trying out: its name for `load`, and its DATABASE_URL. It is gone afterwards."""
    if connection.vendor == "sqlite":
        name = str(folder / "scratch.sqlite3")
        yield name, f"sqlite:///{name}"
        return
    name = f"liaison_check_{os.getpid()}"
    ask(f'DROP DATABASE IF EXISTS "{name}"', fetch=False)
    ask(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'", fetch=False)
    try:
        yield name, _url(name)
    finally:
        ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', fetch=False)


def _url(name: str) -> str:
    facts = connection.settings_dict
    who = ":".join(quote(part, safe="") for part in (facts["USER"], facts["PASSWORD"]) if part)
    where = quote(facts["HOST"] or "", safe="") + (f":{facts['PORT']}" if facts["PORT"] else "")
    return f"postgres://{who}@{where}/{name}"
