"""The counts that figures (reports/definitions/figures.py) are made of, and which named conditions they count.

A count is the number of opinions that meet a condition; a rate is one count over another. The conditions are
those the opinion list filters by (opinions/models/conditions.py), so that a figure and the list it opens agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Self

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.liaison import NO_VALUE, rate
from opinions.lifecycle.statuses import OPEN, Status
from opinions.models.conditions import CONDITIONS, condition_q
from reports.definitions.figures import ALL, FIGURES, KNOWN, RETIRED, Figure

# What one query counts: everything a figure is made of, and the stages of what is open.
COUNTED = tuple(dict.fromkeys([name for f in FIGURES.values() for name in (f.counts, f.of) if name]))
STAGES = tuple(status.value for status in OPEN)
NAMES = (*COUNTED, *STAGES)
GONE = frozenset(name for name in RETIRED if not RETIRED[name].of)
FLAGS = {name: f"counts_{name}" for name in NAMES if name != ALL}  # what `with_flags` annotates
_flags_of = attrgetter(*FLAGS.values())
DAYS = "days:"  # before a number of days: how many of the closed took so long


@dataclass(frozen=True)
class Rate:
    """A share that never hides what it was made of. Without a denominator there is no rate; `early`: nothing of it has
    had its time yet, so that 0 % would say nothing."""

    numerator: int
    denominator: int
    early: bool = False

    def __str__(self) -> str:
        return rate(self) if self.denominator else NO_VALUE

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None without a denominator, and while it is early."""
        return self.numerator / self.denominator if self.denominator and not self.early else None


@dataclass(frozen=True)
class Median:
    """The middle of so many numbers of days: as many took no longer as took no less. None of nothing."""

    days: float | None
    denominator: int

    def __str__(self) -> str:
        if self.days is None:
            return NO_VALUE
        return str(_("%(days)s days (of %(of)d)") % {"days": f"{self.days:g}", "of": self.denominator})


class Counts(dict[str, Any]):
    """How many opinions met each name of NAMES, and how many took so many days; a figure is read from it by its
    code. Counts of different opinions add up; what some of them `lack`, because it was defined later or is no longer,
    their sum lacks: it is None, never 0."""

    lacks: frozenset[str] = frozenset()

    def __init__(self, *given: Any, lacks: frozenset[str] = frozenset()) -> None:
        super().__init__(*given)
        self.lacks = lacks

    def __missing__(self, name: str) -> int | None:
        return None if name in self.lacks else 0

    def __add__(self, other: "Counts") -> Self:
        found = type(self)(self, lacks=self.lacks)
        found.add(other)
        return found

    def add(self, other: "Counts") -> None:
        """Add `other` to these; many are summed up so."""
        if not other.lacks <= self.lacks:
            self.lacks |= other.lacks
            for name in other.lacks:
                self.pop(name, None)
        for name, n in other.items():
            if name not in self.lacks:
                self[name] += n

    def __sub__(self, other: "Counts") -> Self:
        lacks = self.lacks | other.lacks
        names = (self.keys() | other.keys()) - lacks
        return type(self)({name: self[name] - other[name] for name in names}, lacks=lacks)

    def figure(self, code: str) -> "int | Rate | Median | None":
        """Return the figure `code`; None for what these lack."""
        figure = KNOWN.get(code)
        if figure is None:
            return self[code]  # a stage: the status is its own condition
        if figure.median:
            return self._median()
        if not figure.of:
            return self[figure.counts]
        if self.lacks.intersection((figure.counts, figure.of)):
            return None
        return Rate(self[figure.counts], self[figure.of], self._early(figure))

    def _early(self, figure: Figure) -> bool:
        has_begun = self[figure.counts] or any(self[name] for name in figure.needs)
        return bool(figure.needs and self[figure.of] and not has_begun)

    def _median(self) -> Median:
        took = sorted((int(name[len(DAYS) :]), n) for name, n in self.items() if name.startswith(DAYS))
        of = sum(n for _days, n in took)
        return Median((_nth(took, (of - 1) // 2) + _nth(took, of // 2)) / 2 if of else None, of)


def _nth(took: list[tuple[int, int]], place: int) -> int:
    """Return the `place`th of numbers that are given in order, each with how often it occurs."""
    for days, n in took:
        if place < n:
            return days
        place -= n
    raise IndexError(place)


def q_of(name: str, today: date) -> Q:
    """Return the condition of the rows that a name of COUNTED or STAGES stands for. KeyError for an unknown name."""
    if name == ALL:
        return Q()
    if name not in CONDITIONS and name in Status.values:
        return Q(status=name)
    return condition_q(name, today)


def list_parameter(name: str) -> dict[str, str]:
    """Return the list's filter for the same rows."""
    if name == ALL:
        return {}
    return {"condition": name} if name in CONDITIONS else {"status": name}


def total(groups: Iterable[Counts]) -> Counts:
    """Return the sum of all the counts; empty ones for none."""
    found = Counts()
    for counts in groups:
        found.add(counts)
    return found


def with_flags(queryset: QuerySet, today: date) -> QuerySet:
    """Annotate each row with `counts_<name>` for NAMES: a report that reads the rows anyway counts those it read, so
    that its sum and its rows are of the same moment."""
    return queryset.annotate(
        **{
            flag: ExpressionWrapper(q_of(name, today), output_field=BooleanField())
            for name, flag in FLAGS.items()
        }
    )


def names_of(row: Any) -> tuple[str, ...]:
    """Return what one row of `with_flags` (anything with these attributes, and its moments) is counted in."""
    names = _flagged(_flags_of(row))
    if not (row.counts_closed and row.closed_at):
        return names
    took = timezone.localdate(row.closed_at) - timezone.localdate(row.registered_at)
    return (*names, f"{DAYS}{took.days}")


@lru_cache(maxsize=1000)
def _flagged(flags: tuple[bool, ...]) -> tuple[str, ...]:
    """Return the names that the flags spell out; many rows have the same flags, so each set is spelled out once."""
    return (ALL, *(name for name, flag in zip(FLAGS, flags, strict=True) if flag))


def tally(counts: Counts, names: Iterable[str], n: int = 1) -> None:
    """Add `n` rows, each counted in `names`, to `counts`."""
    for name in names:
        counts[name] += n
