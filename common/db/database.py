"""All that differs between PostgreSQL and SQLite; no other module asks which engine it runs on."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from common.security.encrypted_spans import END, FIRST

Rows = TypeVar("Rows", bound=QuerySet[Any])


def append_only_sql(vendor: str, table: str, columns: Sequence[str] = ()) -> list[str]:
    """Return statements that make the database itself refuse to delete rows of `table`, and to change them: with
    `columns` only those are fixed."""
    message = f"{table} is append-only"
    change = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    if vendor == "postgresql":
        return [
            f"""CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
            f"""CREATE TRIGGER {table}_no_change BEFORE {change} OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
            f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
        ]
    return [
        f"""CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table}
            BEGIN SELECT RAISE(ABORT, '{message}'); END"""
        for name, event in (("update", change), ("delete", "DELETE"))
    ]


def lift_append_only_sql(vendor: str, table: str) -> list[str]:
    """Return statements that undo `append_only_sql`: for reversing a migration, and for emptying a test database."""
    if vendor == "postgresql":
        return [f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]


class _TableOperation(Operation):
    """A migration operation on a table that leaves the models as they are."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass


class AppendOnly(_TableOperation):
    """Migration operation: `model`'s table accepts INSERT and nothing else; with `columns` also changes of others.

    SQLite drops triggers with a table that a later migration rebuilds: such a migration must end with this
    operation again. A test tries UPDATE and DELETE on every such table.
    """

    def __init__(self, model: str, columns: Sequence[str] = ()) -> None:
        self.model, self.columns = model, columns

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        vendor = schema_editor.connection.vendor
        for sql in lift_append_only_sql(vendor, table) + append_only_sql(vendor, table, self.columns):
            schema_editor.execute(sql)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        for sql in lift_append_only_sql(schema_editor.connection.vendor, table):
            schema_editor.execute(sql)

    def describe(self) -> str:
        return f"Make {self.model} append-only"


