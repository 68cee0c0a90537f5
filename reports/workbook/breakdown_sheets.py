"""The sheets 主办单位, 类别 and 反映渠道 of the workbook: the same figures as 汇总, by another column of the opinion.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext as _

from common.excel.workbook import Column, Sheet, Total
from opinions.models import Category, Channel, Opinion
from reports.definitions.counts import Counts, q_of, total
from reports.definitions.periods import BoundedPeriod
from reports.figures.by_area_and_month import Scope, date_ranges_of, frozen_months, frozen_opinions, live_q
from reports.models import counted_q
from reports.workbook.summary_sheet import COMPARED, SUMMARY, figures
from studios.models import Agency, County

Keys = tuple[int | None, str, str]  # lead agency, first-level category, channel
AXES = ("主办单位", "类别", "反映渠道")


def breakdown_sheets(
    groups: dict[Keys, Counts], before: Counter, county: County, period: BoundedPeriod, head: list[str]
) -> list[Sheet]:
    """Return the three sheets. `groups` are the period's counts, `before` the accepted of the period before; two
    queries for the names."""
    names: list[dict[Any, str]] = [
        dict(Agency.objects.filter(county=county).values_list("pk", "name")),
        dict(Category.objects.annotate(depth=Length("code")).filter(depth=2).values_list("pk", "name")),
        {code: str(label) for code, label in Channel.choices},
    ]
    return [_sheet(axis, names[axis], groups, before, period, head) for axis in range(len(AXES))]


def accepted_in(opinions: QuerySet[Opinion], county: County, period: BoundedPeriod, today: date) -> Counter:
    """Count how many of the opinions were accepted in a period, by Keys, as frozen where it is. At most three
    queries."""
    within, spans = Scope(opinions, (county.pk,), "county"), date_ranges_of([period])
    months = frozen_months(within.counties, spans)
    found: Counter[Keys] = Counter()
    live = opinions.filter(live_q(within, months, spans), q_of("accepted", today)).order_by()
    parts: list[Any] = [
        live.annotate(top=Substr(F("category_id"), 1, 2)).values_list("lead_agency", "top", "channel")
    ]
    if months:
        kept = frozen_opinions(within, months).filter(counted_q("accepted"))
        parts.append(kept.order_by().values_list("lead_agency", "category", "channel"))
    for part in parts:
        for agency, top, channel, n in part.annotate(n=Count("pk")):
            found[agency, top or "", channel] += n
    return found


def _sheet(
    axis: int,
    names: dict[Any, str],
    groups: dict[Keys, Counts],
    before: Counter[Keys],
    period: BoundedPeriod,
    head: list[str],
) -> Sheet:
    counts = _along(axis, groups.items())
    then: Counter[Any] = Counter()
    for key, n in before.items():
        then[key[axis]] += n
    title, ago = AXES[axis], COMPARED[period.kind][0]
    columns = [
        Column(title, 28 if axis == 0 else 16, "long"),
        *SUMMARY.values(),
        Column(f"{ago}受理", 8, "number"),
        Column("受理增减", 8, "number"),
    ]
    return Sheet(title, columns, _rows(axis, names, counts, then), head, frozen=1)


def _along(axis: int, items: Iterable[tuple[Keys, Counts]]) -> dict[Any, Counts]:
    found: dict = {}
    for key, counts in items:
        found[key[axis]] = found.get(key[axis], Counts()) + counts
    return found


def _rows(
    axis: int, names: dict[Any, str], counts: dict[Any, Counts], then: Counter[Any]
) -> Iterator[Sequence[Any]]:
    """Yield the most accepted first; what has no agency or category comes last."""
    keys = sorted(
        counts.keys() | then.keys(),
        key=lambda key: (not key, -counts.get(key, Counts())["accepted"], str(key)),
    )
    without = [_("not with an agency yet"), _("without a category"), ""][axis]
    for key in keys:
        found = counts.get(key, Counts())
        name = names.get(key, key) if key else without
        yield [name, *figures(found), then[key], found["accepted"] - then[key]]
    everything = total(counts.values())
    before = sum(then.values())
    yield Total([_("Total"), *figures(everything), before, everything["accepted"] - before])
