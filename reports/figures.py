"""Every figure of the product: its words, and which named conditions it counts. No other module defines one.

A count is the number of opinions that meet a condition; a rate is one count over another. The conditions are
those the opinion list filters by (opinions/conditions.py), so that a figure and the list it opens agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
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
class Figure:
    """`counts` names a condition (or a status, or ALL); with `of`, the figure is the rate counts / of."""

    code: str
    label: str
    words: str
    counts: str
    of: str = ""


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
    ]
}
# What one query counts: everything a figure is made of, and the stages of what is open.
COUNTED = tuple(dict.fromkeys([name for f in FIGURES.values() for name in (f.counts, f.of) if name]))
STAGES = tuple(status.value for status in OPEN)


class Counts(dict):
    """How many opinions met each name of COUNTED and STAGES; a figure is read from it by its code."""

    def __missing__(self, name):
        return 0

    def __add__(self, other):
        return Counts({name: self[name] + other[name] for name in self.keys() | other.keys()})

    def figure(self, code: str) -> int | Rate:
        figure = FIGURES.get(code)
        if figure is None:
            return self[code]  # a stage: the status is its own condition
        return Rate(self[figure.counts], self[figure.of]) if figure.of else self[figure.counts]


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


def count_figures(queryset: QuerySet, *, by: str | None = None, today: date | None = None) -> dict:
    """Counts per value of the column `by` (county, township…; None: one entry, None), in one query."""
    today = today or timezone.localdate()
    aggregates = {
        f"n_{name}": Count("pk", filter=q_of(name, today)) if name != ALL else Count("pk")
        for name in (*COUNTED, *STAGES)
    }
    if by is None:
        return {None: _counts(queryset.order_by().aggregate(**aggregates))}
    return {row[by]: _counts(row) for row in queryset.order_by().values(by).annotate(**aggregates)}


def _counts(row: Mapping) -> Counts:
    return Counts({name[2:]: value for name, value in row.items() if name.startswith("n_")})


def total(groups: Iterable[Counts]) -> Counts:
    return sum(groups, Counts())


def with_flags(queryset: QuerySet, today: date) -> QuerySet:
    """Annotates each row with `counts_<name>` for COUNTED: a report that reads the rows anyway counts those it read,
    so that its sum and its rows are of the same moment."""
    flags = {
        f"counts_{name}": ExpressionWrapper(q_of(name, today), output_field=BooleanField())
        for name in COUNTED
        if name != ALL
    }
    return queryset.annotate(**flags)


def tally(counts: Counts, row) -> None:
    """Adds one row of `with_flags` (anything with these attributes) to `counts`."""
    counts[ALL] += 1
    for name in COUNTED:
        if name != ALL and getattr(row, f"counts_{name}"):
            counts[name] += 1
