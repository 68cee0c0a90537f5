"""EXPLAIN (ANALYZE, BUFFERS) of what the pages ask the large tables, one file a page."""

import re
import shutil

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opinions.jobs import sweep

LARGE = ('FROM "opinions_opinion"', 'FROM "opinions_event"', 'FROM "notifications_message"', "FROM (SELECT")
COLUMNS = re.compile(r"SELECT (?:DISTINCT )?\"opinions_opinion\"\.\"id\", .*? FROM \"", re.DOTALL)


def keep(stage, folder, idle_at) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    client = Client()
    client.force_login(stage.prefecture, backend="django.contrib.auth.backends.ModelBackend")
    for name, path in {**stage.lists(), **stage.others()}.items():
        with CaptureQueriesContext(connection) as captured:
            client.get(path, SERVER_NAME="127.0.0.1")
        _write(folder, name, captured)
    with CaptureQueriesContext(connection) as captured:
        sweep.sweep(now=idle_at)
    _write(folder, "idle sweep", captured)


def _write(folder, name, captured) -> None:
    asked = [query["sql"] for query in captured.captured_queries]
    said = [explained(sql) for sql in asked if sql.startswith("SELECT") and any(t in sql for t in LARGE)]
    file = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") + ".txt"
    (folder / file).write_text(f"{name}: {len(asked)} statements\n\n" + "\n\n".join(said) + "\n")


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql.replace('%', '%%')}", [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    shortened = COLUMNS.sub('SELECT … FROM "', sql)[:1500]
    return f"{shortened}\n\n{plan}"
