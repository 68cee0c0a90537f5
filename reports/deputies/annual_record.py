"""A deputy's annual record (履职档案): what they did and what became of what citizens told them, from the records."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from accounts.models import User
from deputies.directory.work import activities_of, work_of
from deputies.models import Deputy, Mandate, Participation
from opinions.models import Opinion, PastRound, Satisfaction
from opinions.models.conditions import condition_q
from reports.definitions.counts import Rate
from reports.definitions.figures import FIGURES
from reports.definitions.periods import registered_between

HANDLED = (
    "accepted",
    "open",
    "closed",
    "on_time",
    "late",
    "evaluated_once",
    "first_satisfied",
    "last_satisfied",
    "reopened",
)
RATES = ("first_satisfied_rate", "last_satisfied_rate")
WELL = [Satisfaction.SATISFIED, Satisfaction.MOSTLY]


@dataclass(frozen=True)
class Record:
    deputy: Deputy
    year: int
    mandates: list[Mandate]
    work: dict[str, int]
    taken_part: list[Participation]
    opinions: list[Any]  # Opinions with `shown_title`
    handled: dict[str, int]

    @property
    def title(self) -> str:
        return _("%(name)s: record of a deputy's work in %(year)d") % {
            "name": self.deputy.name,
            "year": self.year,
        }

    def rate(self, code: str) -> Rate:
        """Return the share of one of RATES."""
        return Rate(self.handled[FIGURES[code].counts], self.handled[FIGURES[code].of])

    def facts(self) -> list[tuple[str, str]]:
        """Return (label, value) of who the deputy is."""
        deputy = self.deputy
        return [
            (_("Full name"), deputy.name),
            (_("Sex and ethnic group"), f"{deputy.get_sex_display()} {deputy.ethnic_group}".strip()),
            (_("Occupation"), deputy.occupation),
            (_("Township"), f"{deputy.township.county}{deputy.township}"),
            (_("Liaison studio"), str(deputy.studio or "")),
            (_("Seat"), "；".join(mandate.title for mandate in self.mandates)),
        ]

    def figures(self) -> list[tuple[str, int | str]]:
        """Return (label, value) of what was done."""
        work, handled = self.work, self.handled
        return [
            (_("Activities held to which the deputy was called"), work["called"]),
            (_("Took part"), work["present"]),
            (_("On leave"), work["leave"]),
            (_("Reception shifts"), work["reception"]),
            (_("Household visits"), work["visit"]),
            (_("Symposia"), work["symposium"]),
            (_("Inspections"), work["inspection"]),
            (_("Trainings and exchanges"), work["training"] + work["exchange"]),
            (_("People met"), work["people"]),
            (_("Opinions written down"), handled["all"]),
            (_("Accepted"), handled["accepted"]),
            (_("Closed"), handled["closed"]),
            (_("Closed on time"), handled["on_time"]),
            (_("Closed late"), handled["late"]),
            (_("Still open"), handled["open"]),
            *((str(FIGURES[code].label), str(self.rate(code))) for code in RATES),
            (_("Reopened"), handled["reopened"]),
            (_("Handling rated by the deputy"), handled["rated"]),
            (_("Of these satisfied or mostly satisfied"), handled["rated_well"]),
        ]


def record_of(deputy: Deputy, year: int, *, by: User, today: date) -> Record:
    """Return the record of a year as `by` may see it. Six queries."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Opinion.objects.visible_to(by).filter(registered_between(first, last), deputy=deputy)
    past = PastRound.objects.filter(opinion=OuterRef("pk")).exclude(deputy_rating="").order_by("-round")
    rating = Coalesce(NullIf("deputy_rating", Value("")), Subquery(past.values("deputy_rating")[:1]))
    handled = rows.annotate(last_rating=rating).aggregate(
        all=Count("pk"),
        rated=Count("pk", filter=Q(last_rating__isnull=False)),
        rated_well=Count("pk", filter=Q(last_rating__in=WELL)),
        **{name: Count("pk", filter=condition_q(name, today)) for name in HANDLED},
    )
    opinions = list(rows.select_related("lead_agency").order_by("registered_at", "id"))
    for opinion in opinions:
        opinion.shown_title = opinion.list_title  # type: ignore[attr-defined]  # for this page alone
    mandates = deputy.mandates.select_related("term").filter(
        Q(ended_on=None) | Q(ended_on__gt=first), Q(term__starts_on=None) | Q(term__starts_on__lte=last)
    )
    return Record(
        deputy,
        year,
        list(mandates),
        work_of(deputy, first, min(last, today)),
        list(activities_of(deputy, first, last)),
        opinions,
        handled,
    )
