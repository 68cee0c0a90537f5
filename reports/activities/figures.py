"""The figures of deputies' activities: their words, how each is counted, and the list that each opens.

Everything is counted from records: activities, who was present, opinions. Nothing is entered as a figure. Of deputies
and studios those are counted who sat or were in use then, where they were then, so that a past month stays what it was
(ADR 0044); a frozen month is read as it was frozen.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.activities.idle_studios import in_use, is_idle, quarter_before, studios_on
from deputies.directory.filters import due_q, took_part
from deputies.in_office import deputies_on, sat_between
from deputies.models import Activity, Deputy, Kind, State
from opinions.models import Opinion
from opinions.models.conditions import condition_q
from reports.activities.frozen import frozen_figures
from reports.definitions import counts as figures
from reports.definitions.counts import Rate
from reports.definitions.periods import Period
from reports.figures.areas import Place, opinions_of, sees_whole_counties
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
        _("Deputies who sat in the period and were present at an activity held in it."),
        "active",
    ),
    "active_rate": Figure(
        _("Share who took part"),
        _("Deputies who took part ÷ deputies who sat in the period."),
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
    """The rows that may be counted, each already scoped to the reader and the place.

    `deputies` and `studios` return those of a day; `units` are the codes with which the townships counted begin;
    `whole`: the reader sees these counties as a whole, so that what was frozen for all of them may be read.
    """

    activities: QuerySet[Activity]
    opinions: QuerySet[Opinion]
    deputies: Callable[[date], QuerySet[Deputy]]
    studios: Callable[[date], QuerySet[Studio]]
    units: tuple[str, ...]
    whole: bool


def _scope(
    activities: QuerySet[Activity],
    opinions: QuerySet[Opinion],
    user: User | None,
    units: tuple[str, ...],
    whole: bool,
) -> Scope:
    within = Q(pk__in=[])
    for code in units:
        within |= Q(place__startswith=code)
    return Scope(
        activities,
        opinions,
        lambda day: deputies_on(day, user).filter(within),
        lambda day: studios_on(day, user).filter(within),
        units,
        whole,
    )


def scope_of_place(user: User, place: Place) -> Scope:
    """Return what the person may see of a place."""
    return _scope(
        place.only(Activity.objects.visible_to(user)),
        place.only(Opinion.objects.visible_to(user)),
        user,
        place.units,
        sees_whole_counties(user),
    )


def count(scope: Scope, period: Period, *, by: str, today: date) -> dict[str, Counts]:
    """Count per area code, `by` county or township; six queries at most, whatever there is."""
    kept = frozen_figures(scope, period)
    groups: dict[str, Counts] = {}
    _add(groups, kept.by_area(by, additive_only=not period.is_month))
    last = min(period.last or today, today)
    first, quarter_end = quarter_before(str(last), today)
    live = scope.activities.filter(between("on", period)).exclude(kept.q("county", "on"))
    _add(
        groups,
        _grouped(
            live,
            by,
            planned=Count("pk", filter=PLANNED),
            due=Count("pk", filter=due_q(today)),
            held=Count("pk", filter=HELD),
            visits=Count("pk", filter=HELD & Q(kind=Kind.VISIT)),
            people=Sum("people_met", filter=HELD, default=0),
        ),
    )
    written = scope.opinions.filter(period.registered).exclude(kept.registered_q)
    _add(
        groups,
        _grouped(
            written,
            by,
            opinions=Count("pk"),
            at_activity=Count("pk", filter=condition_q("at_activity", today)),
        ),
    )
    taking = took_part(period.first, period.last)
    sat = scope.deputies(last).filter(sat_between(period.first, last))
    used = scope.studios(quarter_end).filter(in_use(first, quarter_end))
    if period.is_month:  # persons of several months are not the sum of the months
        sat, used = sat.exclude(kept.place_q), used.exclude(kept.place_q)
    area = Substr("place", 1, 6) if by == "county" else F("place")
    _add(groups, _grouped(sat, area, in_office=Count("pk"), active=Count("pk", filter=Q(pk__in=taking))))
    idle = used.annotate(lies_idle=is_idle(first, quarter_end))
    _add(groups, _grouped(idle, area, studios=Count("pk"), idle=Count("pk", filter=Q(lies_idle=True))))
    return groups


def _grouped(rows: QuerySet, area: Any, **aggregates: Any) -> dict[str, Counts]:
    """Return the aggregates per area code; one query."""
    named = {f"n_{name}": value for name, value in aggregates.items()}
    column = F(area) if isinstance(area, str) else area
    return {
        row.pop("of_area"): Counts({name[2:]: value for name, value in row.items()})
        for row in rows.order_by().values(of_area=column).annotate(**named)
    }


def _add(groups: dict[str, Counts], more: Mapping[str, figures.Counts]) -> None:
    for area, counts in more.items():
        groups[area] = groups.get(area, Counts()) + counts


def between(column: str, period: Period) -> Q:
    """Return the condition that the day in `column` lies in the period."""
    return Q() if period.first is None else Q(**{f"{column}__range": (period.first, period.last)})


def total(groups: Iterable[Counts]) -> Counts:
    """Return the sum of the counts."""
    return sum(groups, Counts())


def _activities(**more: str) -> Opener:
    return lambda days, place, period: _address("activities:list", place | days | more)


def _deputies(**more: str) -> Opener:
    return lambda days, place, period: _address("deputies:list", place | {"active": "sat"} | days | more)


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
    "in_office": _deputies(),
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
    if by is not None:
        activities = activities.visible_to(by, *OVERSEERS)
    return _scope(
        activities, opinions_of(county, by), by, (county.pk,), by is None or sees_whole_counties(by)
    )
