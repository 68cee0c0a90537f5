"""The activity figures of frozen months: which of them a period holds, and what is still counted live."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from django.db.models import Q

from reports.definitions.counts import Counts
from reports.definitions.periods import Period, month_of
from reports.models import FrozenActivityFigure

# What adds up over months; one deputy or studio in two months is one.
ADDITIVE = frozenset({"planned", "due", "held", "people", "visits", "opinions", "at_activity"})


class Readable(Protocol):
    """The part of a scope that says which frozen figures may be read."""

    @property
    def units(self) -> tuple[str, ...]: ...

    @property
    def whole(self) -> bool: ...


@dataclass(frozen=True)
class FrozenFigures:
    """`months` are (county, first day) of the months of the period that are frozen with their activities; `rows` are
    (township, counts)."""

    months: frozenset[tuple[str, date]] = frozenset()
    rows: list[tuple[str, dict[str, int]]] = field(default_factory=list)

    def by_area(self, by: str, *, additive_only: bool) -> dict[str, Counts]:
        """Return the counts per county or township; `additive_only` without persons and studios."""
        groups: dict[str, Counts] = {}
        for township, counts in self.rows:
            area = township[:6] if by == "county" else township
            taken = {name: n for name, n in counts.items() if name in ADDITIVE or not additive_only}
            groups[area] = groups.get(area, Counts()) + Counts(taken)
        return groups

    def q(self, county: str, day: str) -> Q:
        """Return the condition for rows of the frozen months, with their county and day in these columns."""
        found = Q(pk__in=[])
        for code, first in self.months:
            found |= Q(**{county: code, f"{day}__range": (first, month_of(first).last)})
        return found

    @property
    def registered_q(self) -> Q:
        """The condition for opinions of the frozen months."""
        found = Q(pk__in=[])
        for code, first in self.months:
            found |= Q(county=code) & month_of(first).registered
        return found

    @property
    def place_q(self) -> Q:
        """The condition for deputies and studios that were in a county with a frozen month."""
        found = Q(pk__in=[])
        for code, _first in self.months:
            found |= Q(place__startswith=code)
        return found


def frozen_figures(scope: Readable, period: Period) -> FrozenFigures:
    """Return what of the period is frozen, as far as the reader may read it; one query. A month that was frozen before
    activities were is not among them."""
    if not scope.whole or period.first is None or period.last is None:
        return FrozenFigures()
    within = Q(pk__in=[])
    for code in scope.units:
        within |= Q(township__code__startswith=code)
    rows = FrozenActivityFigure.objects.filter(within, frozen__month__range=(period.first, period.last))
    read = list(rows.values_list("township", "counts", "frozen__county", "frozen__month"))
    return FrozenFigures(
        frozenset((county, month) for _township, _counts, county, month in read),
        [(township, counts) for township, counts, _county, _month in read],
    )
