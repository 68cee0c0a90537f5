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

from common.excel.workbook import A3, Column, Note, Sheet, Total
from common.templatetags.liaison import NO_VALUE
from opinions.models import Category, Channel, Opinion
from reports.definitions.counts import Counts, q_of, total
from reports.definitions.periods import BoundedPeriod
from reports.figures.by_area_and_month import Scope, date_ranges_of, frozen_months, frozen_opinions, live_q
from reports.models import counted_q
from reports.workbook.form import Form, with_shares
from reports.workbook.summary_sheet import COMPARED, SUMMARY, chart, figures
from studios.models import Agency, County

Keys = tuple[int | None, str, str]  # lead agency, first-level category, channel
AXES = ("主办单位", "类别", "反映渠道")
BY_CHANNEL = ("按期", "超期", "未办结")


def breakdown_sheets(
    groups: dict[Keys, Counts], then: Sequence[Counter], county: County, period: BoundedPeriod, form: Form
) -> list[Sheet]:
    """Return the three sheets, and that of agencies by channel. `groups` are the period's counts, `then` the accepted
    of the period before and of the same a year before; two queries for the names."""
    names: list[dict[Any, str]] = [
        dict(Agency.objects.filter(county=county).values_list("pk", "name")),
        dict(Category.objects.annotate(depth=Length("code")).filter(depth=2).values_list("pk", "name")),
        {code: str(label) for code, label in Channel.choices},
    ]
    sheets = [_sheet(axis, names[axis], groups, then, period, form) for axis in range(len(AXES))]
    return [*sheets, channels_sheet(names[0], groups, form)]


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
    then: Sequence[Counter[Keys]],
    period: BoundedPeriod,
    form: Form,
) -> Sheet:
    counts = _along(axis, groups.items())
    title = AXES[axis]
    columns = [
        Column(title, 28 if axis == 0 else 16, "long"),
        *with_shares(SUMMARY).values(),
        Column("未表态", 5.5, "number"),
        Column("受理占比", 7, "percent"),
    ]
    for ago in COMPARED[period.kind]:
        columns += [
            Column(f"{ago}受理", 5.5, "number", group="对比"),
            Column(f"较{ago}增减", 5.5, "number", group="对比"),
            Column(f"较{ago}增减率", 7.5, "percent", group="对比", share=(f"较{ago}增减", f"{ago}受理")),
        ]
    return Sheet(
        title,
        columns,
        _rows(axis, names, counts, [_accepted(axis, one) for one in then]),
        form.titled(form.report(title)),
        frozen=1,
        computed=True,
        foot=form.foot,
        filtered=False,
        paper=A3,
        chart=chart(form.report(title), columns, 1) if axis < 2 else None,
    )


def _accepted(axis: int, then: Counter[Keys]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for key, n in then.items():
        found[key[axis]] += n
    return found


def _along(axis: int, items: Iterable[tuple[Keys, Counts]]) -> dict[Any, Counts]:
    found: dict = {}
    for key, counts in items:
        found[key[axis]] = found.get(key[axis], Counts()) + counts
    return found


def _rows(
    axis: int, names: dict[Any, str], counts: dict[Any, Counts], then: Sequence[Counter[Any]]
) -> Iterator[Sequence[Any]]:
    """Yield the most accepted first; what has no agency or category comes last."""
    keys = sorted(
        counts.keys() | set().union(*then),
        key=lambda key: (not key, -counts.get(key, Counts())["accepted"], str(key)),
    )
    everything = total(counts.values())
    accepted = everything["accepted"]
    for key in keys:
        found = counts.get(key, Counts())
        before = [one[key] for one in then]
        yield [_named(axis, names, key), *figures(found), *_beside(found, accepted, before)]
    yield Total(
        [_("Total"), *figures(everything), *_beside(everything, accepted, [one.total() for one in then])]
    )
    yield Note(["未表态", _("Reported back and not evaluated.")])


def _named(axis: int, names: dict[Any, str], key: Any) -> str:
    without = [_("not with an agency yet"), _("without a category"), ""][axis]
    return names.get(key, str(key)) if key else without


def _beside(counts: Counts, accepted: int, then: Sequence[int]) -> list[Any]:
    """Return what has no rate of its own: not evaluated, the share of all, and the changes."""
    reported, evaluated, now = counts["reported"], counts["evaluated_once"], counts["accepted"]
    silent = NO_VALUE if evaluated is None else max(reported - evaluated, 0)
    found = [silent, now / accepted if accepted else None]
    for before in then:
        found += [before, now - before, (now - before) / before if before else NO_VALUE]
    return found


def channels_sheet(names: dict[Any, str], groups: dict[Keys, Counts], form: Form) -> Sheet:
    """Return the sheet of agencies by channel: what of each channel is closed in time, late, or open."""
    found: dict[Any, dict[str, Counts]] = {}
    for (agency, _top, channel), counts in groups.items():
        of_agency = found.setdefault(agency, {})
        of_agency[channel] = of_agency.get(channel, Counts()) + counts
    used = [
        (code, str(label)) for code, label in Channel.choices if any(code in one for one in found.values())
    ]
    columns = [Column("主办单位", 28, "long"), Column("受理", 5.5, "number")]
    for _code, label in used:
        columns += [Column(f"{label}{head}", 8, "number", group=label) for head in BY_CHANNEL]
    return Sheet(
        "单位分渠道",
        columns,
        _channel_rows(names, found, [code for code, _label in used]),
        form.titled(f"{form.area}{form.period.label}各单位分渠道办理情况表", unit="单位：件"),
        frozen=1,
        computed=True,
        foot=form.foot,
        filtered=False,
        empty="本期无",
    )


def _channel_rows(
    names: dict[Any, str], found: dict[Any, dict[str, Counts]], channels: list[str]
) -> Iterator[Sequence[Any]]:
    def line(of_agency: dict[str, Counts]) -> list[int]:
        parts = [of_agency.get(code, Counts()) for code in channels]
        shown = [[counts["on_time"], counts["late"], counts["open"]] for counts in parts]
        return [
            sum(counts["accepted"] for counts in of_agency.values()),
            *(n for part in shown for n in part),
        ]

    for key in sorted(found, key=lambda key: (not key, names.get(key, ""))):
        yield [_named(0, names, key), *line(found[key])]
    if found:
        together = {code: total(one.get(code, Counts()) for one in found.values()) for code in channels}
        yield Total([_("Total"), *line(together)])
