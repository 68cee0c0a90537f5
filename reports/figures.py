"""Every figure of the product: its words, and which named conditions it counts. No other module defines one.

A count is the number of opinions that meet a condition; a rate is one count over another. The conditions are
those the opinion list filters by (opinions/conditions.py), so that a figure and the list it opens agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.templatetags.liaison import NO_VALUE, rate
from opinions.conditions import CONDITIONS, condition_q
from opinions.workflow.table import OPEN, Status

ALL = "all"  # every row, whatever became of it
BASIS = _(
    "Counted are the opinions registered in the period, as they stand now; declined, merged and withdrawn ones "
    "stand in the register but are not accepted."
)


@dataclass(frozen=True)
class Rate:
    """A share that never hides what it was made of. Without a denominator there is no rate."""

    numerator: int
    denominator: int

    def __str__(self):
        return rate(self) if self.denominator else NO_VALUE

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None without a denominator."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Median:
    """The middle of so many numbers of days: as many took no longer as took no less. None of nothing."""

    days: float | None
    denominator: int

    def __str__(self):
        if self.days is None:
            return NO_VALUE
        return str(_("%(days)s days (of %(of)d)") % {"days": f"{self.days:g}", "of": self.denominator})


@dataclass(frozen=True)
class Figure:
    """`counts` names a condition (or a status, or ALL); with `of`, the figure is the rate counts / of; a `median` is
    that of the days which those counted took."""

    code: str
    label: str
    words: str
    counts: str
    of: str = ""
    median: bool = False


def _count(code, label, words, counts=""):
    return Figure(code, label, words, counts or code)


FIGURES = {
    figure.code: figure
    for figure in [
        _count(ALL, _("Written down"), _("Every opinion written down in the period.")),
        _count("accepted", _("Accepted"), _("Registered and neither declined, merged nor withdrawn.")),
        _count("closed", _("Closed"), _("Accepted, and satisfied or the evaluation window has passed.")),
        _count("on_time", _("Closed on time"), _("Closed, and every answer was given by its last day.")),
        _count("late", _("Closed late"), _("Closed, and an answer was given after its last day.")),
        _count("open", _("Still open"), _("Accepted and not closed.")),
        _count(
            "overdue",
            _("Past the deadline"),
            _("Open, not suspended, and past the last day of the present stage."),
        ),
        _count("reported", _("Reported back"), _("Accepted, and the citizen was told the answer.")),
        _count("called_back", _("Called back"), _("Accepted, and the citizen was reached by a call back.")),
        _count("evaluated", _("Evaluated"), _("Accepted, and the citizen evaluated the handling.")),
        _count("satisfied", _("Satisfied"), _("The citizen was satisfied or mostly satisfied.")),
        _count("reopened", _("Reopened"), _("Accepted, and handled in a second or later round.")),
        _count("reopened_twice", _("Reopened twice or more"), _("Accepted, and in a third or later round.")),
        Figure("closed_rate", _("Closing rate"), _("Closed ÷ accepted."), "closed", "accepted"),
        Figure("on_time_rate", _("On-time rate"), _("Closed on time ÷ closed."), "on_time", "closed"),
        Figure(
            "called_back_rate",
            _("Call-back rate"),
            _("Called back ÷ reported back."),
            "called_back",
            "reported",
        ),
        Figure(
            "satisfied_rate",
            _("Satisfaction rate"),
            _("Satisfied or mostly satisfied ÷ evaluated; not evaluated never counts as satisfied."),
            "satisfied",
            "evaluated",
        ),
        Figure("reopened_rate", _("Reopening rate"), _("Reopened ÷ accepted."), "reopened", "accepted"),
        Figure(
            "median_days",
            _("Median days to close"),
            _("Calendar days from registering to closing; half of the closed took no longer."),
            "closed",
            median=True,
        ),
    ]
}
# What one query counts: everything a figure is made of, and the stages of what is open.
COUNTED = tuple(dict.fromkeys([name for f in FIGURES.values() for name in (f.counts, f.of) if name]))
STAGES = tuple(status.value for status in OPEN)
NAMES = (*COUNTED, *STAGES)
FLAGS = {name: f"counts_{name}" for name in NAMES if name != ALL}  # what `with_flags` annotates
_flags_of = attrgetter(*FLAGS.values())
DAYS = "days:"  # before a number of days: how many of the closed took so long


class Counts(dict):
    """How many opinions met each name of NAMES, and how many took so many days; a figure is read from it by its
    code. Counts of different opinions add up."""

    def __missing__(self, name):
        return 0

    def __add__(self, other):
        return type(self)({name: self[name] + other[name] for name in self.keys() | other.keys()})

    def add(self, other: "Counts") -> None:
        """Adds `other` to these; many are summed up so."""
        for name, n in other.items():
            self[name] += n

    def __sub__(self, other):
        return type(self)({name: self[name] - other[name] for name in self.keys() | other.keys()})

    def figure(self, code: str) -> int | Rate:
        figure = FIGURES.get(code)
        if figure is None:
            return self[code]  # a stage: the status is its own condition
        if figure.median:
            return self._median()
        return Rate(self[figure.counts], self[figure.of]) if figure.of else self[figure.counts]

    def _median(self) -> Median:
        took = sorted((int(name[len(DAYS) :]), n) for name, n in self.items() if name.startswith(DAYS))
        of = sum(n for _days, n in took)
        return Median((_nth(took, (of - 1) // 2) + _nth(took, of // 2)) / 2 if of else None, of)


def _nth(took: list[tuple[int, int]], place: int) -> int:
    """The `place`th of numbers that are given in order, each with how often it occurs."""
    for days, n in took:
        if place < n:
            return days
        place -= n
    raise IndexError(place)


def q_of(name: str, today: date) -> Q:
    """The rows that a name of COUNTED or STAGES stands for. KeyError for an unknown name."""
    if name == ALL:
        return Q()
    if name not in CONDITIONS and name in Status.values:
        return Q(status=name)
    return condition_q(name, today)


def list_parameter(name: str) -> dict[str, str]:
    """The list's filter for the same rows."""
    if name == ALL:
        return {}
    return {"condition": name} if name in CONDITIONS else {"status": name}


def total(groups: Iterable[Counts]) -> Counts:
    found = Counts()
    for counts in groups:
        found.add(counts)
    return found


def with_flags(queryset: QuerySet, today: date) -> QuerySet:
    """Annotates each row with `counts_<name>` for NAMES: a report that reads the rows anyway counts those it read,
    so that its sum and its rows are of the same moment."""
    return queryset.annotate(
        **{
            flag: ExpressionWrapper(q_of(name, today), output_field=BooleanField())
            for name, flag in FLAGS.items()
        }
    )


def names_of(row) -> tuple[str, ...]:
    """What one row of `with_flags` (anything with these attributes, and its moments) is counted in."""
    names = _flagged(_flags_of(row))
    if not (row.counts_closed and row.closed_at):
        return names
    took = timezone.localdate(row.closed_at) - timezone.localdate(row.registered_at)
    return (*names, f"{DAYS}{took.days}")


@lru_cache(maxsize=1000)
def _flagged(flags: tuple[bool, ...]) -> tuple[str, ...]:
    """Many rows are alike: what their flags spell out is put together once."""
    return (ALL, *(name for name, flag in zip(FLAGS, flags, strict=True) if flag))


def tally(counts: Counts, names: Iterable[str], n: int = 1) -> None:
    """Adds `n` rows, each counted in `names`, to `counts`."""
    for name in names:
        counts[name] += n
