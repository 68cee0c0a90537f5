"""Schedule and results as numbers: what is measured, how it is judged, and in which words it is shown.

The records lie in apps above. They hand a Measurement down through `measurers`, registered in AppConfig.ready():
    measures.measurers.append(measure)    # measure(studio_ids, first, last) -> {studio id: Measurement}
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from studios.models.criteria import COMPUTED, Criterion, Measure

WINDOW_DAYS = 365  # an assessment looks back one year from the day it is measured


@dataclass(frozen=True)
class Measurement:
    """What the records say of one studio from `first` to `last`, both included. Plain counts; each share shows both."""

    first: date
    last: date
    sessions_planned: int = 0
    sessions_published: int = 0
    sessions_held: int = 0
    opinions_taken: int = 0
    accepted: int = 0
    reopened: int = 0
    closed: int = 0
    closed_on_time: int = 0
    reported_back: int = 0
    called_back: int = 0
    evaluated: int = 0
    satisfied: int = 0  # by the latest evaluation
    # Measured later than the others; what was measured before says nothing of them (None).
    sessions_kept: int | None = None
    first_satisfied: int | None = None
    learning_held: int | None = None

    def as_numbers(self) -> dict[str, Any]:
        """Return it as JSON keeps it, its days in ISO format."""
        return asdict(self) | {"first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def from_numbers(cls, numbers: dict[str, Any]) -> "Measurement":
        """Return the Measurement behind `as_numbers`; counts that are not in `numbers` were not measured."""
        known = {field.name: numbers[field.name] for field in fields(cls) if field.name in numbers}
        days = {name: date.fromisoformat(numbers[name]) for name in ("first", "last")}
        return cls(**known | days)


# measurer(studio_ids, first, last) → {studio id: Measurement}
Measurer = Callable[[Collection[int], date, date], dict[int, Measurement]]
measurers: list[Measurer] = []
# measure → (what is counted, of what; "" for a plain number)
PARTS = {
    Measure.SESSIONS: ("sessions_held", ""),
    Measure.PUBLISHED: ("sessions_published", "sessions_planned"),
    Measure.HELD: ("sessions_kept", "sessions_published"),
    Measure.LEARNING: ("learning_held", ""),
    Measure.TAKEN: ("opinions_taken", ""),
    Measure.ON_TIME: ("closed_on_time", "closed"),
    Measure.CALLED_BACK: ("called_back", "reported_back"),
    Measure.FIRST_SATISFIED: ("first_satisfied", "evaluated"),
    Measure.SATISFIED: ("satisfied", "evaluated"),
    Measure.REOPENED: ("reopened", "accepted"),
}
AT_MOST = {Measure.REOPENED}
# Shown next to another measure, without a bound of its own: the first evaluation next to the last one, and what
# deputies learned next to how often they received citizens.
SHOWN_WITH = {Measure.FIRST_SATISFIED: Measure.SATISFIED, Measure.LEARNING: Measure.SESSIONS}
HAVE_OF = {
    **dict.fromkeys(
        [Measure.SESSIONS, Measure.PUBLISHED, Measure.HELD, Measure.LEARNING], Criterion.SCHEDULE
    ),
    **dict.fromkeys(
        [
            Measure.TAKEN,
            Measure.ON_TIME,
            Measure.CALLED_BACK,
            Measure.FIRST_SATISFIED,
            Measure.SATISFIED,
            Measure.REOPENED,
        ],
        Criterion.RESULTS,
    ),
}


@dataclass(frozen=True)
class Line:
    """One measure held against its bound. `met` None: there is nothing to divide by, nothing was measured, or it has no
    bound; so it says nothing."""

    measure: str
    have: str
    numerator: int | None
    denominator: int | None
    bound: int | None

    @property
    def label(self) -> str:
        return str(Measure(self.measure).label)

    @property
    def at_most(self) -> bool:
        return self.measure in AT_MOST

    @property
    def met(self) -> bool | None:
        if self.bound is None or self.numerator is None:
            return None
        if self.denominator is None:
            return self.numerator >= self.bound
        if self.denominator == 0:
            return None
        # Whole numbers, so that 80 % of 5 is 4 and not 3.9999.
        share, bound = self.numerator * 100, self.bound * self.denominator
        return share <= bound if self.at_most else share >= bound

    @property
    def asked(self) -> str:
        if self.bound is None:
            return _("for information")
        if self.denominator is None:
            return _("at least %(bound)d") % {"bound": self.bound}
        pattern = _("at most %(bound)d%%") if self.at_most else _("at least %(bound)d%%")
        return pattern % {"bound": self.bound}


def lines(measured: Measurement, bounds: dict[str, int]) -> list[Line]:
    """Return every measure that has a bound, with its numbers, and those shown next to one of them."""
    return [
        Line(
            measure,
            HAVE_OF[measure],
            getattr(measured, counted),
            getattr(measured, of) if of else None,
            bounds.get(measure),
        )
        for measure, (counted, of) in PARTS.items()
        if measure in bounds or SHOWN_WITH.get(measure) in bounds
    ]


def verdict(have: str, judged: list[Line]) -> bool:
    """Return whether a computed criterion is met: no measure says no and at least one says yes."""
    own = [line.met for line in judged if line.have == have]
    return False not in own and True in own


def window(today: date) -> tuple[date, date]:
    """Return the first and last day of the year up to `today`."""
    return today - timedelta(days=WINDOW_DAYS - 1), today


def measure(studio_ids: Collection[int], today: date) -> dict[int, Measurement]:
    """Return what the apps above measured of these studios in the year up to `today`."""
    first, last = window(today)
    found: dict[int, Measurement] = {pk: Measurement(first, last) for pk in studio_ids}
    for measurer in measurers:
        found |= measurer(studio_ids, first, last)
    return found


assert set(HAVE_OF.values()) == set(COMPUTED)  # noqa: S101  (a measure without a have would be shown nowhere)
