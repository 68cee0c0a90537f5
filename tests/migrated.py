"""A database that all migrations have run on, made once and copied for each test process and each run.

Migrating takes about 18 s, copying a fraction of one. A template is named after the content of all migrations and of
what they call, so a change of any of these makes a new one.
"""

import ast
import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import django
import psycopg2
from django.core import management
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def use_template() -> None:
    """Let Django's test database begin as a copy of the template of its engine, instead of migrating it."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_template(connection.settings_dict)
        return
    plain = management.call_command

    def call_command(name, *args, **options):
        if name != "migrate":
            return plain(name, *args, **options)
        connection.ensure_connection()
        with closing(sqlite3.connect(sqlite_template())) as template:
            template.backup(connection.connection)
        management.call_command = plain  # what tests migrate themselves is migrated
        return None

    management.call_command = call_command


def sqlite_template() -> Path:
    """The migrated SQLite file; made by the first who asks, kept in the machine's temporary folder."""
    path = _folder() / f"{_key()}.sqlite3"
    if path.exists():  # renamed when it was complete: nobody waits for another's to be made
        return path
    with _locked():
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            _migrate(f"sqlite:///{unfinished}")
            with closing(sqlite3.connect(unfinished)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.execute("PRAGMA journal_mode=DELETE")
            unfinished.rename(path)
    return path


def postgres_template(server: dict) -> str:
    """The name of the migrated database on the server of these connection settings; made by the first who asks."""
    name = f"liaison_{_key()}"
    where = {
        "host": server["HOST"],
        "port": server["PORT"],
        "user": server["USER"],
        "password": server["PASSWORD"],
    }
    with _locked(), closing(psycopg2.connect(dbname="postgres", **where)) as control:
        control.autocommit = True
        with control.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return name
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}_unfinished"')
            cursor.execute(f'CREATE DATABASE "{name}_unfinished"')
            login = f"{where['user']}:{where['password']}".rstrip(":")
            _migrate(f"postgres://{login}@{where['host']}:{where['port']}/{name}_unfinished")
            cursor.execute(f'ALTER DATABASE "{name}_unfinished" RENAME TO "{name}"')
    return name


def _migrate(url: str) -> None:
    environ = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environ, check=True)


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"liaison-migrated-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def _locked():
    """One process at a time makes a template; the others wait for it."""
    with open(_folder() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _key() -> str:
    """A digest of the migrations, of the modules of this project that they import, and of shipped data."""
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    called = {path for migration in migrations for path in _imported(migration)}
    data = sorted(ROOT.glob("*/data/*"))
    digest = hashlib.sha256(f"{django.get_version()} {sys.version}".encode())
    for path in [*migrations, *sorted(called), *data]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _imported(migration: Path):
    """The files of this project that a migration imports from."""
    for node in ast.walk(ast.parse(migration.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            path = ROOT / f"{name.replace('.', '/')}.py"
            if path.exists():
                yield path
