"""The table of earlier uploads: its columns, and their values for each file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page
from django.urls import reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class UploadColumn:
    """A column: `of` returns its value for an upload."""

    label: "StrOrPromise"
    of: Callable[[Any], Any]
    css: str = ""


def previous_uploads(page: Page, route: str, columns: list[UploadColumn]) -> dict[str, Any]:
    """Return the context of common/_earlier.html; `route` leads to one upload by its key."""
    for job in page.object_list:
        job.url = reverse(route, args=[job.pk])
        job.cells = [(column, column.of(job)) for column in columns]
    return {"page": page, "columns": columns}
