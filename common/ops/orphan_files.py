"""Files that no row names: left behind when a process died between writing a file and its row. Deleted at night."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.utils import timezone

log = logging.getLogger(__name__)

# The folders of our own uploads; any other file in the storage is not ours to delete.
FOLDERS = ("attachments", "deputies", "imports", "papers", "reports", "studios", "triage")
YOUNG = timedelta(days=1)  # its row may still be on its way
BATCH = 500


def sweep(*, now: datetime | None = None) -> int:
    """Delete the orphans older than YOUNG; returns how many there were."""
    now, deleted = now or timezone.now(), 0
    for folder in FOLDERS:
        batch: list[str] = []
        for name in _files(folder):
            batch.append(name)
            if len(batch) == BATCH:
                deleted += _delete(batch, now)
                batch = []
        deleted += _delete(batch, now)
    return deleted


def _files(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nobody has uploaded anything of the kind yet
        return
    yield from (f"{folder}/{name}" for name in files if name)
    for inner in folders:
        yield from _files(f"{folder}/{inner}")


def _delete(names: list[str], now: datetime) -> int:
    orphans = set(names) - _referenced_names(names)
    old = [name for name in sorted(orphans) if default_storage.get_modified_time(name) < now - YOUNG]
    for name in old:
        default_storage.delete(name)
        log.info("deleted %s, which no row names", name)
    return len(old)


def _referenced_names(names: list[str]) -> set[str]:
    """Return those of `names` that a row of any model names."""
    known: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.filter(**{f"{field.attname}__in": names})
                known.update(rows.values_list(field.attname, flat=True))
    return known
