"""The sheet 督办 of the workbook: every notice that was issued in the period, and what was replied and promised.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.workbook import Column, Sheet
from opinions.models import EscalationLevel, Notice
from reports.definitions.periods import BoundedPeriod
from reports.monthly.bulletin import COUNTED, TALLY, issued
from reports.workbook.form import Form
from studios.models import County

COLUMNS = [
    Column("编号", 20),
    Column("标题", 24, "long"),
    Column("乡镇街道", 11, "long"),
    Column("主办单位", 18, "long"),
    Column("种类", 8),
    Column("发出时间", 16, "moment"),
    Column("原定期限", 11, "date"),
    Column("应回复日期", 11, "date"),
    Column("回复时间", 11, "date"),
    Column("承诺答复日期", 11, "date"),
]


def notices_sheet(county: County, period: BoundedPeriod, by: User | None, form: Form) -> Sheet:
    """Return the sheet as `by` may see it; None is the system. Two queries."""
    rows = issued(by, county, period).filter(kind__in=COUNTED)
    head = form.titled(f"{form.area}{period.label}督办情况表", said=_summed(rows), unit="单位：件")
    return Sheet("督办", COLUMNS, _rows(rows), head, frozen=1, foot=form.foot, empty="本期无")


def _summed(rows: QuerySet[Notice]) -> str:
    pattern = _(
        "Notices issued in the period: %(urge)d urging, %(supervise)d supervision, %(circulate)d circulated; "
        "%(owed)d replies owed, %(replied)d given."
    )
    return pattern % rows.order_by().aggregate(**TALLY)


def _rows(rows: QuerySet[Notice]) -> Iterator[Sequence[Any]]:
    kinds = dict(EscalationLevel.Kind.choices)
    rows = rows.select_related("opinion", "opinion__township", "opinion__studio", "agency").order_by(
        "issued_at", "event_id"
    )
    for row in rows.iterator(chunk_size=1000):
        yield [
            row.opinion.number,
            row.opinion.list_title,
            row.opinion.township.name,
            row.addressee,
            str(kinds[row.kind]),
            row.issued_at,
            row.due_on,
            row.acknowledge_by_on,
            row.acknowledged_at,
            row.promised_on,
        ]
