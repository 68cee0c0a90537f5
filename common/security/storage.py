"""Whether uploads can be stored just now."""

from django.core.files.storage import default_storage


class StorageDown(Exception):
    """The store of uploads does not answer, or refuses what we ask. Its message is for operators."""


def ask() -> None:
    """Return when uploads can be stored; raises StorageDown otherwise. A folder is not asked: the doctor has its
    disk."""
    question = getattr(default_storage, "ask", None)
    if question is not None:
        question()
