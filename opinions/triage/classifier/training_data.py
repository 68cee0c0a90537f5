"""Training data of the classifier: a file of labelled messages, or an office's own confirmed decisions."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.excel.csv_files import records
from opinions.models import Event, Opinion
from opinions.models.redaction import HIDES

COLUMNS = ("title", "body", "label")
MOST = 30_000  # decisions learned from, the latest first: what an office did long ago says little, memory is finite


class ExamplesError(Exception):
    """An error in the examples; shown to people as it is."""


@dataclass(frozen=True)
class Example:
    """One labelled message."""

    title: str
    body: str
    label: str


def from_file(path: Path) -> list[Example]:
    """Read title,body,label (UTF-8, .csv or .csv.gz; other columns are ignored, the order is free). Raises
    ExamplesError."""
    try:
        with records(path) as reader:
            return list(_rows(reader))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ExamplesError(
            _("The file cannot be read as CSV: %(why)s") % {"why": str(error) or type(error).__name__}
        ) from error


def _rows(reader: Any) -> Iterator[Example]:
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
        raise ExamplesError(_("The first line does not name the column: %s") % ", ".join(missing))
    for record in reader:
        title, body, label = ((record[name] or "").strip() for name in COLUMNS)
        if not label:
            raise ExamplesError(_("Line %d has no label.") % reader.line_num)
        if title or body:
            yield Example(title, body, label)


def from_decisions(prefecture: str) -> list[Example]:
    """Return the opinions of a prefecture whose category a person chose, corrected, or confirmed by an agency's answer,
    at most MOST.

    Categories that only a rule or the model chose are left out: the model would learn its own mistakes.
    """
    rows = confirmed(prefecture).order_by("-pk").only("title", "body", "category", *HIDES)[:MOST]
    return [Example(*row.words_for_rules, row.category_id or "") for row in rows.iterator()]


def confirmed(prefecture: str) -> QuerySet[Opinion]:
    """Return the opinions that a person classified, whose category was named when they were registered, or which an
    agency answered."""
    by_a_person = Event.objects.filter(
        opinion__county__code__startswith=prefecture, by__isnull=False, action__in=["classify", "answer"]
    )
    return Opinion.objects.filter(
        county__code__startswith=prefecture, category__isnull=False, category__active=True,
        pk__in=by_a_person.values("opinion"),
    )  # fmt: skip
