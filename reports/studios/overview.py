"""The overview of studios of one place: tiles, a row for each area, funding by year and source."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.templatetags.liaison import percent, yuan
from reports.definitions.counts import Rate
from reports.figures.areas import Place
from reports.studios.figures import FIGURES, MONEY, SHARES, AsOf, base, count_studios, total, worst_have
from studios.models import CountyChoice, Funding
from studios.models.criteria import HAVES, Criterion

MISSING = tuple(f"missing_{have}" for have in HAVES)
COLUMNS = ("studios", "homes", "rooms", "assessed", "met_all", *MISSING, "idle", *MONEY)
BY_COUNTY = ("townships", "with_studio", *COLUMNS)
OTHER = gettext_lazy("other units")


def overview(user: User, place: Place, on: date, today: date) -> dict[str, Any]:
    """Return the page's context as of the day `on`, in a fixed number of queries."""
    at, asked = AsOf(on), place.parameters | ({} if on == today else {"on": on.isoformat()})
    county = place.county.pk if place.county else ""
    groups = count_studios(user, at, by=level_of(place), county=county)
    if place.township:
        groups = {code: counts for code, counts in groups.items() if code == place.township.pk}
    counts = total(groups.values())
    columns = COLUMNS if place.county else BY_COUNTY
    ranked = bool(county) and CountyChoice.objects.filter(pk=county, ranks_studios=True).exists()
    return {
        "place": place,
        "on": on,
        "today": today,
        "tiles": _tiles(counts, asked),
        "columns": [FIGURES[code] for code in columns],
        "lines": _lines(groups, place, columns, asked, on),
        "total": _cells(counts, columns, asked),
        "funding": funding_table(user, place, at),
        "ranked": ranked,
    }


def level_of(place: Place) -> str:
    """Return what the rows of a place are: the townships of a county, one alone included, or counties."""
    return "township" if place.county else "county"


def records_url(code: str, parameters: Mapping[str, str]) -> str:
    """Return the address of the rows that the figure counts."""
    url = reverse("reports:studio_records", args=[code])
    return f"{url}?{urlencode(parameters)}" if parameters else url


def _tiles(counts: Mapping[str, Any], parameters: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what the article's three questions ask first. A share shows both its numbers."""
    worst = worst_have(counts)
    tiles = [_tile("with_studio", counts, parameters), _tile("homes", counts, parameters)]
    tiles.append(_tile("met_all", counts, parameters))
    failing = counts[f"missing_{worst}"] if worst else 0
    tiles.append(
        {
            "label": _("Most often missing"),
            "value": Criterion(worst).label if worst else "—",
            "note": _("%(count)d of %(of)d assessed") % {"count": failing, "of": counts["assessed"]},
            "url": records_url(f"missing_{worst}", parameters) if worst else "",
            "tone": "warn" if worst else "main",
        }
    )
    tiles.append(_tile("idle", counts, parameters) | {"tone": "bad" if counts["idle"] else "main"})
    tiles.append(_tile("funding", counts, parameters) | {"value": yuan(counts["funding"])})
    tiles += [
        _tile(code, counts, parameters) | {"value": yuan(counts[code])} for code in MONEY[1:] if counts[code]
    ]
    return tiles


def _tile(code: str, counts: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    figure, of = FIGURES[code], SHARES.get(code)
    note = ""
    if of:
        share = Rate(counts[code], counts[of])
        note = _("of %(count)d · %(percent)s") % {"count": counts[of], "percent": percent(share)}
    url = records_url(code, parameters) if counts[code] else ""
    return {"label": figure.label, "value": counts[code], "note": note, "url": url, "tone": "main"}


def _lines(
    groups: Mapping[str, Any], place: Place, columns: Iterable[str], asked: Mapping[str, str], on: date
) -> list[dict[str, Any]]:
    """Return a row for every area in force on the day, zeros included, then those that were not and have something."""
    lines = []
    for area in place.areas:
        counts = groups.get(area.pk, {})
        counted = getattr(area, "counted", True) and in_force(area, on)
        if not counted and not any(counts.values()):
            continue
        down = {**asked, level_of(place): area.pk}
        url = "" if place.township else f"{reverse('reports:studios')}?{urlencode(down)}"
        note = "" if counted else OTHER
        lines.append(
            {
                "name": area.name,
                "note": note,
                "url": url,
                "cells": _cells(counts, columns, down),
            }
        )
    return lines


def in_force(area: Any, on: date) -> bool:
    """Return whether the county or township existed on the day."""
    return not (area.valid_from and area.valid_from > on) and not (area.valid_to and area.valid_to <= on)


def _cells(
    counts: Mapping[str, Any], columns: Iterable[str], parameters: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "value": yuan(counts.get(code, 0)) if code in MONEY else counts.get(code, 0),
            "url": records_url(code, parameters) if counts.get(code) else "",
            "bad": code == "idle" or code in MISSING,
        }
        for code in columns
    ]


def funding_table(user: User, place: Place, at: AsOf) -> dict[str, Any]:
    """Return years against sources, of studios, homes and townships together, with the totals of both. One query."""
    rows = base(Funding, at, user)
    rows = rows.filter(place_county=place.county.pk) if place.county else rows
    rows = rows.filter(place=place.township.pk) if place.township else rows
    given: dict[int, dict] = {}
    for row in rows.order_by().values("year", "source").annotate(sum=Sum("amount")):
        given.setdefault(row["year"], {})[row["source"]] = row["sum"]
    sources = Funding.Source.choices
    lines = [
        {"year": year, "amounts": [of.get(code) for code, _label in sources], "total": sum(of.values())}
        for year, of in sorted(given.items(), reverse=True)
    ]
    totals = [sum(of.get(code, 0) for of in given.values()) for code, _label in sources]
    return {
        "sources": [label for _code, label in sources],
        "lines": lines,
        "totals": totals,
        "total": sum(totals),
    }
