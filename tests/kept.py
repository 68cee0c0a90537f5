"""Rows that many tests begin with, written by the product once per process and copied into the tables afterwards.

    @pytest.fixture
    def office(areas):
        return kept("office", make_office, areas)

The first call runs `make_office(areas)`; the later ones insert the same rows, with the same keys, and return a copy of
what it returned, in which whatever belongs to `areas` is that of this test's `areas`. Only for what depends on nothing
but its arguments and the day: a making that deletes rows is refused. For another day, or other arguments, it is made
again.
"""

import io
import pickle
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

_memory: dict = {}


def kept(name: str, make, *given):
    """Return what `make(*given)` returns, having written its rows, itself or as they were the first time."""
    rows = [(place, value.pk) for place, value in _named(given).items() if isinstance(value, Model)]
    key = name, str(timezone.localdate()), *rows
    if key not in _memory:
        before = _rows()
        made = make(*given)
        _memory[key] = Kept.between(before, _rows(), made, given)
        return made
    return _memory[key].again(given)


def forget() -> None:
    """Make everything again at the next call: the rows of migrations have been written again under other keys."""
    _memory.clear()


@dataclass
class Kept:
    """What one making wrote and returned."""

    new: dict  # model → rows
    changed: dict
    returned: bytes

    @classmethod
    def between(cls, before: dict, after: dict, made, given):
        gone = [model for model, rows in before.items() if set(rows) - set(after[model])]
        assert not gone, f"what deletes rows is not kept: {gone}"
        new, changed = {}, {}
        for model, rows in after.items():
            if added := [row for key, row in rows.items() if key not in before[model]]:
                new[model] = added
            if other := [row for key, row in rows.items() if before[model].get(key, row) != row]:
                changed[model] = other
        return cls(new, changed, _dumped(made, given))

    def again(self, given):
        """Write the rows and return what the making returned."""
        quoted = connection.ops.quote_name
        with connection.cursor() as cursor:
            for model, rows in self.new.items():
                names = ", ".join(map(quoted, _columns(model)))
                one, many = f"({', '.join(['%s'] * len(rows[0]))})", 10_000 // len(rows[0])
                into = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES "  # noqa: S608
                for some in (rows[start : start + many] for start in range(0, len(rows), many)):
                    values = [value for row in some for value in row]
                    cursor.execute(into + ", ".join([one] * len(some)), values)
            for model, rows in self.changed.items():
                names = ", ".join(f"{quoted(name)} = %s" for name in _columns(model))
                where = f"{quoted(model._meta.pk.column)} = %s"
                update = f"UPDATE {quoted(model._meta.db_table)} SET {names} WHERE {where}"  # noqa: S608
                cursor.executemany(update, [[*row, row[_key(model)]] for row in rows])
        return _loaded(self.returned, given)


def _columns(model) -> list[str]:
    return [field.column for field in model._meta.local_concrete_fields]


def _key(model) -> int:
    return _columns(model).index(model._meta.pk.column)


def _rows() -> dict:
    """Model → key → row, as the database holds it, of every table."""
    found = {}
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                names = ", ".join(map(quoted, _columns(model)))
                cursor.execute(f"SELECT {names} FROM {quoted(model._meta.db_table)}")  # noqa: S608
                found[model] = {row[_key(model)]: row for row in cursor.fetchall()}
    return found


def _named(given) -> dict:
    """(place, name) → what belongs to the arguments, which are kept by themselves."""
    return {(place, name): value for place, one in enumerate(given) for name, value in vars(one).items()}


def _dumped(made, given) -> bytes:
    names = {id(value): name for name, value in _named(given).items()}

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing):
            return names.get(id(thing))

    buffer = io.BytesIO()
    Pickler(buffer).dump(made)
    return buffer.getvalue()


def _loaded(dumped: bytes, given):
    values = _named(given)

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, name):
            return values[name]

    return Unpickler(io.BytesIO(dumped)).load()
