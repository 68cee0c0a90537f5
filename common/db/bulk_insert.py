"""Rows by the thousand, faster than the models insert them: COPY on PostgreSQL, plain multi-row INSERTs on SQLite."""

import json
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model

from common.db.database import copy_rows, supports_copy
from common.security.encrypted_spans import PartlyEncryptedTextField

ROWS_A_STATEMENT = 500


class Loader:
    """Inserts instances of one model with their primary keys given. Values are stored as they are: an encrypted
    column takes what is encrypted already."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.values = attrgetter(*(field.attname for field in self.fields))
        self.adapted = [(place, adapt) for place, f in enumerate(self.fields) if (adapt := _adapter(f))]
        quote = connection.ops.quote_name
        self.names = ", ".join(quote(str(field.column)) for field in self.fields)
        self.table = quote(model._meta.db_table)

    def insert(self, instances: Iterable[Model]) -> None:
        """Write `instances` as new rows; signals and `save` of the model are not called."""
        rows = map(self._row, instances)
        if supports_copy():
            copy_rows(self.table, self.names, rows)
        else:
            self._insert(list(rows))

    def _insert(self, rows: list[list[Any]]) -> None:
        most = min(ROWS_A_STATEMENT, connection.ops.bulk_batch_size(self.fields, rows) or 1)
        head = f"INSERT INTO {self.table} ({self.names}) VALUES "  # noqa: S608 - names of our own models
        marks = "(" + ", ".join(["%s"] * len(self.fields)) + ")"
        with connection.cursor() as cursor:
            for start in range(0, len(rows), most):
                some = rows[start : start + most]
                sql = head + ", ".join([marks] * len(some))
                cursor.execute(sql, [value for row in some for value in row])

    def _row(self, instance: Model) -> list:
        row = list(self.values(instance))
        for place, adapt in self.adapted:
            if row[place] is not None:
                row[place] = adapt(row[place])
        return row


def _adapter(field: Field) -> Callable[[Any], Any] | None:
    """Return what turns a Python value into the engine's; None where nothing need be done."""
    if supports_copy() and not isinstance(field, JSONField):
        return None
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field, JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(field, PartlyEncryptedTextField):
        return field.get_prep_value
    return None


def follow_given_keys(*models: type[Model]) -> None:
    """Set the sequences of `models` after rows with given keys, so that the next row gets the key after them."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
