"""The accepted of a place by first-level category and lead agency: what the chart of categories and the heat table
show, in one query."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Length
from django.utils.translation import gettext as _

from opinions.models import Category
from reports.definitions.counts import q_of
from reports.definitions.periods import BoundedPeriod, Period, year_of
from reports.figures.by_area_and_month import Scope, date_ranges_of, frozen_opinions, live_q
from reports.figures.drill_down_links import list_url
from reports.models import FrozenMonth, counted_q
from studios.models import Agency

COUNTED = "accepted"
AGENCIES, CATEGORIES = 12, 10  # the rows and columns of a heat table
STEPS = 5  # of its colour
FIRST_LEVEL = 2  # characters of its code
COLUMNS = ("top", "agency", "name", "n")
CATEGORY, AGENCY = -1, -2  # instead of a number: the row is a name
NO_TEXT, NO_NUMBER = Value(None, CharField()), Value(None, IntegerField())


@dataclass
class CategoryByAgency:
    """`cells`: how many per (category, agency); agency None: not with one yet."""

    cells: Counter = field(default_factory=Counter)
    categories: dict[str, str] = field(default_factory=dict)
    agencies: dict[int, str] = field(default_factory=dict)

    def by_category(self) -> list[tuple[str, int]]:
        """Return (category, how many), the most frequent first."""
        return _most(self.cells, 0)

    def heat(self, chosen: dict[str, Any]) -> dict[str, Any]:
        """Return rows of agencies, columns of categories; each cell with its shade and the list that it opens."""
        columns = [code for code, _n in self.by_category() if code in self.categories][:CATEGORIES]
        agencies = [pk for pk, _n in _most(self.cells, 1) if pk is not None]
        rows = agencies[:AGENCIES]
        top = max((self.cells[code, pk] for code in columns for pk in rows), default=0)

        def entry(code: str, pk: int) -> dict[str, Any]:
            n = self.cells[code, pk]
            url = list_url(COUNTED, chosen | {"category": code, "agency": pk}) if n else ""
            label = _("%(agency)s, %(category)s: %(n)d") % {
                "agency": self.agencies[pk],
                "category": self.categories[code],
                "n": n,
            }
            return {"n": n, "url": url, "shade": -(-n * STEPS // top) if top else 0, "label": label}

        return {
            "columns": [self.categories[code] for code in columns],
            "rows": [{"name": self.agencies[pk], "cells": [entry(c, pk) for c in columns]} for pk in rows],
            "left_out": len(agencies) - len(rows),
        }


def chart_period(period: Period, today: date) -> BoundedPeriod:
    """Return what is charted of a period: all time is shown by its last year, lest a page read the whole
    register."""
    return period if isinstance(period, BoundedPeriod) else year_of(today)


def category_by_agency(
    within: Scope, period: BoundedPeriod, months: list[FrozenMonth], today: date
) -> CategoryByAgency:
    """Return the matrix of a period, of which `months` are the frozen ones, with the names in the same query."""
    live = within.rows.filter(live_q(within, months, date_ranges_of([period])), q_of(COUNTED, today))
    parts = [_counted(live.filter(category__isnull=False), F("category_id"))]
    if months:
        kept = frozen_opinions(within, months).filter(counted_q(COUNTED))
        parts.append(_counted(kept.exclude(category=""), F("category")))
    tree = Category.objects.order_by().annotate(depth=Length("code")).filter(depth=FIRST_LEVEL)
    names = [
        _names(tree, CATEGORY, top=F("code")),
        _names(Agency.objects.order_by(), AGENCY, agency=F("pk")),
    ]
    found = CategoryByAgency()
    for top, agency, name, n in parts[0].union(*parts[1:], *names, all=True):
        if n == CATEGORY:
            found.categories[top] = name
        elif n == AGENCY:
            found.agencies[agency] = name
        else:
            found.cells[top[:FIRST_LEVEL], agency] += n
    return found


def _names(rows: QuerySet, kind: int, *, top: Any = NO_TEXT, agency: Any = NO_NUMBER) -> QuerySet:
    """Return a row of COLUMNS for every name."""
    return rows.annotate(top=top, agency=agency, n=Value(kind, IntegerField())).values_list(*COLUMNS)


def _counted(rows: QuerySet, top: Any) -> QuerySet:
    rows = rows.order_by().annotate(top=Cast(top, CharField()), agency=F("lead_agency_id"))
    return rows.values("top", "agency").annotate(n=Count("*"), name=NO_TEXT).values_list(*COLUMNS)


def _most(cells: Counter[Any], axis: int) -> list[tuple[Any, int]]:
    sums: Counter = Counter()
    for key, n in cells.items():
        sums[key[axis]] += n
    return sorted(sums.items(), key=lambda one: (-one[1], str(one[0])))
