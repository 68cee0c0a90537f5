"""Counts opinions by figure and area. No other module counts all figures of a queryset.

The database counts equivalent rows in one pass; in which names they are counted is worked out once here.
Eighteen conditions asked of every row would cost it five times as much (ADR 0033).
"""

import operator
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, reduce
from typing import Any, cast

from django.db.models import Case, Count, DurationField, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from opinions.lifecycle.statuses import Status
from reports.definitions.counts import ALL, DAYS, FLAGS, GONE, Counts, q_of, tally

# Rows that agree in these, and in the comparisons of FLAG_LOOKUPS, are equivalent: counted in the same names.
GROUP_COLUMNS = (
    "status",
    "round",
    "answered_late",
    "first_satisfaction",
    "last_satisfaction",
    "imported_satisfaction",
)
CLOSED = Q(status=Status.CLOSED, closed_at__isnull=False)
TOOK = TruncDate("closed_at") - TruncDate("registered_at")
Leaf = tuple[str, Any]  # a lookup and what it compares with
LOOKUPS = {"exact": operator.eq, "in": lambda value, among: value in among, "gt": operator.gt}


def iter_lookups(q: Q) -> Iterator[Leaf]:
    """Yield what a condition compares: ("status__in", [...]), ("due_on__lt", today)…"""
    for part in q.children:
        if isinstance(part, Q):
            yield from iter_lookups(part)
        else:
            yield cast(Leaf, part)  # the conditions of figures are made of lookups alone


def evaluate_q(q: Q, row: Mapping[Any, Any]) -> bool:
    """Return whether `row` meets `q`: it has the values of GROUP_COLUMNS, and for every other comparison whether it
    is met. What is NULL meets no comparison, and a "not" of it is met, as everywhere in Django. KeyError for what
    `row` does not have."""
    parts = (
        evaluate_q(part, row) if isinstance(part, Q) else _holds(cast(Leaf, part), row) for part in q.children
    )
    return {Q.AND: all, Q.OR: any}[q.connector](parts) != q.negated


def _holds(leaf: Leaf, row: Mapping[Any, Any]) -> bool:
    column, _, lookup = leaf[0].partition("__")
    return LOOKUPS[lookup or "exact"](row[column], leaf[1]) if column in GROUP_COLUMNS else bool(row[leaf])


def _asked(today: date) -> tuple[Leaf, ...]:
    """Return what figures compare in addition to GROUP_COLUMNS: days and moments, with today or with nothing."""
    leaves = (leaf for name in FLAGS for leaf in iter_lookups(q_of(name, today)))
    return tuple(dict.fromkeys(leaf for leaf in leaves if leaf[0].partition("__")[0] not in GROUP_COLUMNS))


FLAG_LOOKUPS = _asked(date.min)


def count_figures(
    queryset: QuerySet,
    *,
    by: str | tuple[str, ...] | None = None,
    today: date | None = None,
    days: bool = False,
) -> dict[Any, Counts]:
    """Count per value of the column `by` (county, township…; several: per tuple; None: one entry, None), in one
    query.

    `days`: also how many days the closed took, which is worth it for a month; else `count_days` counts them.
    """
    asked = {"met": _met(today or timezone.localdate())}
    if days:
        asked["took"] = Case(When(CLOSED, then=TOOK), output_field=DurationField())
    grouped = queryset.order_by().annotate(**asked).values_list(*_names(by), *GROUP_COLUMNS, *asked)
    groups: dict = {} if by else {None: Counts(lacks=GONE)}
    for *key, n in grouped.annotate(n=Count("*")):
        area, state = key[: len(_names(by))], key[len(_names(by)) :]
        counts = groups.setdefault(_key(area, by), Counts(lacks=GONE))
        if days and (took := state.pop()) is not None:
            counts[f"{DAYS}{took.days}"] += n
        tally(counts, names_met(tuple(state)), n)
    return groups


def _met(today: date) -> Any:
    """Return which of FLAG_LOOKUPS a row meets, as bits of one number: the database groups by it faster than by many
    columns."""
    bits = (Case(When(Q(leaf), then=1 << place), default=0) for place, leaf in enumerate(_asked(today)))
    return reduce(operator.add, bits)


@lru_cache(maxsize=10_000)
def names_met(state: tuple[Any, ...]) -> tuple[str, ...]:
    """Return what rows are counted in that have these values of GROUP_COLUMNS and meet these of FLAG_LOOKUPS."""
    *values, met = state
    row = dict(zip(GROUP_COLUMNS, values, strict=True))
    row |= {leaf: met >> place & 1 for place, leaf in enumerate(FLAG_LOOKUPS)}
    return (ALL, *(name for name in FLAGS if evaluate_q(q_of(name, date.min), row)))


def count_days(queryset: QuerySet, *, by: str | tuple[str, ...] | None = None) -> dict[Any, Counts]:
    """Count how many days the closed took, per value of `by`, in one query."""
    rows = queryset.filter(CLOSED).order_by().annotate(took=TOOK)
    groups: dict = {} if by else {None: Counts(lacks=GONE)}
    for *area, days, n in rows.values_list(*_names(by), "took").annotate(n=Count("*")):
        groups.setdefault(_key(area, by), Counts(lacks=GONE))[f"{DAYS}{days.days}"] = n
    return groups


def _names(by: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (by,) if isinstance(by, str) else by or ()


def _key(area: Sequence[Any], by: str | tuple[str, ...] | None) -> Any:
    return area[0] if isinstance(by, str) else by and tuple(area)
