"""What a bulletin says of each agency: how it handled what was routed to it, and where it fell short."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_long
from opinions.models import Opinion
from reports.definitions.counts import Counts, total
from reports.definitions.periods import BoundedPeriod
from reports.figures.by_area_and_month import (
    Scope,
    date_ranges_of,
    frozen_months,
    frozen_opinions,
    grouped,
    live_q,
)
from reports.figures.counting import count_figures
from studios.models import Agency, County

BY_AGENCY = ("accepted", "closed", "on_time", "late", "overdue", "on_time_rate", "last_satisfied_rate")


@dataclass(frozen=True)
class AgencyLine:
    """One agency and what was counted of it."""

    name: str
    counts: Counts


def agency_lines(
    opinions: QuerySet[Opinion], county: County, period: BoundedPeriod, today: date
) -> list[AgencyLine]:
    """Return the agencies with anything routed to them, the most first; as frozen where the period is. Four queries."""
    within, spans = Scope(opinions, (county.pk,), "county"), date_ranges_of([period])
    months = frozen_months(within.counties, spans)
    live = opinions.filter(live_q(within, months, spans))
    found: dict[int | None, Counts] = count_figures(live, by="lead_agency", today=today)
    lacks = {one.pk: one.lacks for one in months}
    for agency, month, counted, n in grouped(frozen_opinions(within, months), "lead_agency", "frozen"):
        counts = Counts(dict.fromkeys(counted.split(), n), lacks=lacks[month])
        found[agency] = found[agency] + counts if agency in found else counts
    names = dict(Agency.objects.filter(county=county).values_list("pk", "name"))
    lines = [
        AgencyLine(names[pk], counts) for pk, counts in found.items() if pk in names and counts["accepted"]
    ]
    return sorted(lines, key=lambda line: (-line.counts["accepted"], line.name))


def handled_said(lines: list[AgencyLine]) -> str:
    """Return how the agencies did on the whole; the table says each."""
    if not lines:
        return _("In this period nothing was with an agency.")
    counts = total(line.counts for line in lines)
    return _(
        "%(agencies)d agencies handled %(accepted)d opinions: %(closed)d are closed, %(on_time)d of them in time. "
        "Each agency's figures are in the table."
    ) % ({"agencies": len(lines)} | {name: counts[name] for name in ("accepted", "closed", "on_time")})


def problems(lines: list[AgencyLine], today: date) -> list[str]:
    """Return a sentence for each kind of shortcoming, with the agencies and their numbers; one that says so for
    none."""
    kinds: list[tuple[str, Callable[[Counts], int]]] = [
        (_("By %(day)s past the deadline and not answered or closed: %(listed)s."), lambda c: c["overdue"]),
        (_("Answered after the last day: %(listed)s."), lambda c: c["late"]),
        (_("Not satisfactory to the citizen in the end: %(listed)s."), _unsatisfied),
        (_("Handled again: %(listed)s."), lambda c: c["reopened"]),
    ]
    found = []
    for words, count in kinds:
        short = [(line.name, n) for line in lines if (n := count(line.counts))]
        if short:
            listed = "、".join(_("%(name)s %(n)d") % {"name": name, "n": n} for name, n in short)
            found.append(words % {"day": localdate_long(today), "listed": listed})
    return found or [_("No agency was late, and no citizen was left unsatisfied.")]


def _unsatisfied(counts: Counts) -> int:
    """Return how many were evaluated and not satisfactory in the end; 0 where a frozen month did not count it."""
    evaluated, satisfied = counts["evaluated_once"], counts["last_satisfied"]
    return 0 if evaluated is None or satisfied is None else evaluated - satisfied
