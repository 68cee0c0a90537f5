"""What the first page shows of a role's own day, as well as what waits: a clerk's desk, a deputy's duty, an official's
agencies that are late."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Window
from django.db.models.functions import RowNumber

from accounts.models import User
from deputies.models import Activity, Participation
from deputies.models.activities import COMING, State
from opinions.lists.progress import with_standing
from opinions.models import Opinion
from opinions.models.conditions import condition_q
from opinions.supervision.figures import Aggregates
from studios.models import Agency, Role

ENTRIES, AGENCIES, EACH = 5, 6, 3


def entries_of(user: User, today: date) -> list[Opinion]:
    """Return the opinions that the person registered last; one query."""
    rows = Opinion.objects.visible_to(user, Role.CLERK).filter(registered_by=user)
    rows = rows.select_related("county", "township", "lead_agency").defer("body", "answer")
    return with_standing(rows.order_by("-pk")[:ENTRIES], today)


def shifts_on(user: User, today: date) -> list[Activity]:
    """Return the activities of the person's studios on this day; one query."""
    rows = Activity.objects.visible_to(user, Role.CLERK).filter(on=today).exclude(state=State.CANCELLED)
    return list(rows.select_related("studio", "township").order_by("half", "id"))


def next_duty(user: User, today: date) -> Activity | None:
    """Return the next activity that the deputy takes part in; None where none is planned. One query."""
    mine = Participation.objects.filter(deputy__user=user).exclude(attendance__in=Participation.FREE)
    rows = Activity.objects.filter(pk__in=mine.values("activity"), on__gte=today, state__in=COMING)
    return rows.select_related("studio", "township").order_by("on", "half", "id").first()


@dataclass(frozen=True)
class Late:
    """An agency, how many of its opinions are past the deadline, and the first of them."""

    agency: Agency
    count: int
    rows: list[Opinion]


def late_agencies(user: User, counted: Aggregates, today: date) -> list[Late]:
    """Return the agencies with most that is past the deadline, most first; two queries at most."""
    counts = {pk: sums["overdue"] for pk, sums in counted.by("lead_agency").items() if pk and sums["overdue"]}
    worst = sorted(counts, key=lambda pk: (-counts[pk], pk))[:AGENCIES]
    if not worst:
        return []
    nth = Window(RowNumber(), partition_by="lead_agency", order_by=["due_on", "id"])
    rows = Opinion.objects.visible_to(user, Role.COUNTY_OFFICIAL).filter(condition_q("overdue", today))
    worst_first: Any = rows.filter(lead_agency__in=worst).annotate(nth=nth).filter(nth__lte=EACH)
    found: dict[int, list[Any]] = {pk: [] for pk in worst}
    for row in worst_first.select_related("county", "township", "lead_agency").defer("body", "answer"):
        found[row.lead_agency_id].append(row)
    return [
        Late(rows[0].lead_agency, counts[pk], _in_order(rows, today)) for pk, rows in found.items() if rows
    ]


def _in_order(rows: list[Any], today: date) -> list[Opinion]:
    in_order: list[Any] = sorted(rows, key=lambda row: row.nth)
    return with_standing(in_order, today)
