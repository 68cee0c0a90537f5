"""The figures of deputies' activities: their words, how each is counted, and the list that each opens.

Everything is counted from records: activities, who was present, opinions. Nothing is entered as a figure.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.activities.idle_studios import in_use_since, is_idle, quarter_before
from deputies.directory.filters import due_q, took_part
from deputies.models import Activity, Deputy, Kind, State
from opinions.models import Opinion
from opinions.models.conditions import condition_q
from reports.definitions import counts as figures
from reports.definitions.counts import Rate
from reports.definitions.periods import Period
from reports.figures.areas import Place, opinions_of
from reports.figures.drill_down_links import Cell, list_url
from studios.models import County, Studio
from studios.permissions.roles import OVERSEERS

HELD = Q(state=State.HELD)
PLANNED = ~Q(state=State.CANCELLED)


@dataclass(frozen=True)
class Figure:
    """`counts` names a count; with `of`, the figure is the rate counts / of."""

    label: str | Promise
    words: str | Promise
    counts: str
    of: str = ""


FIGURES = {
    "planned": Figure(
        _("Activities planned"), _("All activities of the period that were not cancelled."), "planned"
    ),
    "due": Figure(
        _("Activities due"), _("Of these, the ones whose day is over, and those held already."), "due"
    ),
    "held": Figure(_("Activities held"), _("Of these, the ones noted as held."), "held"),
    "held_rate": Figure(_("Held of what was due"), _("Held ÷ due."), "held", "due"),
    "people": Figure(_("People met"), _("The sum of the people met at activities held."), "people"),
    "visits": Figure(_("Household visits"), _("Activities held that were household visits."), "visits"),
    "active": Figure(
        _("Deputies who took part"),
        _("Deputies in office who were present at an activity held in the period."),
        "active",
    ),
    "active_rate": Figure(
        _("Share who took part"),
        _("Deputies who took part ÷ deputies in office today."),
        "active",
        "in_office",
    ),
    "opinions": Figure(
        _("Opinions written down"), _("Every opinion written down in the period."), "opinions"
    ),
    "at_activity": Figure(
        _("Told at an activity"), _("Of these, the ones raised at an activity."), "at_activity"
    ),
    "idle_rate": Figure(
        _("Studios idle"),
        _(
            "Studios in use in which nothing was held in the three months before the period's end ÷ studios in use."
        ),
        "idle",
        "studios",
    ),
}
COUNTED = (
    "planned",
    "due",
    "held",
    "people",
    "visits",
    "active",
    "in_office",
    "opinions",
    "at_activity",
    "studios",
    "idle",
)


class Counts(figures.Counts):
    """Counts of one area by name; what is not there is 0."""

    def figure(self, code: str) -> int | Rate:
        """Return the figure `code`."""
        figure = FIGURES[code]
        return Rate(self[figure.counts], self[figure.of]) if figure.of else self[figure.counts]


# (filters of the days, filters of the place, the period) → address
Opener = Callable[[dict[str, str], dict[str, str], Period], str]


@dataclass(frozen=True)
class Scope:
    """The rows that may be counted, each already scoped to the reader and the place."""

    activities: QuerySet[Activity]
    deputies: QuerySet[Deputy]
    studios: QuerySet[Studio]
    opinions: QuerySet[Opinion]


def scope_of_place(user: User, place: Place) -> Scope:
    """Return what the person may see of a place."""
    return Scope(
        place.only(Activity.objects.visible_to(user)),
        place.only(Deputy.objects.visible_to(user), "township__county"),
        place.only(Studio.objects.visible_to(user), "township__county"),
        place.only(Opinion.objects.visible_to(user)),
    )


def count(scope: Scope, period: Period, *, by: str, today: date) -> dict[str, Counts]:
    """Count per area code, `by` county or township; four queries whatever there is."""
    groups: dict[str, Counts] = {}
    area = "township__county" if by == "county" else "township"

    def add(rows: QuerySet, key: str, **aggregates: Any) -> None:
        named = {f"n_{name}": value for name, value in aggregates.items()}
        for row in rows.order_by().values(of_area=F(key)).annotate(**named):
            counts = groups.setdefault(row.pop("of_area"), Counts())
            counts.update({name[2:]: value for name, value in row.items()})

    first, last = quarter_before(str(period.last or today), today)
    taking = took_part(period.first, period.last)
    add(
        scope.activities.filter(between("on", period)),
        by,
        planned=Count("pk", filter=PLANNED),
        due=Count("pk", filter=due_q(today)),
        held=Count("pk", filter=HELD),
        visits=Count("pk", filter=HELD & Q(kind=Kind.VISIT)),
        people=Sum("people_met", filter=HELD, default=0),
    )
    add(
        scope.deputies.filter(active=True),
        area,
        in_office=Count("pk"),
        active=Count("pk", filter=Q(pk__in=taking)),
    )
    add(
        scope.studios.filter(in_use_since(first)).annotate(lies_idle=is_idle(first, last)),
        area,
        studios=Count("pk"),
        idle=Count("pk", filter=Q(lies_idle=True)),
    )
    add(
        scope.opinions.filter(period.registered),
        by,
        opinions=Count("pk"),
        at_activity=Count("pk", filter=condition_q("at_activity", today)),
    )
    return groups


def between(column: str, period: Period) -> Q:
    """Return the condition that the day in `column` lies in the period."""
    return Q() if period.first is None else Q(**{f"{column}__range": (period.first, period.last)})


def total(groups: Iterable[Counts]) -> Counts:
    """Return the sum of the counts."""
    return sum(groups, Counts())


def _activities(**more: str) -> Opener:
    return lambda days, place, period: _address("activities:list", place | days | more)


def _deputies(**more: str) -> Opener:
    return lambda days, place, period: _address("deputies:list", place | {"active": "true"} | days | more)


def _address(view: str, parameters: Mapping[str, Any]) -> str:
    return f"{reverse(view)}?{urlencode(parameters)}"


# What each count opens. `days` and `place` are the filters of the period and of the area.
OPENS = {
    "planned": _activities(state="not_cancelled"),
    "due": _activities(state="due"),
    "held": _activities(state="held"),
    "people": _activities(state="held"),
    "visits": _activities(state="held", kind="visit"),
    "active": _deputies(took_part="yes"),
    "in_office": lambda days, place, period: _address("deputies:list", place | {"active": "true"}),
    "opinions": lambda days, place, period: list_url("all", period.parameters | place),
    "at_activity": lambda days, place, period: list_url("at_activity", period.parameters | place),
    "studios": lambda days, place, period: _address("activities:studios", place | days),
    "idle": lambda days, place, period: _address("activities:studios", place | days | {"idle": "yes"}),
}


def cells(codes: Iterable[str], counts: Counts, place: dict[str, str], period: Period) -> list[Cell]:
    """Return the figures of one row, each opening the records it was counted from."""
    days = {} if period.first is None else {"since": str(period.first), "until": str(period.last)}

    def address(name: str) -> str:
        return OPENS[name](days, place, period) if name and counts[name] else ""

    return [
        Cell(code, counts.figure(code), address(FIGURES[code].counts), address(FIGURES[code].of))
        for code in codes
    ]


def scope_of_county(county: County, by: User | None) -> Scope:
    """Return what a report on a county that is made `by` a person (None: the system) counts."""
    activities = Activity.objects.filter(township__county=county)
    deputies = Deputy.objects.filter(township__county=county)
    studios = Studio.objects.filter(township__county=county)
    if by is not None:
        activities = activities.visible_to(by, *OVERSEERS)
        deputies = deputies.visible_to(by, *OVERSEERS)
        studios = studios.visible_to(by, *OVERSEERS)
    return Scope(activities, deputies, studios, opinions_of(county, by))
