"""The opinions behind one figure where a month is frozen: those that were counted then, whatever became of them, and of
the months that are not, those that are counted now. There are as many as the figure says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from accounts.models import User
from common.text.digits import number
from opinions.lifecycle.statuses import Status
from opinions.models import Category, Channel, Opinion
from reports.definitions.counts import GONE, NAMES, q_of
from reports.definitions.figures import DONE, KNOWN
from reports.definitions.periods import BoundedPeriod, Period
from reports.figures.areas import NO_STUDIO, Place
from reports.figures.by_area_and_month import date_ranges_of, frozen_months, frozen_opinions, live_q
from reports.figures.completed import Done, done_q
from reports.models import counted_q
from studios.models import Agency, Studio

# The filters in addition to place and period: (its parameter, the column of the opinion, that of what was frozen).
NARROWED = (
    ("studio", "studio", "studio"),
    ("agency", "lead_agency", "lead_agency"),
    ("category", "category__code__startswith", "category"),
    ("channel", "channel", "channel"),
)


@dataclass(frozen=True)
class DrillDown:
    """One figure (a count, not a rate) of a place and period, narrowed by the values of NARROWED."""

    name: str
    place: Place
    period: Period
    narrowed: dict[str, str]

    @property
    def label(self) -> str:
        return str(KNOWN[self.name].label if self.name in KNOWN else Status(self.name).label)

    @property
    def query(self) -> str:
        return urlencode(
            {"figure": self.name, "period": self.period.code} | self.place.parameters | self.narrowed
        )

    def q(self, *, frozen: bool) -> Q:
        """Return the condition of what it is narrowed to: of frozen opinions, or of live ones."""
        found = Q()
        for parameter, live, kept in NARROWED:
            value = self.narrowed.get(parameter)
            if value == NO_STUDIO.pk:
                found &= Q(studio=None)
            elif value:
                found &= Q(**{kept if frozen else live: value})
        return found

    def words(self, user: User) -> list[str]:
        """Return what it is narrowed to, as a person reads it."""
        models: dict[str, QuerySet] = {
            "studio": Studio.objects.visible_to(user),
            "agency": Agency.objects.visible_to(user),
        }
        words = []
        named: object
        for parameter, value in self.narrowed.items():
            if parameter == "category":
                named = Category.objects.filter(code=value).first()
            elif parameter == "channel":
                named = dict(Channel.choices).get(value)
            else:
                no_studio = value == NO_STUDIO.pk
                named = NO_STUDIO.name if no_studio else models[parameter].filter(pk=value).first()
            words.append(str(named or value))
        return words


def parse_drill_down(parameters: Mapping[str, Any], place: Place, period: Period) -> DrillDown | None:
    """Return what the address asks for; None for what is no figure or no value."""
    name = parameters.get("figure", "")
    narrowed = {p: parameters[p] for p, _live, _kept in NARROWED if parameters.get(p)}
    numbers = (value for p, value in narrowed.items() if p in ("studio", "agency") and value != NO_STUDIO.pk)
    known = name in NAMES or name in GONE or (name in DONE and period.first is not None)
    if not known or any(number(value) is None for value in numbers):
        return None
    return DrillDown(name, place, period, narrowed)


def records(user: User, asked: DrillDown, today: date) -> QuerySet[Opinion]:
    """Return the opinions of the figure that the person may see, the latest first. `frozen_months` costs a query."""
    within, spans = asked.place.within(user), date_ranges_of([asked.period])
    months = frozen_months(within.counties, spans)
    if asked.name in DONE and isinstance(asked.period, BoundedPeriod):
        done = Done(within, asked.period, today, months)
        return _shown(user, done_q(asked.name, done, asked.q(frozen=False), asked.q(frozen=True)))
    kept = frozen_opinions(within, months).filter(asked.q(frozen=True), counted_q(asked.name))
    found = Q(pk__in=kept.order_by().values("pk"))
    if asked.name not in GONE:  # what is counted no more has no live rows
        found |= (
            asked.place.q & live_q(within, months, spans) & q_of(asked.name, today) & asked.q(frozen=False)
        )
    return _shown(user, found)


def _shown(user: User, found: Q) -> QuerySet[Opinion]:
    rows = Opinion.objects.visible_to(user).filter(found)
    return rows.select_related("township", "lead_agency", "frozen__frozen").order_by("-registered_at", "-id")
