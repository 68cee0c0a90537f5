"""Every figure about studios, as of a day: its words and the rows it counts. The list that a figure opens is the same
rows.

Studios and deputies' homes are two kinds and never counted together. What was in use, where it was and what was
published are read as of the day (ADR 0044, 0055).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.activities.idle_studios import in_use, is_idle, open_on, quarter_before, studios_on
from opinions.workflow.deadlines import midnight
from studios.models import Assessment, Funding, Studio, StudioFormerTownship, Township
from studios.models.criteria import HAVES, Criterion
from studios.permissions.scope import seen_in_the_past_q

STUDIO, HOME = Q(kind=Studio.Kind.STUDIO), Q(kind=Studio.Kind.HOME)


@dataclass(frozen=True)
class StudioFigure:
    """`of` is what is counted (Township, Studio, Funding); `q` says which rows, for a day. Of funding the amounts are
    added up."""

    code: str
    label: str | Promise
    words: str | Promise
    of: type[Model]
    q: Callable[[date], Q]


def _has_studio(day: date) -> Q:
    here = Q(place=OuterRef("pk"))
    return Q(Exists(studios_on(day, None).filter(STUDIO, open_on(day), here)))


def in_force_on(day: date) -> QuerySet[Assessment]:
    """Return the assessments that were the latest published of their studio at the end of `day`."""
    published = Assessment.objects.filter(published_at__lt=midnight(day + timedelta(days=1)))
    later = published.filter(
        Q(published_at__gt=OuterRef("published_at"))
        | Q(published_at=OuterRef("published_at"), pk__gt=OuterRef("pk")),
        studio=OuterRef("studio"),
    )
    return published.filter(~Exists(later))


def _in_force(day: date, **having: bool) -> Q:
    return STUDIO & Q(Exists(in_force_on(day).filter(studio=OuterRef("pk"), **having)))


def _idle(today: date) -> Q:
    first, last = quarter_before("", today)
    return in_use(first, last) & Q(is_idle(first, last))


def _missing(have: str) -> Callable[[date], Q]:
    return lambda day: _in_force(day, **{f"has_{have}": False})


ALL_FIVE = {f"has_{have}": True for have in HAVES}
MISSING = {
    Criterion.PREMISES: _("Without premises"),
    Criterion.FACILITIES: _("Without facilities"),
    Criterion.RULES: _("Without rules"),
    Criterion.SCHEDULE: _("Without schedule"),
    Criterion.RESULTS: _("Without results"),
}
MISSING_WORDS = _("Studios whose latest published assessment does not find this have.")
FIGURES = {
    figure.code: figure
    for figure in [
        StudioFigure(
            "townships", _("Townships"), _("Townships in force on the day."), Township, lambda day: Q()
        ),
        StudioFigure(
            "with_studio",
            _("Townships with a studio"),
            _("Townships with at least one studio in use; a deputies' home is none."),
            Township,
            _has_studio,
        ),
        StudioFigure(
            "without_studio",
            _("Townships without a studio"),
            _("Townships without any studio in use."),
            Township,
            lambda day: ~_has_studio(day),
        ),
        StudioFigure("studios", _("Studios in all"), _("Studios in use."), Studio, lambda day: STUDIO),
        StudioFigure("homes", _("Deputies' homes"), _("Deputies' homes in use."), Studio, lambda day: HOME),
        StudioFigure(
            "rooms",
            _("Three rooms in one"),
            _("Studios that share their premises with activity room and office."),
            Studio,
            lambda day: STUDIO & Q(has_activity_room=True, has_office=True),
        ),
        StudioFigure(
            "assessed",
            _("Assessed"),
            _("Studios with a published assessment."),
            Studio,
            _in_force,
        ),
        StudioFigure(
            "met_all",
            _("All five criteria met"),
            _("Studios whose latest published assessment finds all five criteria met."),
            Studio,
            lambda day: _in_force(day, **ALL_FIVE),
        ),
        *[
            StudioFigure(
                f"missing_{have}",
                label,
                MISSING_WORDS,
                Studio,
                _missing(have),
            )
            for have, label in MISSING.items()
        ],
        StudioFigure(
            "idle",
            _("Idle for a quarter"),
            _("Studios in use in which nothing was held in the last three months."),
            Studio,
            _idle,
        ),
        StudioFigure(
            "funding",
            _("Funding of studios (yuan)"),
            _("All that was given to studios, up to the year of the day."),
            Funding,
            lambda day: Q(studio__kind=Studio.Kind.STUDIO),
        ),
        StudioFigure(
            "funding_homes",
            _("Funding of homes (yuan)"),
            _("All that was given to deputies' homes, up to the year of the day."),
            Funding,
            lambda day: Q(studio__kind=Studio.Kind.HOME),
        ),
        StudioFigure(
            "funding_townships",
            _("Funding without a studio (yuan)"),
            _("All that townships were given without any studio, up to the year of the day."),
            Funding,
            lambda day: Q(studio=None),
        ),
    ]
}
MONEY = tuple(code for code, figure in FIGURES.items() if figure.of is Funding)
SHARES = {"with_studio": "townships", "met_all": "studios"}
# Where the rows of each table keep their county and township.
PLACES: dict[type[Model], dict[str, str]] = {
    Township: {"county": "county", "township": "code"},
    Studio: {"county": "place_county", "township": "place"},
    Funding: {"county": "place_county", "township": "place"},
}


@dataclass(frozen=True)
class AsOf:
    """The day on which studios are counted; `since`: the funding of earlier years is left out."""

    day: date
    since: date | None = None


def base(model: Any, at: AsOf, user: User | None = None) -> QuerySet:
    """Return the rows that figures of this table are about, as `user` may see them (None: the system); `place` of
    studios and funding is the code of the township in which they were on the day."""
    if model is Township:
        townships = Township.objects.all() if user is None else Township.objects.visible_to(user)
        return townships.on(at.day).filter(counted=True)
    if model is Studio:
        studios = studios_on(at.day, user).filter(open_on(at.day))
        return studios.annotate(place_county=Substr("place", 1, 6))
    place = StudioFormerTownship.on(at.day, of="studio", now="studio__township")
    given = Funding.objects.annotate(place=Coalesce(place, F("township")))
    given = given if user is None else given.filter(seen_in_the_past_q(user, place="place", studio="studio"))
    given = given.filter(year__range=(at.since.year if at.since else 0, at.day.year))
    return given.annotate(place_county=Substr("place", 1, 6))


def rows_of(
    code: str, at: AsOf, user: User | None = None, *, county: str = "", township: str = ""
) -> QuerySet:
    """Return the rows that the figure `code` counts: for its list. KeyError for an unknown one."""
    figure = FIGURES[code]
    places = PLACES[figure.of]
    rows = base(figure.of, at, user).filter(figure.q(at.day))
    rows = rows.filter(**{places["county"]: county}) if county else rows
    return rows.filter(**{places["township"]: township}) if township else rows


def count_studios(user: User | None, at: AsOf, *, by: str, county: str = "") -> dict[str, dict[str, Any]]:
    """Return area code → figure → number, per county or township: one query a table, however many areas there are."""
    found: dict[str, dict] = {}
    for model in (Township, Studio, Funding):
        column = PLACES[model][by]
        rows = base(model, at, user)
        rows = rows.filter(**{PLACES[model]["county"]: county}) if county else rows
        for row in rows.order_by().values(column).annotate(**_aggregates(model, at.day)):
            counts = found.setdefault(row.pop(column), {})
            counts |= {name[2:]: value or 0 for name, value in row.items()}
    return found


def _aggregates(model: Any, day: date) -> dict[str, Any]:
    figures = [figure for figure in FIGURES.values() if figure.of is model]
    if model is Funding:
        return {f"n_{f.code}": Sum("amount", filter=f.q(day)) for f in figures}
    return {f"n_{f.code}": Count("pk", filter=f.q(day)) if f.q(day) else Count("pk") for f in figures}


def total(groups: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return each figure over all the areas."""
    groups = list(groups)
    return {code: sum(counts.get(code, 0) for counts in groups) for code in FIGURES}


def worst_have(counts: Mapping[str, Any]) -> str | None:
    """Return the criterion that fails most often; None when none fails."""
    worst = max(HAVES, key=lambda have: counts[f"missing_{have}"])
    return worst if counts[f"missing_{worst}"] else None
