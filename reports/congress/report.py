"""The congress report: what there was on the last day, what was done from the first to the last, before and after the
mergers. Counted from the records, never from frozen months, so that every figure opens the rows that make it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.templatetags.liaison import yuan
from deputies.in_office import deputies_on, sat_between
from opinions.models.conditions import condition_q
from reports.activities.figures import OPENS, count, scope_of_place
from reports.definitions.counts import Rate
from reports.definitions.periods import Span
from reports.figures.areas import Place
from reports.figures.drill_down_links import Cell, list_url
from reports.figures.table_rows import Line
from reports.studios.figures import FIGURES, AsOf, count_studios
from reports.studios.overview import funding_table, in_force, level_of, records_url
from studios.models import AreaChange

OPINIONS = ("accepted", "solved", "evaluated_once", "last_satisfied")
DONE = ("planned", "due", "held", "people", "visits")
MERGERS_SHOWN = 500


@dataclass(frozen=True)
class Item:
    """One figure: the count it shows, or with `of` the rate counts / of. `opens` gives the address of its rows."""

    code: str
    label: str | Promise
    words: str | Promise
    opens: Callable[["Asked"], str] | None = None
    of: str = ""
    money: bool = False


@dataclass(frozen=True)
class Asked:
    """Which days and which place a figure is about; `down` are the filters of its row."""

    span: Span
    down: Mapping[str, str]

    @property
    def days(self) -> dict[str, str]:
        return {"since": self.span.first.isoformat(), "until": self.span.last.isoformat()}


def _studios(code: str) -> Callable[[Asked], str]:
    def opens(asked: Asked) -> str:
        since = {"since": asked.days["since"]} if FIGURES[code].of.__name__ == "Funding" else {}
        return records_url(code, {**asked.down, "on": asked.days["until"], **since})

    return opens


def _done(code: str) -> Callable[[Asked], str]:
    return lambda asked: OPENS[code](asked.days, dict(asked.down), asked.span)


def _opinions(code: str) -> Callable[[Asked], str]:
    return lambda asked: list_url(code, {**asked.span.parameters, **asked.down})


def _in_office(asked: Asked) -> str:
    last = asked.days["until"]
    return f"{reverse('deputies:list')}?{urlencode({'active': 'sat', 'since': last, 'until': last, **asked.down})}"


def _studio(code: str) -> Item:
    figure = FIGURES[code]
    return Item(code, figure.label, figure.words, _studios(code), money=code.startswith("funding"))


ITEMS = [
    _studio("townships"),
    _studio("with_studio"),
    _studio("studios"),
    _studio("homes"),
    _studio("met_all"),
    Item("deputies", _("Deputies in office"), _("Deputies who were in office on the last day."), _in_office),
    _studio("funding"),
    Item(
        "funding_each",
        _("Funding per studio (yuan)"),
        _("Funding of studios ÷ studios on the last day."),
        of="studios",
        money=True,
    ),
    _studio("funding_homes"),
    _studio("funding_townships"),
    Item("held", _("Activities held"), _("Activities of these days noted as held."), _done("held")),
    Item("people", _("People met"), _("The sum of the people met at activities held."), _done("people")),
    Item("visits", _("Household visits"), _("Activities held that were household visits."), _done("visits")),
    Item("all", _("Written down"), _("Every opinion written down in these days."), _opinions("all")),
    Item(
        "accepted",
        _("Accepted"),
        _("Of these, neither declined, merged nor withdrawn."),
        _opinions("accepted"),
    ),
    Item("solved", _("Solved"), _("Accepted, and the latest answer says: solved (A)."), _opinions("solved")),
    Item(
        "last_satisfied",
        _("Satisfied in the end"),
        _("Accepted, and the latest evaluation was satisfied or mostly satisfied."),
        _opinions("last_satisfied"),
    ),
    Item(
        "satisfied_rate",
        _("Final satisfaction rate"),
        _("Satisfied in the end ÷ evaluated; not evaluated never counts as satisfied."),
        of="evaluated_once",
    ),
]


@dataclass(frozen=True)
class CongressReport:
    """`total` and the cells of each line are in the order of `columns`; `before` and `after`: townships and studios on
    the first and the last day, between which lie the `changes`."""

    place: Place
    span: Span
    columns: list[Item]
    total: list[Cell]
    lines: list[Line]
    before: dict[str, Any]
    after: dict[str, Any]
    changes: list[AreaChange]
    funding: dict[str, Any]
    counties: int

    @property
    def items(self) -> list[tuple[Item, Cell]]:
        return list(zip(self.columns, self.total, strict=True))


def congress_report(user: User, place: Place, span: Span, today: date) -> CongressReport:
    """Return the report as the person may see it; the number of queries is fixed."""
    groups = _counts(user, place, span, today)
    total: dict[str, Any] = {}
    for counts in groups.values():
        for code, n in counts.items():
            total[code] = total.get(code, 0) + n
    areas = [
        area for area in place.areas if in_force(area, span.last) or any(groups.get(area.pk, {}).values())
    ]
    county = place.county.pk if place.county else ""
    then = count_studios(user, AsOf(span.first), by=level_of(place), county=county)
    changes = AreaChange.objects.standing().filter(
        county__in=place.counties if not county else [place.county]
    )
    changes = changes.filter(on__range=(span.first, span.last)).select_related("county").order_by("on", "pk")
    return CongressReport(
        place=place,
        span=span,
        columns=ITEMS,
        total=_cells(total, Asked(span, place.parameters)),
        lines=[_line(area, place, span, groups.get(area.pk, {})) for area in areas],
        before={code: sum(of.get(code, 0) for of in then.values()) for code in ("townships", "studios")},
        after={code: total.get(code, 0) for code in ("townships", "studios")},
        changes=list(changes[:MERGERS_SHOWN]),
        funding=funding_table(user, place, AsOf(span.last, span.first)),
        counties=sum(in_force(one, span.last) for one in place.counties) if not county else 1,
    )


def _counts(user: User, place: Place, span: Span, today: date) -> dict[str, dict[str, Any]]:
    """Return area code → figure → number; of a single township that one alone."""
    by, county = level_of(place), place.county.pk if place.county else ""
    groups: dict[str, dict[str, Any]] = {}

    def add(found: Mapping[str, Mapping[str, Any]]) -> None:
        for area, counts in found.items():
            groups.setdefault(area, {}).update(counts)

    add(count_studios(user, AsOf(span.last, span.first), by=by, county=county))
    live = replace(scope_of_place(user, place), whole=False)  # what is frozen opens no rows
    done = count(live, span, by=by, today=today)
    add({area: {code: counts[code] for code in DONE} for area, counts in done.items()})
    column = F(by)
    written = live.opinions.filter(span.registered).order_by().values(of_area=column)
    asked = {f"n_{name}": Count("pk", filter=condition_q(name, today)) for name in OPINIONS}
    rows = written.annotate(n_all=Count("pk"), **asked)
    add({row["of_area"]: {name[2:]: n for name, n in row.items() if name != "of_area"} for row in rows})
    seated = deputies_on(span.last, user).filter(sat_between(span.last, span.last))
    area = Substr("place", 1, 6) if by == "county" else F("place")
    add(
        {
            row["of_area"]: {"deputies": row["n"]}
            for row in seated.order_by().values(of_area=area).annotate(n=Count("pk"))
        }
    )
    known = {one.pk for one in place.areas}
    return {area: counts for area, counts in groups.items() if area in known}


def _line(area: Any, place: Place, span: Span, counts: Mapping[str, Any]) -> Line:
    down = {**place.parameters, level_of(place): area.pk}
    name = area.name_on(span.last) if hasattr(area, "name_on") else area.name
    note = "" if in_force(area, span.last) else str(_("no longer a unit"))
    asked = {level_of(place): area.pk, "first": span.first, "last": span.last}
    url = "" if place.county else f"{reverse('reports:congress')}?{urlencode(asked)}"
    return Line(name, note, url, _cells(counts, Asked(span, down)))


def _cells(counts: Mapping[str, Any], asked: Asked) -> list[Cell]:
    return [_cell(item, counts, asked) for item in ITEMS]


def _cell(item: Item, counts: Mapping[str, Any], asked: Asked) -> Cell:
    if item.code == "funding_each":
        studios = counts.get("studios", 0)
        each = Decimal(counts.get("funding", 0)) / studios if studios else None
        return Cell(item.code, yuan(round(each, 2)) if each is not None else None, "")
    if item.code == "satisfied_rate":
        rate = Rate(counts.get("last_satisfied", 0), counts.get("evaluated_once", 0))
        over, under = (
            _opinions(name)(asked) if counts.get(name) else ""
            for name in ("last_satisfied", "evaluated_once")
        )
        return Cell(item.code, rate, over, under)
    value = counts.get(item.code, 0)
    url = item.opens(asked) if item.opens and value else ""
    return Cell(item.code, yuan(value) if item.money else value, url)
