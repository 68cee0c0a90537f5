"""Counts opinions by figure and area. No other module counts all figures of a queryset.

The database counts rows that are alike, in one pass; what the like of them are counted in is worked out once here.
Eighteen conditions asked of every row would cost it five times as much (ADR 0033).
"""

import operator
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache, reduce

from django.db.models import Case, Count, DurationField, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from opinions.lifecycle.statuses import Status
from reports.definitions.counts import ALL, DAYS, FLAGS, GONE, Counts, q_of, tally

# Rows that agree in these, and in what is asked of the database besides, are alike.
GROUP_COLUMNS = ("status", "round", "answered_late", "first_satisfaction", "last_satisfaction")
CLOSED = Q(status=Status.CLOSED, closed_at__isnull=False)
TOOK = TruncDate("closed_at") - TruncDate("registered_at")
LOOKUPS = {"exact": operator.eq, "in": lambda value, among: value in among, "gt": operator.gt}


def iter_lookups(q: Q) -> Iterator[tuple]:
    """What a condition compares: ("status__in", [...]), ("due_on__lt", today)…"""
    for part in q.children:
        yield from iter_lookups(part) if isinstance(part, Q) else (part,)


def evaluate_q(q: Q, row: Mapping) -> bool:
    """Whether `row` meets `q`: it has the values of PLAIN, and whether so much else of a condition is met. What is NULL
    meets no comparison, and a "not" of it is met, as everywhere in Django. KeyError for what `row` does not tell."""
    parts = (evaluate_q(part, row) if isinstance(part, Q) else _holds(part, row) for part in q.children)
    return {Q.AND: all, Q.OR: any}[q.connector](parts) != q.negated


def _holds(leaf: tuple, row: Mapping) -> bool:
    column, _, lookup = leaf[0].partition("__")
    return LOOKUPS[lookup or "exact"](row[column], leaf[1]) if column in GROUP_COLUMNS else bool(row[leaf])


def _asked(today: date) -> tuple:
    """What figures compare besides the columns of PLAIN: days and moments, with today or with nothing."""
    leaves = (leaf for name in FLAGS for leaf in iter_lookups(q_of(name, today)))
    return tuple(dict.fromkeys(leaf for leaf in leaves if leaf[0].partition("__")[0] not in GROUP_COLUMNS))


FLAG_LOOKUPS = _asked(date.min)


def count_figures(queryset: QuerySet, *, by=None, today: date | None = None, days=False) -> dict:
    """Counts per value of the column `by` (county, township…; several: per tuple; None: one entry, None), in one
    query. `days`: also how many days the closed took, which is worth it for a month; else `count_days` counts them."""
    asked = {"met": _met(today or timezone.localdate())}
    if days:
        asked["took"] = Case(When(CLOSED, then=TOOK), output_field=DurationField())
    alike = queryset.order_by().annotate(**asked).values_list(*_names(by), *GROUP_COLUMNS, *asked)
    groups: dict = {} if by else {None: Counts(lacks=GONE)}
    for *key, n in alike.annotate(n=Count("*")):
        area, state = key[: len(_names(by))], key[len(_names(by)) :]
        counts = groups.setdefault(_key(area, by), Counts(lacks=GONE))
        if days and (took := state.pop()) is not None:
            counts[f"{DAYS}{took.days}"] += n
        tally(counts, names_met(tuple(state)), n)
    return groups


def _met(today: date):
    """Which of ASKED a row meets, as bits of one number: the database tells it apart sooner than many columns."""
    bits = (Case(When(Q(leaf), then=1 << place), default=0) for place, leaf in enumerate(_asked(today)))
    return reduce(operator.add, bits)


@lru_cache(maxsize=10_000)
def names_met(state: tuple) -> tuple[str, ...]:
    """What rows are counted in that have these values of PLAIN and meet these of ASKED."""
    *values, met = state
    row = dict(zip(GROUP_COLUMNS, values, strict=True))
    row |= {leaf: met >> place & 1 for place, leaf in enumerate(FLAG_LOOKUPS)}
    return (ALL, *(name for name in FLAGS if evaluate_q(q_of(name, date.min), row)))


def count_days(queryset: QuerySet, *, by=None) -> dict:
    """How many days the closed took, as Counts per value of `by`, in one query."""
    rows = queryset.filter(CLOSED).order_by().annotate(took=TOOK)
    groups: dict = {} if by else {None: Counts(lacks=GONE)}
    for *area, days, n in rows.values_list(*_names(by), "took").annotate(n=Count("*")):
        groups.setdefault(_key(area, by), Counts(lacks=GONE))[f"{DAYS}{days.days}"] = n
    return groups


def _names(by) -> tuple:
    return (by,) if isinstance(by, str) else by or ()


def _key(area: list, by):
    return area[0] if isinstance(by, str) else by and tuple(area)
