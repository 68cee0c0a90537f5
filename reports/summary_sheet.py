"""The sheet 汇总 of the workbook: its columns, which others rely on, and what stands in each.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from django.utils.translation import gettext as _

from common.workbook import Column, Note, Sheet, Total
from reports.figures import BASIS, FIGURES, Counts, Median, Rate
from reports.month import MonthReport
from reports.periods import Period

# Each rate stands right after the two counts it is made of, or after the later of them.
SUMMARY = {
    "all": Column("登记", 7, "number"),
    "accepted": Column("受理", 7, "number"),
    "closed": Column("办结", 7, "number"),
    "closed_rate": Column("办结率", 8, "percent"),
    "on_time": Column("按期办结", 7, "number"),
    "late": Column("曾超期答复", 7, "number"),
    "on_time_rate": Column("按期办结率", 8, "percent"),
    "open": Column("未办结", 7, "number"),
    "overdue": Column("其中已超期", 7, "number"),
    "reported": Column("已反馈", 7, "number"),
    "called_back": Column("已回访", 7, "number"),
    "called_back_rate": Column("回访率", 8, "percent"),
    "evaluated": Column("已评价", 7, "number"),
    "satisfied": Column("满意", 7, "number"),
    "satisfied_rate": Column("满意率", 8, "percent"),
    "reopened": Column("重办", 7, "number"),
    "reopened_rate": Column("重办率", 8, "percent"),
    "median_days": Column("办结用时中位数（天）", 9, "decimal"),
}
AREA = [Column("乡镇代码", 11), Column("乡镇街道", 18, "long")]
# What a period of each kind is held against.
COMPARED = {"month": ("上月", "上年同月"), "quarter": ("上季", "上年同季"), "year": ("上年",)}


def summary_sheet(report: MonthReport, head: list[str]) -> Sheet:
    columns = [*AREA, *SUMMARY.values(), *compared_columns(report.period)]
    return Sheet("汇总", columns, _summary_rows(report), head, frozen=2)


def compared_columns(period: Period) -> list[Column]:
    """The accepted of the periods it is held against."""
    return [Column(f"{name}受理", 8, "number") for name in COMPARED[period.kind]]


def _summary_rows(report: MonthReport):
    for row in report.rows:
        name = f"{row.name}（{row.note}）" if row.note else row.name
        code = row.area.pk if row.area else None
        then = [month.groups[code]["accepted"] if code in month.groups else 0 for month in report.compared]
        yield [code, name, *figures(row.counts), *then]
    yield Total([None, _("Total"), *figures(report.total), *[m.total["accepted"] for m in report.compared]])
    none = [None] * len(report.compared)
    if report.frozen:
        yield Total([None, _("Adjustments since"), *map(report.adjustment, SUMMARY), *none])
        yield Total([None, _("As it stands now"), *figures(report.live), *none])
    for month in report.compared:
        label = f"{month.label}（{month.period.label}）"
        yield Total([None, label, *figures(month.total), *none])
    # The definitions stand below the figures: above them they would push the frozen header down the screen.
    yield Note()
    yield Note([None, _("Definitions"), BASIS])
    for code, column in SUMMARY.items():
        yield Note([None, column.header, FIGURES[code].words])


def figures(counts: Counts) -> list:
    """The value of every column of SUMMARY: a rate as its share, a median as days."""
    return [_value(counts.figure(code)) for code in SUMMARY]


def _value(value):
    if isinstance(value, Rate):
        return value.share
    return value.days if isinstance(value, Median) else value
