"""The register of letters (发文登记簿) as Excel: one line for each number, void ones too, in the order of issue."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.excel.workbook import Column, Sheet, write_xlsx

from .models import Letter

COLUMNS = [
    Column(pgettext_lazy("register", "No."), 6, "number"),
    Column(gettext_lazy("Date of issue"), 12, "date"),
    Column(gettext_lazy("Letter"), 24),
    Column(gettext_lazy("Kind"), 10),
    Column(gettext_lazy("What about"), 30, "long"),
    Column(gettext_lazy("Opinion"), 20),
    Column(gettext_lazy("Addressed to"), 22, "long"),
    Column(gettext_lazy("Drafted by"), 12),
    Column(gettext_lazy("Checked by"), 12),
    Column(gettext_lazy("Signed off by"), 12),
    Column(gettext_lazy("Stamped"), 12, "date"),
    Column(gettext_lazy("Signed for by"), 12),
    Column(gettext_lazy("Signed for"), 12, "date"),
    Column(gettext_lazy("State"), 12),
    Column(gettext_lazy("Archive number"), 16, as_text=True),
]
PEOPLE = ("agency", "issued_by", "signed_by", "draft__drafted_by", "draft__checked_by")


def write_register(target: Any, rows: QuerySet[Letter], *, made: str) -> int:
    """Write the register of `rows` to `target`, a binary file; returns how many. `made` is the line that says by whom
    and when."""
    ordered = rows.select_related(*PEOPLE).order_by("issued_at", "id")
    title = _("Register of letters")
    lines = _lines(ordered.iterator(chunk_size=500))
    sheet = Sheet(title, COLUMNS, lines, [title, made], frozen=3)
    return write_xlsx(target, [sheet])


def _lines(letters: Iterable[Letter]) -> Iterator[list[Any]]:
    by_rule = _("System, by rule")
    for place, letter in enumerate(letters, 1):
        draft = getattr(letter, "draft", None)
        drafted = (draft.drafted_by if draft else letter.issued_by) or by_rule
        yield [
            place,
            timezone.localdate(letter.issued_at),
            letter.number,
            letter.get_kind_display(),
            # What a citizen told is named in letters to agencies, where it is masked; a reply bears their name.
            "" if letter.to_citizen else letter.facts.get("title", ""),
            letter.about,
            str(letter.agency) if letter.agency else _("the citizen"),
            str(drafted),
            str(draft.checked_by or "") if draft else "",
            str(letter.issued_by or by_rule),
            timezone.localdate(letter.stamped_at) if letter.stamped_at else None,
            str(letter.signed_by or ""),
            timezone.localdate(letter.signed_at) if letter.signed_at else None,
            str(letter.state.label),
            letter.file_number,
        ]
