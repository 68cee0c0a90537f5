"""The sheet 工作室与五有 of the monthly workbook: the overview's figures per township, as they stand that day.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.workbook import Column, Note, Sheet, Total
from common.templatetags.liaison import localdate_long
from reports.studios.figures import FIGURES, AsOf, count_studios, rows_of, total
from reports.workbook.form import Form
from studios.models import County, Township

FIGURED = {
    "studios": Column("工作室", 6.5, "number"),
    "homes": Column("代表之家", 6.5, "number"),
    "rooms": Column("三室一体", 6.5, "number"),
    "assessed": Column("已评定", 6.5, "number"),
    "met_all": Column("五有齐全", 6.5, "number"),
    "missing_premises": Column("缺适用场地", 6.5, "number"),
    "missing_facilities": Column("缺必要设置", 6.5, "number"),
    "missing_rules": Column("缺完善制度", 6.5, "number"),
    "missing_schedule": Column("缺工作安排", 6.5, "number"),
    "missing_results": Column("缺实际成效", 6.5, "number"),
    "idle": Column("闲置一季度", 6.5, "number"),
    "funding": Column("经费（元）", 9, "money"),
    "funding_homes": Column("代表之家经费（元）", 9, "money"),
    "funding_townships": Column("无工作室经费（元）", 9, "money"),
}
NAMES = Column("五有齐全的工作室", 16, "long")
COLUMNS = [Column("乡镇代码", 10.5), Column("乡镇街道", 14, "long"), *FIGURED.values(), NAMES]


def studio_sheet(county: County, by: User | None, today: date, form: Form) -> Sheet:
    """Return the sheet as `by` may see it; None is the system."""
    title = f"{form.area}工作室与五有情况表"
    return Sheet(
        "工作室与五有",
        COLUMNS,
        _rows(county, by, today),
        form.titled(title, said=_day(today), unit="单位：个、元"),
        frozen=2,
        computed=True,
        foot=form.foot,
        filtered=False,
    )


def _day(today: date) -> str:
    return _("Studios and assessment criteria as they stand on %(day)s.") % {"day": localdate_long(today)}


def _rows(county: County, by: User | None, today: date) -> Iterator[Sequence[Any]]:
    groups = count_studios(by, AsOf(today), by="township", county=county.pk)
    names: dict[str, list] = {}
    for name, township in rows_of("met_all", AsOf(today), by, county=county.pk).values_list("name", "place"):
        names.setdefault(township, []).append(name)
    for township in Township.objects.filter(county=county).order_by("code"):
        counts = groups.get(township.pk, {})
        if (township.counted and not township.valid_to) or any(counts.values()):
            found = "、".join(names.get(township.pk, []))
            yield [township.pk, township.name, *_figures(counts), found]
    counts = total(groups.values())
    yield Total([None, _("Total"), *_figures(counts), None])
    coverage = _("%(with_studio)d of %(townships)d townships have a studio.") % counts
    yield Note([None, coverage])
    yield from _definitions()


def _figures(counts: Mapping[str, Any]) -> list[Any]:
    return [counts.get(code, 0) for code in FIGURED]


def _definitions() -> Iterator[Note]:
    for code, column in FIGURED.items():
        yield Note([None, column.header, FIGURES[code].words])
