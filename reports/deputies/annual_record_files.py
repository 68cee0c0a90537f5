"""The annual record as a Word document and as a workbook, for the office's files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx.document import Document as DocxDocument

from common.excel.workbook import Column, Sheet, write_xlsx
from common.templatetags.liaison import localtime_long
from opinions.models import Opinion
from reports.deputies.annual_record import Record
from reports.docx import fill, grid, heading, new_document, table


def activity_rows(record: Record) -> Iterator[tuple[Any, ...]]:
    """Yield day, kind, place, attendance, people met, what was done."""
    for row in record.taken_part:
        activity = row.activity
        yield (
            activity.on,
            activity.name,
            activity.where,
            row.get_attendance_display()
            if activity.state == "held" or row.is_excused
            else activity.get_state_display(),
            activity.people_met if row.attendance == "present" else None,
            activity.summary or row.reason,
        )


def opinion_rows(record: Record) -> Iterator[tuple[Any, ...]]:
    """Yield number, day, title, status, agency, result, evaluations. Titles without numbers or secret names."""
    for one in record.opinions:
        yield (
            one.number,
            timezone.localdate(one.registered_at),
            one.shown_title,
            one.get_status_display(),
            one.lead_agency.name if one.lead_agency else "",
            one.get_outcome_display(),
            _evaluated(one),
            one.get_deputy_rating_display(),
        )


def _evaluated(opinion: Opinion) -> str:
    """Return the latest evaluation, after the first one where it was another."""
    first, last = opinion.get_first_satisfaction_display(), opinion.get_last_satisfaction_display()
    return last if first == last else f"{first} → {last}"


def activity_heads() -> list[str]:
    """Return the headers of `activity_rows`."""
    return [_("day"), _("Activity"), _("Place"), _("attendance"), _("people met"), _("Remark")]


def opinion_heads() -> list[str]:
    """Return the headers of `opinion_rows`."""
    return [
        _("Number"),
        _("Registered"),
        _("Title"),
        _("Status"),
        _("Lead agency"),
        _("Result"),
        _("Citizen's evaluation"),
        _("Deputy's evaluation"),
    ]


def write_record_xlsx(target: Any, record: Record, made_at: datetime) -> None:
    """Write the record as a workbook: facts and figures, activities, opinions."""
    head = [record.title, _made(made_at)]
    facts = [(label, value) for label, value in record.facts()]
    first = Sheet(
        _("Record"),
        [Column(pgettext("table of facts", "What"), 36), Column(_("Value"), 60, "long")],
        [*facts, *record.figures()],
        head,
    )
    widths = [(12, "date"), (16, "text"), (34, "long"), (10, "text"), (10, "number"), (50, "long")]
    done = _sheet(_("Activities"), activity_heads(), widths, activity_rows(record), head)
    widths = [(20, "text"), (12, "date"), (44, "long"), (10, "text"), (26, "long")] + [(14, "text")] * 3
    opinions = _sheet(_("Opinions"), opinion_heads(), widths, opinion_rows(record), head)
    write_xlsx(target, [first, done, opinions])


def _sheet(
    title: str,
    heads: list[str],
    widths: Sequence[tuple[float, str]],
    rows: Iterable[Sequence[Any]],
    head: list[str],
) -> Sheet:
    columns = [Column(name, width, kind) for name, (width, kind) in zip(heads, widths, strict=True)]
    return Sheet(title, columns, rows, head)


def _made(made_at: datetime) -> str:
    return _("Made at %s from the records of the system.") % localtime_long(made_at)


def write_record_docx(target: Any, record: Record, made_at: datetime) -> None:
    """Write it on A4, in the fonts of official documents: facts, figures, activities, opinions, and where it is
    signed."""
    document = new_document(record.title, at=made_at)
    _pairs(document, _("Facts"), record.facts(), [4, 12])
    _pairs(document, _("What was done, in figures"), record.figures(), [6, 2] * 2)
    done = [2.7, 2, 4, 1.5, 1.6, 4.2]
    table(document, _("Activities"), activity_heads(), activity_rows(record), done)
    widths_of_opinions = [3.3, 2.7, 3.1, 1.5, 2, 1.2, 1.1, 1.1]
    table(
        document,
        _("What citizens told them, and how it ended"),
        opinion_heads(),
        opinion_rows(record),
        widths_of_opinions,
    )
    document.add_paragraph(_made(made_at))
    made = document.paragraphs[-1]
    made.paragraph_format.keep_with_next = True  # the signatures are never alone on a page
    signed = [_("Deputy's signature"), _("Office's stamp")]
    lines = grid(document, [8, 8])
    fill(lines.add_row(), [f"{label}{_(': ')}\n\n年　　月　　日" for label in signed], [8, 8])
    document.save(target)


def _pairs(
    document: DocxDocument, title: str, pairs: Sequence[tuple[Any, Any]], widths: Sequence[float]
) -> None:
    """Add a table of label and value, as many pairs in a line as `widths` (in centimetres) have room for."""
    heading(document, title)
    per_line = len(widths) // 2
    lines = grid(document, widths)
    for start in range(0, len(pairs), per_line):
        values = [part for pair in pairs[start : start + per_line] for part in pair]
        fill(lines.add_row(), values + [""] * (len(widths) - len(values)), widths)
