"""Encrypting everything anew after a new key was put first in FIELD_ENCRYPTION_KEYS."""

from django.apps import apps
from django.db import transaction

from .crypto import EncryptedTextField

SLICE = 500


def encrypted_fields(model) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]


def rotate(report=None) -> int:
    """Read every encrypted value with whatever key it has and write it with the first; returns how many rows.

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


def _slices(model, fields):
    last = None
    while True:
        with transaction.atomic():
            rows = model._base_manager.select_for_update(of=("self",)).order_by("pk").only("pk", *fields)
            found = list(rows.filter(pk__gt=last)[:SLICE] if last is not None else rows[:SLICE])
            model._base_manager.bulk_update(found, fields, batch_size=100)
        if not found:
            return
        last = found[-1].pk
        yield len(found)
