"""Ledger, numbers and letters in the anchors: their leaves, and whether they still are what was anchored."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from anchors.checking import fewer_than, leaves_without
from anchors.models import Leaf
from anchors.services import LeafValues, changed
from letters.models import Letter, Series
from notifications.models import Message
from opinions.models import Event, NumberSeries, Opinion

Kind = Leaf.Kind
# Tables whose rows are never deleted, by the key of their leaf.
TOTALS: dict[str, type[Any]] = {"opinions": Opinion, "events": Event, "letters": Letter, "messages": Message}


def leaves() -> Iterator[LeafValues]:
    """Yield the leaves of all opinions and number series that have changed, and how many rows the tables have."""
    yield from changed(Kind.OPINION, Opinion.objects.all(), key="number", count="version", head="ledger_head")
    yield from changed(
        Kind.SERIES, NumberSeries.objects.all(), key=_joined("county", "year"), count="last", head=Value("")
    )
    letters = _joined("county", "name", "year")
    yield from changed(Kind.LETTERS, Series.objects.all(), key=letters, count="last", head=Value(""))
    for key, model in TOTALS.items():
        count = model.objects.count()
        if not Leaf.objects.filter(kind=Kind.TOTAL, key=key, count=count).exists():
            yield Kind.TOTAL, key, count, ""


def _joined(*columns: str) -> Concat:
    text = CharField(max_length=64)
    parts: list[Any] = []
    for name in columns:
        parts += [Value("-"), Cast(F(name), text)]
    return Concat(*parts[1:], output_field=text)


def problems() -> list[str]:
    """Return a sentence for each opinion, series or table that is no longer what was anchored."""
    rows = Event.objects.filter(
        opinion__number=OuterRef("key"), sequence=OuterRef("count"), hash=OuterRef("head")
    )
    wrong = [
        _("opinion %(number)s: its row %(row)d is not what was anchored on %(day)s")
        % {"number": key, "row": count, "day": day}
        for key, count, day in leaves_without(Kind.OPINION, rows)
    ]
    wrong += _fewer(Kind.SERIES, _last(NumberSeries.objects.annotate(key=_joined("county", "year"))))
    wrong += _fewer(Kind.LETTERS, _last(Series.objects.annotate(key=_joined("county", "name", "year"))))
    wrong += _fewer(Kind.TOTAL, lambda key: TOTALS[key].objects.count() if key in TOTALS else None)
    return wrong


def _last(rows: QuerySet[Any]) -> Callable[[str], int | None]:
    return dict(rows.values_list("key", "last")).get


def _fewer(kind: str, count_of: Callable[[str], int | None]) -> list[str]:
    return [
        _("%(key)s: %(anchored)d were anchored, %(now)d are left")
        % {"key": key, "anchored": anchored, "now": max(now, 0)}
        for key, anchored, now in fewer_than(kind, count_of)
        if kind != Kind.TOTAL or key in TOTALS
    ]
