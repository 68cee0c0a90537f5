"""All that differs between PostgreSQL and SQLite; no other module asks which engine it runs on."""

from django.db import connection
from django.db.migrations.operations.base import Operation


def append_only_sql(vendor: str, table: str, columns=()) -> list[str]:
    """Statements that make the database itself refuse to delete rows of `table`, and to change them: with `columns`
    only those are fixed."""
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
    """Statements that undo `append_only_sql`: for reversing a migration, and for emptying a test database."""
    if vendor == "postgresql":
        return [f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]


class AppendOnly(Operation):
    """Migration operation: `model`'s table accepts INSERT and nothing else; with `columns` also changes of others.

    SQLite drops triggers with a table that a later migration rebuilds: such a migration must end with this
    operation again. A test tries UPDATE and DELETE on every such table.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model, columns=()):
        self.model, self.columns = model, columns

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        vendor = schema_editor.connection.vendor
        for sql in lift_append_only_sql(vendor, table) + append_only_sql(vendor, table, self.columns):
            schema_editor.execute(sql)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        for sql in lift_append_only_sql(schema_editor.connection.vendor, table):
            schema_editor.execute(sql)

    def describe(self):
        return f"Make {self.model} append-only"


def skip_locked(queryset):
    """Lock the rows and pass over those another worker holds.

    SQLite has one writer at a time (transaction_mode IMMEDIATE), so nobody else can hold a row there.
    """
    if connection.features.has_select_for_update_skip_locked:
        return queryset.select_for_update(skip_locked=True, of=("self",))
    return queryset