class SetAutovacuum(_TableOperation):
    """Migration operation: `model`'s table is vacuumed whenever `share` of it has changed, not a fifth of it. An
    index-only count still looks a row up in the table while its page has changes that no vacuum has seen."""

    SETTINGS = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")

    def __init__(self, model: str, share: float) -> None:
        self.model, self.share = model, share

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        values = ", ".join(f"{name} = {self.share}" for name in self.SETTINGS)
        self._alter(schema_editor, to_state, app_label, f"SET ({values})")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._alter(schema_editor, from_state, app_label, f"RESET ({', '.join(self.SETTINGS)})")

    def _alter(
        self, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState, app_label: str, how: str
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table = state.apps.get_model(app_label, self.model)._meta.db_table
            schema_editor.execute(f"ALTER TABLE {table} {how}")

    def describe(self) -> str:
        return f"Vacuum {self.model} often"


def skip_locked(queryset: Rows) -> Rows:
    """Return `queryset` so that it locks its rows and passes over those another worker holds; needs a transaction.

    SQLite has one writer at a time (transaction_mode IMMEDIATE), so nobody else can hold a row there.
    """
    if connection.features.has_select_for_update_skip_locked:
        return queryset.select_for_update(skip_locked=True, of=("self",))
    return queryset


def supports_parallel_reads() -> bool:
    """Return whether other processes see the same rows as this one and may read in parallel: SQLite serves one
    process, and what is not committed yet only its own transaction."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


NULL = r"\N"


def supports_copy() -> bool:
    """Return whether rows can be sent by COPY, which writes the engine's own types by itself."""
    return connection.vendor == "postgresql"


def copy_rows(table: str, names: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write `rows`, sequences of values in the order of `names`, where `supports_copy`; `table` and `names` (separated
    by commas) as SQL spells them."""
    lines = io.StringIO()
    csv.writer(lines).writerows([NULL if value is None else value for value in row] for row in rows)
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL '{NULL}')", lines)


def update_rows(rows: Sequence[Model], fields: Sequence[Field]) -> None:
    """Write `fields` of saved `rows` (at least one) of one model by one statement: Django's own bulk_update builds a
    CASE for each column and row, which costs more than all else that is done to them."""
    table, key = rows[0]._meta.db_table, rows[0]._meta.pk.column
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    assignments = ", ".join(
        f"{name} = v.column{place}{_cast(field)}"
        for place, (name, field) in enumerate(zip(names, fields, strict=True), 2)
    )
    marks = f"({', '.join(['%s'] * (len(fields) + 1))})"
    values = [value for row in rows for value in (row.pk, *(_stored(field, row) for field in fields))]
    given = f"(VALUES {', '.join([marks] * len(rows))}) AS v"
    sql = f"UPDATE {table} SET {assignments} FROM {given} WHERE {table}.{key} = v.column1"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _stored(field: Field, row: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add=False), connection)


def _cast(field: Field) -> str:
    """PostgreSQL takes untyped values for text. Without a length: what is too long is refused, not cut."""
    if connection.vendor != "postgresql":
        return ""
    db_type = field.db_type(connection)
    assert db_type is not None  # noqa: S101 - a concrete field has a column
    return f"::{db_type.partition('(')[0]}"


# Every bigram of some texts, in lower case. A bigram over the seam of two texts holds a line break, and no word does;
# an encrypted piece (common/security/encrypted_spans.py) is replaced by a line break, so it has no bigrams.
TEXT_PAIRS = f"""CREATE OR REPLACE FUNCTION text_pairs(VARIADIC texts text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT a || b)
    FROM (SELECT array_to_string(texts, E'\\n') AS said) AS stored,
         string_to_array(lower(CASE WHEN strpos(said, '{END}') = 0 THEN said
                               ELSE regexp_replace(said, '[{chr(FIRST)}-{END}]+', E'\\n', 'g') END), NULL) AS c,
         unnest(c, c[2:]) AS pair(a, b)
    WHERE b IS NOT NULL $$"""  # noqa: S608 - characters of our own


class BigramIndex(_TableOperation):
    """Migration operation: words of two characters and more are found in `columns` of `model` by an index (ADR 0034).

    PostgreSQL keeps it up to date itself, and what is erased from a row leaves the index too. SQLite has none: it
    serves a township, whose opinions are quickly read through.
    """

    def __init__(self, model: str, columns: Sequence[str]) -> None:
        self.model, self.columns = model, columns

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(TEXT_PAIRS)
        schema_editor.execute(
            f"CREATE INDEX {table}_pairs ON {table} USING gin (text_pairs({', '.join(self.columns)}))"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP INDEX IF EXISTS {table}_pairs")

    def describe(self) -> str:
        return f"Index the words of {self.model}"


@contextmanager
def without_bigram_index(model: type[Model]) -> Iterator[None]:
    """Drop the `BigramIndex` of `model` while rows are inserted by the thousand, and build it afterwards, in a tenth of
    the time that it takes row by row. Does nothing on SQLite."""
    name = f"{model._meta.db_table}_pairs"
    with connection.cursor() as cursor:
        made_by = None
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
            made_by = (cursor.fetchone() or [None])[0]
        if made_by:
            cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        if made_by:
            with connection.cursor() as cursor:
                cursor.execute("SET maintenance_work_mem = '256MB'")
                cursor.execute(made_by)
                cursor.execute("RESET maintenance_work_mem")


def bigram_filter(columns: Sequence[str], word: str) -> Q:
    """Return the condition by which a `BigramIndex` over `columns` narrows a search for `word`: every row with the word
    meets it, and some without; an empty one where there is no such index or the word is a single character."""
    if connection.vendor != "postgresql" or len(word) < 2:
        return Q()
    # Adjacent bigrams cover the word; overlapping ones would make the planner think it rarer than it is.
    starts = [*range(0, len(word) - 1, 2), len(word) - 2]
    pairs = [Value(word[start : start + 2]) for start in dict.fromkeys(starts)]
    return Q(_HasPairs(*map(F, columns), *pairs, columns=len(columns)))


class _HasPairs(Func):
    output_field = BooleanField()
    conditional = True

    def as_sql(  # type: ignore[override]  # called by the compiler alone, without the arguments of Func for templates
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        columns = self.extra["columns"]
        texts = ", ".join(sql for sql, _params in parts[:columns])
        pairs = ", ".join(f"lower({sql})" for sql, _params in parts[columns:])
        values = [value for _sql, params in parts for value in params]
        return f"text_pairs({texts}) @> ARRAY[{pairs}]::text[]", values
