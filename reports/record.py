"""A deputy's annual record (履职档案): what they did and what became of what citizens told them, from the records."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from deputies.models import Deputy
from deputies.work import activities_of, work_of
from opinions.conditions import condition_q
from opinions.masking import list_title
from opinions.models import Opinion, Satisfaction
from reports.periods import registered_between

HANDLED = ("accepted", "open", "closed", "on_time", "late", "evaluated", "satisfied", "reopened")


@dataclass(frozen=True)
class Record:
    deputy: Deputy
    year: int
    mandates: list
    work: dict
    taken_part: list
    opinions: list
    handled: dict

    @property
    def title(self) -> str:
        return _("%(name)s: record of a deputy's work in %(year)d") % {
            "name": self.deputy.name,
            "year": self.year,
        }

    def facts(self) -> list[tuple[str, str]]:
        deputy = self.deputy
        return [
            (_("Full name"), deputy.name),
            (_("Sex and ethnic group"), f"{deputy.get_sex_display()} {deputy.ethnic_group}".strip()),
            (_("Occupation"), deputy.occupation),
            (_("Township"), f"{deputy.township.county}{deputy.township}"),
            (_("Liaison studio"), str(deputy.studio or "")),
            (_("Seat"), "；".join(mandate.title for mandate in self.mandates)),
        ]

    def figures(self) -> list[tuple[str, int]]:
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
            (_("Citizens satisfied or mostly satisfied"), handled["satisfied"]),
            (_("Reopened"), handled["reopened"]),
            (_("Handling rated by the deputy"), handled["rated"]),
            (_("Of these satisfied or mostly satisfied"), handled["rated_well"]),
        ]


def record_of(deputy: Deputy, year: int, *, by, today: date) -> Record:
    """The record of a year as `by` may see it. Six queries."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Opinion.objects.visible_to(by).filter(registered_between(first, last), deputy=deputy)
    handled = rows.aggregate(
        all=Count("pk"),
        rated=Count("pk", filter=~Q(deputy_rating="")),
        rated_well=Count("pk", filter=Q(deputy_rating__in=[Satisfaction.SATISFIED, Satisfaction.MOSTLY])),
        **{name: Count("pk", filter=condition_q(name, today)) for name in HANDLED},
    )
    opinions = list(rows.select_related("lead_agency").order_by("registered_at", "id"))
    for opinion in opinions:
        opinion.shown_title = list_title(opinion)
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
