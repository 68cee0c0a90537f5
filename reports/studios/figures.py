"""Every figure about studios: its words and the rows it counts. The list that a figure opens is the same rows.

Studios and deputies' homes are two kinds and never counted together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.activities.idle_studios import in_use, is_idle, quarter_before
from studios.models import Assessment, Funding, Studio, Township
from studios.models.criteria import HAVES, Criterion

STUDIO, HOME = Q(kind=Studio.Kind.STUDIO), Q(kind=Studio.Kind.HOME)


@dataclass(frozen=True)
class StudioFigure:
    """`of` is what is counted (Township, Studio, Funding); `q` says which rows, for a day."""

    code: str
    label: str | Promise
    words: str | Promise
    of: type[Model]
    q: Callable[[date], Q]


def _has_studio(today: date) -> Q:
    return Q(Exists(Studio.objects.filter(STUDIO, township=OuterRef("pk"), active=True)))


def _in_force(**having: bool) -> Q:
    return STUDIO & Q(Exists(Assessment.objects.filter(studio=OuterRef("pk"), in_force=True, **having)))


def _idle(today: date) -> Q:
    first, last = quarter_before("", today)
    return in_use(first, last) & Q(is_idle(first, last))


def _missing(have: str) -> Callable[[date], Q]:
    return lambda today: _in_force(**{f"has_{have}": False})


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
            "townships", _("Townships"), _("Townships in force today."), Township, lambda today: Q()
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
            lambda today: ~_has_studio(today),
        ),
        StudioFigure("studios", _("Studios in all"), _("Studios in use."), Studio, lambda today: STUDIO),
        StudioFigure("homes", _("Deputies' homes"), _("Deputies' homes in use."), Studio, lambda today: HOME),
        StudioFigure(
            "rooms",
            _("Three rooms in one"),
            _("Studios that share their premises with activity room and office."),
            Studio,
            lambda today: STUDIO & Q(has_activity_room=True, has_office=True),
        ),
        StudioFigure(
            "assessed",
            _("Assessed"),
            _("Studios with a published assessment."),
            Studio,
            lambda today: _in_force(),
        ),
        StudioFigure(
            "met_all",
            _("All five criteria met"),
            _("Studios whose latest published assessment finds all five criteria met."),
            Studio,
            lambda today: _in_force(**ALL_FIVE),
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
            _("Funding (yuan)"),
            _("All that was given to studios and homes."),
            Funding,
            lambda today: Q(),
        ),
    ]
}
SHARES = {"with_studio": "townships", "met_all": "studios"}
# Where the rows of each table keep their county and township.
PLACES: dict[type[Model], dict[str, str]] = {
    Township: {"county": "county", "township": "code"},
    Studio: {"county": "township__county", "township": "township"},
    Funding: {"county": "studio__township__county", "township": "studio__township"},
}


def base(model: Any, user: User | None = None) -> QuerySet:
    """Return the rows that figures of this table are about, as `user` may see them (None: the system)."""
    rows = model.objects.all() if user is None else model.objects.visible_to(user)
    if model is Township:
        return rows.current().filter(counted=True)
    return rows.filter(active=True) if model is Studio else rows


def rows_of(
    code: str, today: date, user: User | None = None, *, county: str = "", township: str = ""
) -> QuerySet:
    """Return the rows that the figure `code` counts: for its list. KeyError for an unknown one."""
    figure = FIGURES[code]
    places = PLACES[figure.of]
    rows = base(figure.of, user).filter(figure.q(today))
    rows = rows.filter(**{places["county"]: county}) if county else rows
    return rows.filter(**{places["township"]: township}) if township else rows


def count_studios(user: User | None, today: date, *, by: str, county: str = "") -> dict[str, dict[str, Any]]:
    """Return area code → figure → number, per county or township: one query a table, however many areas there are."""
    found: dict[str, dict] = {}
    for model in (Township, Studio, Funding):
        column = PLACES[model][by]
        rows = base(model, user)
        rows = rows.filter(**{PLACES[model]["county"]: county}) if county else rows
        for row in rows.order_by().values(column).annotate(**_aggregates(model, today)):
            counts = found.setdefault(row.pop(column), {})
            counts |= {name[2:]: value or 0 for name, value in row.items()}
    return found


def _aggregates(model: Any, today: date) -> dict[str, Any]:
    figures = [figure for figure in FIGURES.values() if figure.of is model]
    if model is Funding:
        return {"n_funding": Sum("amount")}
    return {f"n_{f.code}": Count("pk", filter=f.q(today)) if f.q(today) else Count("pk") for f in figures}


def total(groups: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return each figure over all the areas."""
    groups = list(groups)
    return {code: sum(counts.get(code, 0) for counts in groups) for code in FIGURES}


def worst_have(counts: Mapping[str, Any]) -> str | None:
    """Return the criterion that fails most often; None when none fails."""
    worst = max(HAVES, key=lambda have: counts[f"missing_{have}"])
    return worst if counts[f"missing_{worst}"] else None
