"""The sheet 台账 of the workbook: its columns, which others rely on, and what stands in each.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import models
from django.db.models import BooleanField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from common.excel.workbook import A3, Column, Sheet
from common.security.crypto import mask_name, mask_phone
from common.security.numbers import mask_numbers
from opinions.lifecycle.statuses import Status
from opinions.models import Channel, MatterType, Opinion, Outcome, Satisfaction
from opinions.models.redaction import unnamed
from reports.definitions.counts import DAYS, FLAGS, GONE, with_flags
from reports.freezing.adjustments import labels
from reports.workbook.form import Form
from studios.models.areas import name_on
from workdays.calendar import is_published

# The first PRINTED ones go on paper, A3; the others stand to their right. Moments are shown by their day but keep
# their time.
REGISTER = [
    Column("编号", 19),
    Column("登记时间", 11, "date"),
    Column("乡镇街道", 10, "long"),
    Column("姓名", 7, "long"),
    Column("电话", 12),
    Column("类别", 9, "long"),
    Column("标题", 22, "long"),
    Column("主办单位", 13, "long"),
    Column("状态", 7, "long"),
    Column("答复期限", 11, "date"),
    Column("答复时间", 11, "date"),
    Column("超期答复", 5),
    Column("办理结果", 8, "long"),
    Column("答复内容", 42, "long"),
    Column("最终评价", 8),
    Column("工作室", 13, "long"),
    Column("反映渠道", 8, "long"),
    Column("事项类型", 8, "long"),
    Column("轮次", 5, "number"),
    Column("反馈时间", 11, "date"),
    Column("回访时间", 11, "date"),
    Column("首次评价", 9),
    Column("办结时间", 11, "date"),
    Column("当前期限", 11, "date"),
    Column("当前已超期", 7),
    Column("期限暂定", 6),
]
PRINTED = 15
READ = (
    "id",
    "number",
    "registered_at",
    "township_id",
    "lead_agency_id",
    "category_id",
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
    "redaction",
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
    "first_called_back_at",
    "first_satisfaction",
    "last_satisfaction",
    "closed_at",
    "due_on",
)
# What is kept of a frozen month, next to what is counted now.
FROZEN = [Column("冻结时计入", 24, "long"), Column("冻结后变化", 20, "long")]
KEPT = (
    "frozen__counted",
    "frozen__township",
    "frozen__lead_agency",
    "frozen__category",
    "frozen__channel",
)
YES, NO = "是", "否"
SLICE = 2000


def register_sheet(lines: Iterable[Sequence[Any]], form: Form, *, frozen: bool) -> Sheet:
    """Return the sheet 台账 with these lines; `frozen` adds the columns of a frozen month."""
    return Sheet(
        "台账",
        [*REGISTER, *(FROZEN if frozen else [])],
        lines,
        form.titled(f"{form.area}{form.period.label}群众意见台账", unit="单位：件"),
        frozen=1,
        last=True,
        foot=form.foot,
        printed=PRINTED,
        paper=A3,
        top=True,
        empty="本期无",
    )


def register_rows(
    opinions: QuerySet[Opinion], today: date, *, frozen: bool, unmasked: bool = False
) -> Iterator[Any]:
    """Yield the rows that `register_row` takes, oldest first, with the flags by which they are counted, and with
    `frozen` what each was counted in when its month was frozen.

    One statement for every slice: none stays open while the sheet is written, so that the progress can be noted
    meanwhile, on SQLite too. With `unmasked` the citizens are shown, but never one who wants to be kept secret.
    """
    flagged = with_flags(opinions, today).order_by("registered_at", "id")
    flagged = flagged.annotate(unmasked=Value(unmasked, BooleanField()))
    kept = KEPT if frozen else ()
    rows = flagged.values_list("unmasked", *READ, *kept, *FLAGS.values(), named=True)
    part = list(rows[:SLICE])
    yield from part
    while len(part) == SLICE:
        part = list(rows.filter(_after(part[-1]))[:SLICE])
        yield from part


def _after(row: Any) -> Q:
    """Return the condition of those that follow `row`; the first part of it is what an index finds."""
    at = row.registered_at
    return Q(registered_at__gte=at) & (Q(registered_at__gt=at) | Q(id__gt=row.id))


def register_row(row: Any) -> tuple[Any, ...]:
    """Return one opinion as the 台账 shows it: no full name, no full number, nowhere in the words either; or
    `unmasked`."""
    name, phone = _citizen(row)
    return (
        row.number,
        row.registered_at,
        _township(row),
        name,
        phone,
        row.category__name,
        _words(row, row.title),
        row.lead_agency__name,
        _label(Status, row.status),
        row.handling_due_on,
        row.answered_at,
        YES if row.answered_late else NO,
        _label(Outcome, row.outcome),
        _words(row, row.answer),
        _label(Satisfaction, row.last_satisfaction),
        row.studio__name,
        _label(Channel, row.channel),
        _label(MatterType, row.matter_type),
        row.round,
        row.reported_back_at,
        row.called_back_at or row.first_called_back_at,
        _label(Satisfaction, row.first_satisfaction),
        row.closed_at,
        row.due_on,
        YES if row.counts_overdue else NO,
        YES if _provisional(row) else NO,
    )


def _township(row: Any) -> str:
    """Return the township by its name of that day."""
    name, former = row.township__name, row.township__former_names
    return name_on(name, former, timezone.localdate(row.registered_at)) if former else name


def _provisional(row: Any) -> bool:
    """Return whether a deadline on this line lies in a year whose calendar is still to be published."""
    owed = row.handling_due_on if row.answered_at is None else None
    return any(day and not is_published(day.year) for day in (row.due_on, owed))


def _citizen(row: Any) -> tuple[str, str]:
    if row.keep_secret:
        return _("kept secret"), ""
    if row.unmasked:
        return row.citizen_name, row.citizen_phone
    return mask_name(row.citizen_name), mask_phone(row.citizen_phone)


def _words(row: Any, text: str) -> str:
    """Return `text` without phone and ID numbers, and without the citizen's own name."""
    if row.keep_secret:
        return unnamed(row, text)
    if row.unmasked:
        return text
    if len(row.citizen_name) > 1:
        text = text.replace(row.citizen_name, mask_name(row.citizen_name))
    return mask_numbers(text)


@cache
def _label(choices: type[models.TextChoices], value: str) -> str:
    """Return a label. The workbook is written in the office's language, so a label once looked up stays the same."""
    return str(choices(value).label) if value else ""


def frozen_words(counted: str | None, now: tuple[str, ...], lacks: frozenset[str]) -> tuple[str, str]:
    """Return what an opinion was counted in when its month was frozen, and what has changed since, of what was a
    figure then and is one now."""
    if counted is None:
        return "", _("registered after the freeze")
    kept = counted.split()
    was, is_now = _named(n for n in kept if n not in GONE), _named(n for n in now if n not in lacks)
    if was == is_now:
        return _joined(_named(kept)), ""
    gone, come = [w for w in was if w not in is_now], [w for w in is_now if w not in was]
    parts = [_("no longer: %s") % _joined(gone) if gone else "", _("now: %s") % _joined(come) if come else ""]
    return _joined(_named(kept)), _("; ").join(part for part in parts if part)


def _named(names: Iterable[str]) -> list[str]:
    return labels([name for name in names if not name.startswith(DAYS)])


def _joined(words: Iterable[str]) -> str:
    return "、".join(words)
