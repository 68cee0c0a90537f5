"""The sheet 代表活动 of the monthly workbook: its columns, which others rely on, and what stands in each.

The headers are a fixed interface in the office's language, so they are not translated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.workbook import Column, Note, Sheet, Total
from common.templatetags.liaison import localdate_long
from reports.activities.figures import FIGURES, Counts, count, scope_of_county, total
from reports.definitions.counts import Rate
from reports.definitions.periods import BoundedPeriod
from reports.workbook.form import Form
from studios.models import County, Township

COLUMNS = {
    "planned": Column("计划场次", 9, "number"),
    "due": Column("到期场次", 9, "number"),
    "held": Column("举行场次", 9, "number"),
    "held_rate": Column("活动开展率", 9, "percent"),
    "people": Column("接待（走访）人次", 9, "number"),
    "visits": Column("走访场次", 9, "number"),
    "active": Column("参加代表数", 9, "number"),
    "in_office": Column("代表数", 9, "number"),
    "active_rate": Column("代表参加率", 9, "percent"),
    "at_activity": Column("活动中提出", 9, "number"),
    "idle": Column("闲置工作室", 9, "number"),
    "studios": Column("工作室数", 9, "number"),
}
AREA = [Column("乡镇代码", 11), Column("乡镇街道", 18, "long")]


def activity_sheet(county: County, period: BoundedPeriod, by: User | None, today: date, form: Form) -> Sheet:
    """Return the sheet 代表活动, as `by` may see it (None: the system)."""
    columns = [*AREA, *with_activity_shares().values()]
    title = f"{form.area}{period.label}代表活动情况表"
    said = _("Activities of the period, as they stand on %(day)s.") % {"day": localdate_long(today)}
    return Sheet(
        "代表活动",
        columns,
        _rows(county, period, by, today),
        form.titled(title, said=said, unit="单位：场、人次、人、%"),
        frozen=2,
        computed=True,
        foot=form.foot,
        filtered=False,
    )


def with_activity_shares() -> dict[str, Column]:
    """Return COLUMNS with each rate as the quotient of two others."""
    found = {}
    for code, column in COLUMNS.items():
        figure = FIGURES.get(code)
        of = getattr(figure, "of", "")
        parts = (
            (COLUMNS[figure.counts].header, COLUMNS[of].header) if figure and of in COLUMNS and of else None
        )
        found[code] = replace(column, share=(str(parts[0]), str(parts[1])) if parts else None)
    return found


def _rows(county: County, period: BoundedPeriod, by: User | None, today: date) -> Iterator[Sequence[Any]]:
    groups = count(scope_of_county(county, by), period, by="township", today=today)
    for township in Township.objects.filter(county=county):
        counts = groups.pop(township.pk, Counts())
        if (township.counted and not township.valid_to) or any(counts.values()):
            yield [township.pk, township.name, *_figures(counts)]
            groups[township.pk] = counts
    yield Total([None, _("Total"), *_figures(total(groups.values()))])
    for code, column in COLUMNS.items():
        if code in FIGURES:
            yield Note([None, column.header, FIGURES[code].words])


def _figures(counts: Counts) -> list[Any]:
    values = [counts.figure(code) if code in FIGURES else counts[code] for code in COLUMNS]
    return [value.share if isinstance(value, Rate) else value for value in values]
