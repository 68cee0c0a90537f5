"""The table of earlier uploads: its columns, and what stands in them for each file."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class UploadColumn:
    """A column: `of` an upload says what stands in it."""

    label: str
    of: Callable
    css: str = ""


def previous_uploads(page, route: str, columns: list[UploadColumn]) -> dict:
    """The context of common/_earlier.html; `route` leads to one upload by its key."""
    for job in page.object_list:
        job.url = reverse(route, args=[job.pk])
        job.cells = [(column, column.of(job)) for column in columns]
    return {"page": page, "columns": columns}
