"""Import of the category tree from a file: the shipped default, or an office's own."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord, User
from opinions.models import Category

SHIPPED = Path(__file__).parent.parent / "data" / "categories.csv"
COLUMNS = ["code", "name", "keywords"]


class CategoryFileError(Exception):
    """An error in the file, with its line; nothing was imported."""


@dataclass(frozen=True)
class Imported:
    """How many categories were added, changed, and known before."""

    added: int
    changed: int
    known: int


def import_categories(*, file: Path = SHIPPED, by: User | None = None, replace: bool = False) -> Imported:
    """Import code,name,keywords (UTF-8). Rows that exist keep the office's own words unless `replace`; none is ever
    removed. All or nothing: raises CategoryFileError."""
    rows = _read(file)
    known = Category.objects.in_bulk([row.code for row in rows])
    new = [row for row in rows if row.code not in known]
    changed = [row for row in rows if row.code in known and _differs(row, known[row.code])] if replace else []
    with transaction.atomic():
        Category.objects.bulk_create(new)
        Category.objects.bulk_update(changed, ["name", "keywords"])
        if new or changed:
            details = {"added": len(new), "changed": len(changed)}
            audit.record(AccessRecord.Action.IMPORTED, by=by, subject="categories", details=details)
    return Imported(len(new), len(changed), len(rows) - len(new) - len(changed))


def _differs(row: Category, existing: Category) -> bool:
    return (row.name, row.keywords) != (existing.name, existing.keywords)


def _read(file: Path) -> list[Category]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != COLUMNS:
            raise CategoryFileError(_("The first line must be: %s") % ",".join(COLUMNS))
        rows = [_row(record, reader.line_num) for record in reader]
    codes = {row.code for row in rows}
    if len(codes) < len(rows):
        raise CategoryFileError(_("A code occurs twice."))
    for row in rows:
        if len(row.code) > 2 and row.code[:-2] not in codes:
            raise CategoryFileError(_("%s has no category above it.") % row.code)
    return rows


def _row(record: dict, line: int) -> Category:
    row = Category(**{name: (record.get(name) or "").strip() for name in COLUMNS})
    try:
        row.clean_fields()
    except ValidationError as error:
        raise CategoryFileError(
            _("Line %(line)d: %(what)s") % {"line": line, "what": error.messages[0]}
        ) from None
    row.keywords = " ".join(dict.fromkeys(row.keywords.split()))
    return row
