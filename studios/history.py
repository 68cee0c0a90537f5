"""What changed about a studio or a deputy, when and by whom: written into the audit trail, and read from it again.

There it cannot be changed or deleted, and an auditor finds it too. The names of the day stand in each row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import AccessRecord, User

SENTENCES = {
    "facts": gettext_lazy("Changed the facts"),
    "funding": gettext_lazy("Changed the funding"),
    "photo_added": gettext_lazy("Added a photo"),
    "photo_removed": gettext_lazy("Removed a photo"),
    "added": gettext_lazy("Entered the studio"),
    "changed": gettext_lazy("Changed it in the administration"),
    "moved": gettext_lazy("Moved with its township"),
    "seat": gettext_lazy("Corrected a seat"),
    "seat_added": gettext_lazy("Added a seat"),
    "seat_removed": gettext_lazy("Removed a seat that was a mistake"),
}


# A Studio, a Township or a Deputy; the app of deputies lies above this one.
Recorded = Any


@dataclass(frozen=True)
class Line:
    """One change. `changes` are (label, before, after)."""

    at: datetime
    who: str
    sentence: str
    called: str
    changes: list[tuple[str, str, str]]


def subject_of(row: Recorded) -> str:
    """Return the subject under which the audit trail keeps what changed about it, such as "studio 433101-1"."""
    return f"{row._meta.model_name} {getattr(row, 'code', row.pk)}"


def note(
    row: Recorded,
    did: str,
    *,
    by: User | None,
    changes: dict[str, list[str]] | None = None,
    request: HttpRequest | None = None,
) -> None:
    """Record one row about a studio, a deputy or a township in the audit trail. `changes` is {field or label:
    [before, after]}, both as texts."""
    place: Any = getattr(row, "township", row)
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=subject_of(row),
        area_code=place.pk,
        details={
            "did": did,
            row._meta.model_name: row.name,
            "township": place.name,
            "changes": changes or {},
        },
    )


def records_of(row: Recorded) -> QuerySet[AccessRecord]:
    """Return the audit's rows about it, newest first, for a page of them; served by the index on subject."""
    rows = AccessRecord.objects.filter(subject=subject_of(row), action=AccessRecord.Action.SET)
    return rows.select_related("by").order_by("-at", "-id")


def lines(row: Recorded, records: Iterable[AccessRecord]) -> list[Line]:
    """Return the changes behind these records of `row`, in their order, in words."""
    return [_line(row, record) for record in records]


def _line(row: Recorded, record: AccessRecord) -> Line:
    details = record.details
    who = record.by.name if record.by else record.username or _("the system")
    called = _("%(name)s, %(township)s") % {
        "name": details.get(row._meta.model_name, ""),
        "township": details.get("township", ""),
    }
    changes = details.get("changes") or {}
    return Line(
        record.at,
        who,
        str(SENTENCES.get(details.get("did"), details.get("did", ""))),
        called,
        [(_label(row, name), before, after) for name, (before, after) in changes.items()],
    )


def _label(row: Recorded, name: str) -> str:
    """Return the field's own label; a name that is no field stands for itself."""
    if name == "times":
        return _("weekly opening times")
    known = {field.name: field for field in row._meta.get_fields() if hasattr(field, "verbose_name")}
    return str(known[name].verbose_name) if name in known else name
