"""Encrypting everything again after a new key was put first in FIELD_ENCRYPTION_KEYS."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction

from .crypto import EncryptedTextField
from .encrypted_files import reseal
from .encrypted_spans import PartlyEncryptedTextField

SLICE = 500


def encrypted_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the columns of `model` that hold something encrypted."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField | PartlyEncryptedTextField)
    ]


def rotate(report: Callable[[type[models.Model], int], object] | None = None) -> int:
    """Read every encrypted value with the key it has and write it with the first; returns how many rows.

    `report` is called with the model and the number of rows so far after each slice. Raises InvalidToken for a value
    whose key is not in FIELD_ENCRYPTION_KEYS.

    Short transactions over a slice of locked rows: the office goes on working, and it can be broken off and run
    again. Only after it has run through may the old key be taken out.
    """
    done = 0
    for model in apps.get_models():
        if fields := encrypted_fields(model):
            for rows in _slices(model, fields):
                done += rows
                if report:
                    report(model, done)
    return done


def rotate_files() -> int:
    """Encrypt every file that a row names with the first key, those from before files were encrypted too; returns how
    many. Raises InvalidToken as `rotate` does."""
    done = 0
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows = model._base_manager.exclude(**{field.attname: ""}).order_by("pk")
                for name in rows.values_list(field.attname, flat=True).iterator(chunk_size=SLICE):
                    done += reseal(field.storage, name)
    return done


def _slices(model: type[models.Model], fields: list[models.Field]) -> Iterator[int]:
    last, names = None, [field.attname for field in fields]
    paths = {of for field in fields if (of := getattr(field, "of", ""))}
    while True:
        with transaction.atomic():
            rows = model._base_manager.select_for_update(of=("self",)).order_by("pk")
            rows = rows.select_related(*paths) if paths else rows
            found = list(rows.filter(pk__gt=last)[:SLICE] if last is not None else rows[:SLICE])
            for row in found:
                for field in fields:
                    setattr(row, field.attname, field.pre_save(row, add=False))
            model._base_manager.bulk_update(found, names, batch_size=100)
        if not found:
            return
        last = found[-1].pk
        yield len(found)
