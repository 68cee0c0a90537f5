"""The sheet 汇总 of the workbook: its columns, which others rely on, and what stands in each.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from common.excel.charts import Chart
from common.excel.workbook import A3, Column, Note, Sheet, Total
from common.templatetags.liaison import NO_VALUE, percent
from reports.definitions.counts import Counts, Median, Rate, total
from reports.definitions.figures import BASIS, KNOWN
from reports.definitions.periods import BoundedPeriod
from reports.models import FrozenMonth
from reports.monthly.report import MonthReport
from reports.workbook.form import Form, with_shares

# Each rate stands right after the two counts it is made of, or after the later of them.
SUMMARY = {
    "all": Column("登记", 5.5, "number", group="受理情况"),
    "accepted": Column("受理", 5.5, "number", group="受理情况"),
    "closed": Column("办结", 5.5, "number", group="办结情况"),
    "closed_rate": Column("办结率", 7, "percent", group="办结情况"),
    "on_time": Column("按期办结", 5.5, "number", group="办结情况"),
    "late": Column("曾超期答复", 5.5, "number", group="办结情况"),
    "on_time_rate": Column("按期办结率", 7, "percent", group="办结情况"),
    "open": Column("未办结", 5.5, "number", group="办结情况"),
    "overdue": Column("其中已超期", 5.5, "number", group="办结情况"),
    "reported": Column("已反馈", 5.5, "number", group="反馈回访"),
    "called_back": Column("已回访", 5.5, "number", group="反馈回访"),
    "called_back_rate": Column("回访率", 7, "percent", group="反馈回访"),
    "evaluated_once": Column("已评价", 5.5, "number", group="评价情况"),
    "first_satisfied": Column("首次评价满意", 5.5, "number", group="评价情况"),
    "first_satisfied_rate": Column("首次满意率", 7, "percent", group="评价情况"),
    "last_satisfied": Column("最终评价满意", 5.5, "number", group="评价情况"),
    "last_satisfied_rate": Column("最终满意率", 7, "percent", group="评价情况"),
    "reopened": Column("重办", 5.5, "number", group="重办"),
    "reopened_rate": Column("重办率", 7, "percent", group="重办"),
    "median_days": Column("办结用时中位数（天）", 6.5, "decimal"),
}
# Heads of groups are none of the words by which a ledger's columns are known: a summary is not taken in for one.
# Next to them where a month was frozen by the former definition, which alone it can show.
FORMER = {
    "evaluated": Column("已评价（原口径）", 8, "number", group="评价情况（原口径）"),
    "satisfied": Column("满意（原口径）", 8, "number", group="评价情况（原口径）"),
    "satisfied_rate": Column("满意率（原口径）", 9, "percent", group="评价情况（原口径）"),
}
# What was done in the period, whenever it was registered.
DONE_GROUP = "本期工作（不论何时登记）"
IN_PERIOD = {
    "carried_in": Column("上期结转", 5.5, "number", group=DONE_GROUP),
    "closed_in": Column("本期办结", 5.5, "number", group=DONE_GROUP),
    "left_open": Column("期末在办", 5.5, "number", group=DONE_GROUP),
    "due_in": Column("本期到期", 5.5, "number", group=DONE_GROUP),
    "due_on_time": Column("到期件按期答复", 8, "number", group=DONE_GROUP),
    "due_on_time_rate": Column("到期件按期答复率", 7, "percent", group=DONE_GROUP),
}
THIS_YEAR = {
    "accepted": Column("本年累计受理", 5.5, "number", group="本年累计"),
    "closed": Column("本年累计办结", 5.5, "number", group="本年累计"),
}
AREA = [Column("乡镇代码", 10.5), Column("乡镇街道", 16, "long")]
# What a period of each kind is held against.
COMPARED = {"month": ("上月", "上年同月"), "quarter": ("上季", "上年同季"), "year": ("上年",)}


def summary_sheet(report: MonthReport, form: Form) -> Sheet:
    """Return the sheet 汇总: townships, total, comparisons and definitions."""
    columns = [
        *AREA,
        *with_shares(_columns(report)).values(),
        *compared_columns(report.period),
        *with_shares(IN_PERIOD).values(),
        *THIS_YEAR.values(),
    ]
    return Sheet(
        "汇总",
        columns,
        _summary_rows(report),
        form.titled(form.report()),
        frozen=2,
        computed=True,
        foot=form.foot,
        filtered=False,
        paper=A3,
        chart=chart(form.report("乡镇街道"), columns, 2),
    )


def chart(title: str, columns: Sequence[Column], name: int) -> Chart:
    """Return the chart of what was accepted and closed; `name` is the place of the column with the names."""
    heads = [one.header for one in columns]
    return Chart(title, name, tuple(heads.index(head) + 1 for head in ("受理", "办结")))


def compared_columns(period: BoundedPeriod) -> list[Column]:
    """Return the columns of the accepted of the periods it is held against."""
    return [Column(f"{name}受理", 5.5, "number", group="对比") for name in COMPARED[period.kind]]


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
        done_there = figures(done[code].counts if code in done else Counts(), IN_PERIOD)
        year = figures(report.year.get(str(code), Counts()), THIS_YEAR)
        yield [code, name, *figures(row.counts, columns), *then, *done_there, *year]
    then = [month.total["accepted"] for month in report.compared]
    beside = [*figures(report.done_total, IN_PERIOD), *figures(total(report.year.values()), THIS_YEAR)]
    yield Total([None, _("Total"), *figures(report.total, columns), *then, *beside])
    none = [None] * (len(report.compared) + len(beside))
    if report.frozen:
        yield Total([None, _("Adjustments since"), *map(report.adjustment, columns), *none])
        yield Total([None, _("As it stands now"), *figures(report.live, columns), *none])
    for month in report.compared:
        label = f"{month.label}（{month.period.label}）"
        yield Total([None, label, *figures(month.total, columns), *none])
    # The definitions stand below the figures: above them they would push the frozen header down the screen.
    yield Note([None, _("Definitions"), BASIS])
    for code, column in (columns | IN_PERIOD).items():
        yield Note([None, column.header, KNOWN[code].words])
    yield Note(
        [None, "本年累计", _("Registered from January on to the end of the period, as it stands now.")]
    )
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
