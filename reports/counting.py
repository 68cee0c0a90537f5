"""Counts opinions by figure. No other module asks the database how many meet a figure's conditions.

The database counts rows that are alike, in one pass; what the like of them are counted in is worked out once here.
Eighteen conditions asked of every row would cost it five times as much (ADR 0033).
"""

import operator
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from opinions.workflow.table import Status
from reports.figures import ALL, DAYS, FLAGS, Counts, q_of, tally

# Rows that agree in these, and in what is asked of the database, are alike. None of them is ever NULL, so that "not"
# means the same here as it does there.
PLAIN = ("status", "round", "answered_late", "satisfaction")
LOOKUPS = {"exact": operator.eq, "in": lambda value, among: value in among, "gt": operator.gt}


def columns_of(q: Q) -> set[str]:
    """The columns, dates or relations that a condition looks at."""
    return {
        column
        for part in q.children
        for column in (columns_of(part) if isinstance(part, Q) else {part[0].partition("__")[0]})
    }


def meets(q: Q, row: Mapping) -> bool:
    """Whether the columns of `row` meet `q`. KeyError for what only the database can tell."""
    parts = (meets(part, row) if isinstance(part, Q) else _holds(*part, row) for part in q.children)
    return {Q.AND: all, Q.OR: any}[q.connector](parts) != q.negated


def _holds(path: str, value, row: Mapping) -> bool:
    column, _, lookup = path.partition("__")
    return LOOKUPS[lookup or "exact"](row[column], value)


# The conditions that look at more than PLAIN: at dates and moments.
ASKED = {name: flag for name, flag in FLAGS.items() if not columns_of(q_of(name, date.min)) <= {*PLAIN}}


def count_figures(queryset: QuerySet, *, by=None, today: date | None = None) -> dict:
    """Counts per value of the column `by` (county, township…; several: per tuple; None: one entry, None), in one
    query. Days are counted by `count_days`."""
    today = today or timezone.localdate()
    asked = {
        flag: ExpressionWrapper(q_of(name, today), output_field=BooleanField())
        for name, flag in ASKED.items()
    }
    alike = queryset.order_by().annotate(**asked).values_list(*_names(by), *PLAIN, *asked)
    groups: dict = {} if by else {None: Counts()}
    for *key, n in alike.annotate(n=Count("*")):
        area, state = key[: len(_names(by))], key[len(_names(by)) :]
        tally(groups.setdefault(_key(area, by), Counts()), names_met(tuple(state)), n)
    return groups


@lru_cache(maxsize=10_000)
def names_met(state: tuple) -> tuple[str, ...]:
    """What rows are counted in whose columns and flags, in the order of PLAIN and ASKED, are `state`."""
    row = dict(zip((*PLAIN, *ASKED.values()), state, strict=True))
    met = (row[flag] if name in ASKED else meets(q_of(name, date.min), row) for name, flag in FLAGS.items())
    return (ALL, *(name for name, does in zip(FLAGS, met, strict=True) if does))


def count_days(queryset: QuerySet, *, by=None) -> dict:
    """How many days the closed took, as Counts per value of `by`, in one query."""
    took = TruncDate("closed_at") - TruncDate("registered_at")
    rows = queryset.filter(status=Status.CLOSED, closed_at__isnull=False).order_by().annotate(took=took)
    groups: dict = {} if by else {None: Counts()}
    for *area, days, n in rows.values_list(*_names(by), "took").annotate(n=Count("*")):
        groups.setdefault(_key(area, by), Counts())[f"{DAYS}{days.days}"] = n
    return groups


def _names(by) -> tuple:
    return (by,) if isinstance(by, str) else by or ()


def _key(area: list, by):
    return area[0] if isinstance(by, str) else by and tuple(area)
