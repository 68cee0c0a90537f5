"""Verification of the number series: opinions and letters have consecutive numbers, and none is missing."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from letters.models import Letter, Series
from opinions.models import NumberSeries, Opinion

S = TypeVar("S", NumberSeries, Series)
PREFIX = len("433101-2026")
NAMED = 20  # gaps of one series; of more only how many


def gaps() -> list[str]:
    """Return a sentence for each number that was given and that no opinion or letter has any more, and for each series
    that says it gave fewer numbers than there are."""
    return [*_of_opinions(), *_of_letters()]


def _of_opinions() -> list[str]:
    by_series = Opinion.objects.order_by().annotate(series=Left("number", PREFIX)).values_list("series")
    counted = dict(by_series.annotate(rows=Count("pk")))
    found, known = [], set()
    for series in NumberSeries.objects.order_by("county", "year"):
        name = f"{series.county_id}-{series.year}"
        known.add(name)
        if counted.get(name, 0) != series.last:
            found += _again(series, _serials_of_opinions, f"{name}-{{:06d}}".format)
    for name in sorted(counted.keys() - known):
        found.append(_("the number series %s is gone") % name)
    return found


def _serials_of_opinions(series: NumberSeries) -> Iterable[int]:
    numbers = Opinion.objects.filter(number__startswith=f"{series.county_id}-{series.year}-")
    return (int(number[PREFIX + 1 :]) for number in numbers.values_list("number", flat=True))


def _of_letters() -> list[str]:
    rows: QuerySet[Letter, tuple] = Letter.objects.order_by().values_list("county", "series", "year")
    counted = {(county, name, year): count for county, name, year, count in rows.annotate(rows=Count("pk"))}
    found, known = [], set()
    for series in Series.objects.order_by("county", "name", "year"):
        key = (series.county_id, series.name, series.year)
        known.add(key)
        if counted.get(key, 0) != series.last:
            named = _("letter {county} {name} {year} number {{}}")
            named = named.format(county=series.county_id, name=series.name, year=series.year)
            found += _again(series, _serials_of_letters, named.format)
    for key in sorted(counted.keys() - known):
        found.append(_("the number series %s is gone") % _("of letters {0} {1} {2}").format(*key))
    return found


def _serials_of_letters(series: Series) -> Iterable[int]:
    letters = Letter.objects.filter(county=series.county_id, series=series.name, year=series.year)
    return letters.values_list("serial", flat=True)


def _again(series: S, serials: Callable[[S], Iterable[int]], named: Callable[[int], str]) -> list[str]:
    """Name what is missing, read under the lock of the series, so that nobody takes a number meanwhile."""
    with transaction.atomic():
        locked = type(series)._default_manager.select_for_update().get(pk=series.pk)
        there = set(serials(locked))
        last = locked.last
    missing = sorted(set(range(1, last + 1)) - there)
    found = [
        _("%s: this number was given, and nothing has it any more") % named(one) for one in missing[:NAMED]
    ]
    if len(missing) > NAMED:
        found.append(_("… and %d more of this series") % (len(missing) - NAMED))
    if beyond := sorted(one for one in there if one > last):
        found.append(_("%s: its series says that it was never given") % named(beyond[0]))
    return found
