"""The sheets 汇总 and 台账 of the monthly workbook: their columns, which others rely on, and what stands in each.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from functools import cache

from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import mask_name, mask_phone
from common.workbook import Column, Sheet, Total
from opinions.masking import mask_words
from opinions.models import Channel, MatterType, Outcome, Satisfaction
from opinions.workflow.table import Status
from reports.figures import BASIS, FIGURES, Rate, with_flags
from reports.month import MonthReport
from studios.models.areas import name_on
from workdays.calendar import is_published

# Each rate stands right after the two counts it is made of, or after the later of them.
SUMMARY = {
    "all": Column("登记", 8, "number"),
    "accepted": Column("受理", 8, "number"),
    "closed": Column("办结", 8, "number"),
    "closed_rate": Column("办结率", 9, "percent"),
    "on_time": Column("按时办结", 10, "number"),
    "late": Column("超期办结", 10, "number"),
    "on_time_rate": Column("按时办结率", 12, "percent"),
    "open": Column("未办结", 9, "number"),
    "overdue": Column("其中已超期", 12, "number"),
    "reported": Column("已反馈", 9, "number"),
    "called_back": Column("已回访", 9, "number"),
    "called_back_rate": Column("回访率", 9, "percent"),
    "evaluated": Column("已评价", 9, "number"),
    "satisfied": Column("满意", 8, "number"),
    "satisfied_rate": Column("满意率", 9, "percent"),
    "reopened": Column("重办", 8, "number"),
    "reopened_rate": Column("重办率", 9, "percent"),
}
AREA = [Column("乡镇代码", 12), Column("乡镇街道", 20)]
COMPARED = [Column("上月受理", 10, "number"), Column("上年同月受理", 13, "number")]

# Narrow and wrapped, so that a line of A4 holds them all. Moments are shown by their day but keep their time.
REGISTER = [
    Column("编号", 20),
    Column("登记时间", 16, "moment"),
    Column("乡镇街道", 11, "long"),
    Column("工作室", 14, "long"),
    Column("渠道", 9, "long"),
    Column("事项类型", 9),
    Column("类别", 10, "long"),
    Column("标题", 22, "long"),
    Column("姓名", 7),
    Column("电话", 12),
    Column("承办单位", 14, "long"),
    Column("状态", 8),
    Column("轮次", 6, "number"),
    Column("答复期限", 11, "date"),
    Column("答复时间", 11, "date"),
    Column("超期答复", 9),
    Column("办理结果", 9, "long"),
    Column("答复内容", 30, "long"),
    Column("反馈时间", 11, "date"),
    Column("回访时间", 11, "date"),
    Column("群众评价", 9),
    Column("办结时间", 11, "date"),
    Column("当前期限", 11, "date"),
    Column("当前已超期", 11),
    Column("期限暂定", 9),
]
READ = (
    "number",
    "registered_at",
    "township_id",
    "township__name",
    "township__former_names",
    "studio__name",
    "channel",
    "matter_type",
    "category__name",
    "title",
    "citizen_name",
    "citizen_phone",
    "keep_secret",
    "lead_agency__name",
    "status",
    "round",
    "handling_due_on",
    "answered_at",
    "answered_late",
    "outcome",
    "answer",
    "reported_back_at",
    "called_back_at",
    "satisfaction",
    "closed_at",
    "due_on",
)
YES, NO = "是", "否"


def summary_sheet(report: MonthReport, head: list[str]) -> Sheet:
    return Sheet("汇总", [*AREA, *SUMMARY.values(), *COMPARED], _summary_rows(report), head, frozen=2)


def _summary_rows(report: MonthReport):
    for row in report.rows:
        name = f"{row.name}（{row.note}）" if row.note else row.name
        code = row.area.pk if row.area else None
        then = [month.groups[code]["accepted"] if code in month.groups else 0 for month in report.compared]
        yield [code, name, *_figures(row.counts), *then]
    yield Total([None, _("Total"), *_figures(report.total), *[m.total["accepted"] for m in report.compared]])
    for month in report.compared:
        label = f"{month.label}（{month.period.label}）"
        yield Total([None, label, *_figures(month.total), *[None for _column in COMPARED]])
    # The definitions stand below the figures: above them they would push the frozen header down the screen.
    yield _line()
    yield _line(_("Definitions"), BASIS)
    for code, column in SUMMARY.items():
        yield _line(column.header, FIGURES[code].words)


def _line(label=None, words=None):
    return [None, label and str(label), words and str(words), *[None] * (len(SUMMARY) + len(COMPARED) - 1)]


def _figures(counts):
    values = [counts.figure(code) for code in SUMMARY]
    return [value.share if isinstance(value, Rate) else value for value in values]


def register_sheet(rows, head: list[str]) -> Sheet:
    return Sheet("台账", REGISTER, rows, head, frozen=1)


def register_rows(opinions, today):
    """The rows that `register_row` takes, oldest first, with the flags by which they are counted."""
    flagged = with_flags(opinions, today).order_by("registered_at", "id")
    flags = [name for name in flagged.query.annotations if name.startswith("counts_")]
    return flagged.values_list(*READ, *flags, named=True).iterator(chunk_size=2000)


def register_row(row) -> tuple:
    """One opinion as the 台账 shows it: no full name, no full number, nowhere in the words either."""
    return (
        row.number,
        row.registered_at,
        name_on(row.township__name, row.township__former_names, timezone.localdate(row.registered_at)),
        row.studio__name,
        _label(Channel, row.channel),
        _label(MatterType, row.matter_type),
        row.category__name,
        _words(row, row.title),
        *_citizen(row),
        row.lead_agency__name,
        _label(Status, row.status),
        row.round,
        row.handling_due_on,
        row.answered_at,
        YES if row.answered_late else NO,
        _label(Outcome, row.outcome),
        _words(row, row.answer),
        row.reported_back_at,
        row.called_back_at,
        _label(Satisfaction, row.satisfaction),
        row.closed_at,
        row.due_on,
        YES if row.counts_overdue else NO,
        YES if _provisional(row) else NO,
    )


def _provisional(row) -> bool:
    """Whether a deadline on this line lies in a year whose calendar is still to be published."""
    owed = row.handling_due_on if row.answered_at is None else None
    return any(day and not is_published(day.year) for day in (row.due_on, owed))


def _citizen(row) -> tuple[str, str]:
    if row.keep_secret:
        return _("kept secret"), ""
    return mask_name(row.citizen_name), mask_phone(row.citizen_phone)


def _words(row, text: str) -> str:
    """`text` without phone and ID numbers, and without the citizen's own name."""
    if len(row.citizen_name) > 1:
        text = text.replace(row.citizen_name, mask_name(row.citizen_name))
    return mask_words(text)


@cache
def _label(choices, value) -> str:
    """The workbook is written in the office's language, so a label once looked up stays the same."""
    return str(choices(value).label) if value else ""
