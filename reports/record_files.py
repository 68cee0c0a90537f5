"""The annual record as a Word document and as a workbook, for the office's files."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from common.workbook import FORBIDDEN, Column, Sheet, write_xlsx
from reports.record import Record

BODY_FONT, TITLE_FONT = "仿宋", "方正小标宋简体"


def activity_rows(record: Record):
    """Day, kind, place, attendance, people met, what was done."""
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


def opinion_rows(record: Record):
    """Number, day, title, status, agency, result, evaluations. Titles without numbers or secret names."""
    for one in record.opinions:
        yield (
            one.number,
            timezone.localdate(one.registered_at),
            one.shown_title,
            one.get_status_display(),
            one.lead_agency.name if one.lead_agency else "",
            one.get_outcome_display(),
            one.get_satisfaction_display(),
            one.get_deputy_rating_display(),
        )


def activity_heads() -> list[str]:
    return [_("day"), _("Activity"), _("Place"), _("attendance"), _("people met"), _("Remark")]


def opinion_heads() -> list[str]:
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


def write_record_xlsx(target, record: Record, made_at: datetime) -> None:
    head = [record.title, _made(made_at)]
    facts = [(label, value) for label, value in record.facts()]
    first = Sheet(
        _("Record"),
        [Column(_("What"), 36), Column(_("Value"), 60, "long")],
        [*facts, *record.figures()],
        head,
    )
    widths = [(12, "date"), (16, "text"), (34, "long"), (10, "text"), (10, "number"), (50, "long")]
    done = _sheet(_("Activities"), activity_heads(), widths, activity_rows(record), head)
    widths = [(20, "text"), (12, "date"), (44, "long"), (10, "text"), (26, "long")] + [(14, "text")] * 3
    told = _sheet(_("Opinions"), opinion_heads(), widths, opinion_rows(record), head)
    write_xlsx(target, [first, done, told])


def _sheet(title, heads, widths, rows, head) -> Sheet:
    columns = [Column(name, width, kind) for name, (width, kind) in zip(heads, widths, strict=True)]
    return Sheet(title, columns, rows, head)


def _made(made_at) -> str:
    return _("Made at %s from the records of the system.") % f"{timezone.localtime(made_at):%Y-%m-%d %H:%M}"


def write_record_docx(target, record: Record, made_at: datetime) -> None:
    """On A4, in the fonts of official documents: facts, figures, activities, opinions, and where it is signed."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(record.title)
    run.font.size = Pt(20)
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE_FONT)
    _pairs(document, _("Who"), record.facts())
    _pairs(document, _("What was done, in figures"), record.figures(), beside=2)
    _table(document, _("Activities"), activity_heads(), activity_rows(record))
    _table(document, _("What citizens told them, and how it ended"), opinion_heads(), opinion_rows(record))
    document.add_paragraph(_made(made_at))
    document.add_paragraph(_("Deputy's signature") + "：＿＿＿＿＿＿　　　" + _("Office's stamp") + "：")
    document.save(target)


def _heading(document, words):
    run = document.add_paragraph().add_run(words)
    run.bold, run.font.size = True, Pt(14)


def _pairs(document, heading, pairs, *, beside=1):
    """A table of label and value, `beside` pairs in a line."""
    _heading(document, heading)
    lines = [pairs[n : n + beside] for n in range(0, len(pairs), beside)]
    table = document.add_table(rows=0, cols=2 * beside, style="Table Grid")
    for line in lines:
        cells = table.add_row().cells
        for place, (label, value) in enumerate(line):
            _write(cells[2 * place], label)
            _write(cells[2 * place + 1], value)


def _table(document, heading, heads, rows):
    _heading(document, heading)
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, heads, strict=True):
        _write(cell, words, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # on every page
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            _write(cell, value)
    if len(table.rows) == 1:
        document.add_paragraph(_("Nothing yet."))


def _write(cell, value, *, bold=False):
    text = "" if value is None else FORBIDDEN.sub("", str(value))
    run = cell.paragraphs[0].add_run(text)
    run.font.size, run.bold = Pt(10.5), bold
