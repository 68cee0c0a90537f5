"""The sheet 汇总 of the workbook: its columns, which others rely on, and what stands in each.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from common.excel.workbook import Column, Note, Sheet, Total
from common.templatetags.liaison import NO_VALUE, percent
from reports.definitions.counts import Counts, Median, Rate
from reports.definitions.figures import BASIS, KNOWN
from reports.definitions.periods import BoundedPeriod
from reports.models import FrozenMonth
from reports.monthly.report import MonthReport

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
    "evaluated_once": Column("已评价", 7, "number"),
    "first_satisfied": Column("首次评价满意", 7, "number"),
    "first_satisfied_rate": Column("首次满意率", 8, "percent"),
    "last_satisfied": Column("最终评价满意", 7, "number"),
    "last_satisfied_rate": Column("最终满意率", 8, "percent"),
    "reopened": Column("重办", 7, "number"),
    "reopened_rate": Column("重办率", 8, "percent"),
    "median_days": Column("办结用时中位数（天）", 9, "decimal"),
}
# Next to them where a month was frozen by the former definition, which alone it can show.
FORMER = {
    "evaluated": Column("已评价（原口径）", 8, "number"),
    "satisfied": Column("满意（原口径）", 8, "number"),
    "satisfied_rate": Column("满意率（原口径）", 9, "percent"),
}
# What was done in the period, whenever it was registered.
IN_PERIOD = {
    "closed_in": Column("本期办结", 7, "number"),
    "due_in": Column("本期到期", 7, "number"),
    "due_on_time": Column("到期件按期答复", 8, "number"),
    "due_on_time_rate": Column("到期件按期答复率", 8, "percent"),
}
AREA = [Column("乡镇代码", 11), Column("乡镇街道", 18, "long")]
# What a period of each kind is held against.
COMPARED = {"month": ("上月", "上年同月"), "quarter": ("上季", "上年同季"), "year": ("上年",)}


def summary_sheet(report: MonthReport, head: list[str]) -> Sheet:
    """Return the sheet 汇总: townships, total, comparisons and definitions."""
    columns = [*AREA, *_columns(report).values(), *compared_columns(report.period), *IN_PERIOD.values()]
    return Sheet("汇总", columns, _summary_rows(report), head, frozen=2)


def compared_columns(period: BoundedPeriod) -> list[Column]:
    """Return the columns of the accepted of the periods it is held against."""
    return [Column(f"{name}受理", 8, "number") for name in COMPARED[period.kind]]


def _columns(report: MonthReport) -> dict[str, Column]:
    return SUMMARY | (FORMER if report.former else {})


def _summary_rows(report: MonthReport) -> Iterator[Sequence[Any]]:
    columns = _columns(report)
    done = {row.area and row.area.pk: row for row in report.done}
    known = {row.area and row.area.pk for row in report.rows}
    for row in [
        *report.rows,
        *(replace(row, counts=Counts()) for key, row in done.items() if key not in known),
    ]:
        name = f"{row.name}（{row.note}）" if row.note else row.name
        code = row.area.pk if row.area else None
        then = [month.groups[code]["accepted"] if code in month.groups else 0 for month in report.compared]
        done_there = done[code].counts if code in done else Counts()
        yield [code, name, *figures(row.counts, columns), *then, *figures(done_there, IN_PERIOD)]
    then = [month.total["accepted"] for month in report.compared]
    in_period = figures(report.done_total, IN_PERIOD)
    yield Total([None, _("Total"), *figures(report.total, columns), *then, *in_period])
    none = [None] * (len(report.compared) + len(IN_PERIOD))
    if report.frozen:
        yield Total([None, _("Adjustments since"), *map(report.adjustment, columns), *none])
        yield Total([None, _("As it stands now"), *figures(report.live, columns), *none])
    for month in report.compared:
        label = f"{month.label}（{month.period.label}）"
        yield Total([None, label, *figures(month.total, columns), *none])
    # The definitions stand below the figures: above them they would push the frozen header down the screen.
    yield Note()
    yield Note([None, _("Definitions"), BASIS])
    for code, column in (columns | IN_PERIOD).items():
        yield Note([None, column.header, KNOWN[code].words])
    if report.former:
        yield Note([None, former_said(report.former)])


def former_said(months: list[FrozenMonth]) -> str:
    """Return which months were frozen before satisfaction was counted by rounds, and what that means, in words."""
    return _(
        "Frozen by the former definition of satisfaction, which counted the present round alone: %(months)s. They keep "
        "what they showed; what has been defined since is “—” there."
    ) % {"months": "、".join(sorted({one.period.label for one in months}))}


def figures(counts: Counts, columns: Iterable[str] = SUMMARY) -> list[Any]:
    """Return the value of every one of `columns`: a rate as its share, or in words while it is not due yet; a median
    as days; “—” for what was no figure when the month was frozen."""
    return [_value(counts.figure(code)) for code in columns]


def _value(value: Any) -> Any:
    if value is None:
        return NO_VALUE
    if isinstance(value, Rate):
        return percent(value) if value.early else value.share
    return value.days if isinstance(value, Median) else value
