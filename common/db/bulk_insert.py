"""Rows by the thousand, past the models' own, slower way: COPY on PostgreSQL, plain multi-row INSERTs on SQLite."""

import json
from operator import attrgetter

from django.core.management.color import no_style
from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField

from common.db.database import copy_rows, supports_copy
from common.security.encrypted_spans import PartlyEncryptedTextField

ROWS_A_STATEMENT = 500


class Loader:
    """Inserts instances of one model with their primary keys given. Values are stored as they are: an encrypted
    column takes what is encrypted already."""

    def __init__(self, model):
        self.model = model
        self.fields = model._meta.concrete_fields
        self.values = attrgetter(*(field.attname for field in self.fields))
        self.adapted = [(place, adapt) for place, f in enumerate(self.fields) if (adapt := _adapter(f))]
        quote = connection.ops.quote_name
        self.names = ", ".join(quote(field.column) for field in self.fields)
        self.table = quote(model._meta.db_table)

    def insert(self, instances) -> None:
        rows = map(self._row, instances)
        if supports_copy():
            copy_rows(self.table, self.names, rows)
        else:
            self._insert(list(rows))

    def _insert(self, rows) -> None:
        most = min(ROWS_A_STATEMENT, connection.ops.bulk_batch_size(self.fields, rows) or 1)
        head = f"INSERT INTO {self.table} ({self.names}) VALUES "  # noqa: S608 - names of our own models
        marks = "(" + ", ".join(["%s"] * len(self.fields)) + ")"
        with connection.cursor() as cursor:
            for start in range(0, len(rows), most):
                some = rows[start : start + most]
                sql = head + ", ".join([marks] * len(some))
                cursor.execute(sql, [value for row in some for value in row])

    def _row(self, instance) -> list:
        row = list(self.values(instance))
        for place, adapt in self.adapted:
            if row[place] is not None:
                row[place] = adapt(row[place])
        return row


def _adapter(field):
    """What turns a Python value into the engine's; None where nothing need be done."""
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


def follow_given_keys(*models) -> None:
    """After rows with given keys: the next row of each model gets the key after them."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
