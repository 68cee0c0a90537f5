"""Figures of supervision by county, agency, stage and age; each opens the list of the same rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import OPEN, WITH_AGENCY, Status
from opinions.models import Opinion
from opinions.models.conditions import RUNNING, condition_q, light_q
from opinions.workflow.deadlines import midnight
from workdays.calendar import add_workdays

SOON = 3  # working days


def due_soon_q(today: date, until: date) -> Q:
    """Return the condition for opinions within a deadline that falls on `until` or earlier."""
    return RUNNING & Q(due_on__gte=today, due_on__lte=until)


# Code → label and condition. A count in the table and the list it opens are the same condition.
SHOWN: dict[str, tuple[str | Promise, Callable[[date], Q]]] = {
    "overdue": (_("Past the deadline"), lambda today: condition_q("overdue", today)),
    "yellow": (_("Yellow"), lambda today: light_q("yellow", today)),
    "due_soon": (
        _("Due within 3 working days"),
        lambda today: due_soon_q(today, add_workdays(today, SOON).date),
    ),
    "to_acknowledge": (_("Notice not replied to"), lambda today: condition_q("to_acknowledge", today)),
    "reply_overdue": (_("Reply overdue"), lambda today: condition_q("reply_overdue", today)),
    "promise_broken": (_("Promise not kept"), lambda today: condition_q("promise_broken", today)),
    "letter_waits": (_("Letter to be issued"), lambda today: condition_q("letter_waits", today)),
    "joint_late": (_("Joint part late"), lambda today: condition_q("joint_late", today)),
    "suspended_long": (_("Suspended for long"), lambda today: condition_q("suspended_long", today)),
    "extension_asked": (_("Extension asked for"), lambda today: condition_q("extension_asked", today)),
    "reopened_twice": (_("Reopened twice, open"), lambda today: Q(status__in=OPEN, round__gt=2)),
    "open": (_("All open"), lambda today: Q(status__in=OPEN)),
}

# Days since it was registered: code → label, from, to (None: without end).
AGES: dict[str, tuple[str | Promise, int, int | None]] = {
    "0-7": (_("up to 7 days"), 0, 7),
    "8-15": (_("8 to 15 days"), 8, 15),
    "16-30": (_("16 to 30 days"), 16, 30),
    "31-60": (_("31 to 60 days"), 31, 60),
    "61": (_("more than 60 days"), 61, None),
}


def age_q(code: str, today: date) -> Q:
    """Return the condition for opinions registered as many days ago as the age `code` says."""
    _label, least, most = AGES[code]
    q = Q(registered_at__lt=midnight(today - timedelta(days=least - 1)))
    if most is not None:
        q &= Q(registered_at__gte=midnight(today - timedelta(days=most)))
    return q


@dataclass(frozen=True)
class Aggregates:
    """Counts of the open opinions for every county, agency, stage and age that occur together; from one query."""

    cells: list[dict[str, Any]]

    def by(self, dimension: str) -> dict[Any, dict[str, int]]:
        """Return the counts of every kind in SHOWN, by the values of `dimension`."""
        found: dict[Any, dict[str, int]] = {}
        for cell in self.cells:
            sums = found.setdefault(cell[dimension], dict.fromkeys(SHOWN, 0))
            for code in SHOWN:
                sums[code] += cell[code]
        return found

    @property
    def totals(self) -> dict[str, int]:
        """The counts over all cells."""
        return {code: sum(cell[code] for cell in self.cells) for code in SHOWN}


def aggregates(rows: QuerySet[Opinion], today: date) -> Aggregates:
    """Count the open opinions of `rows`, which the caller has scoped and filtered; one query."""
    ages = [When(age_q(code, today), then=Value(code)) for code in AGES]
    groups = rows.filter(status__in=OPEN).order_by()
    groups = groups.annotate(age=Case(*ages, default=Value("0-7"), output_field=CharField()))
    counts = {code: Count("pk", filter=q(today)) for code, (_label, q) in SHOWN.items()}
    cells = groups.values("county", "lead_agency", "status", "age").annotate(**counts)
    return Aggregates([dict(cell) for cell in cells])


# Dimension → label and the values that are always shown, in order; others follow what is counted.
DIMENSIONS: dict[str, tuple[str | Promise, Mapping[str, str | Promise] | None]] = {
    "county": (_("By county"), None),
    "agency": (_("By agency"), None),
    "status": (_("By stage"), {code: Status(code).label for code in OPEN}),
    "age": (_("By age"), {code: label for code, (label, _least, _most) in AGES.items()}),
}
COLUMN = {"agency": "lead_agency"}
# Value of the dimension, its name, and the count of every kind in SHOWN.
TableRow = tuple[Any, Any, dict[str, int]]


def lines(counted: Aggregates, dimension: str, names: Mapping[Any, Any]) -> list[TableRow]:
    """Return (value, name, counts) of each row of the table.

    Rows are in the order of `names`, with those that count nothing; for agencies only those with open work, the most
    overdue first.
    """
    # What an agency has answered is the studio's to report back, and not counted for the agency.
    if dimension == "agency":
        counted = Aggregates([cell for cell in counted.cells if cell["status"] in WITH_AGENCY])
    found = counted.by(COLUMN.get(dimension, dimension))
    nothing = dict.fromkeys(SHOWN, 0)
    rows = [(value, name, found.get(value, nothing)) for value, name in names.items()]
    if dimension == "agency":
        rows = [row for row in rows if row[2]["open"]]
        rows.sort(key=lambda row: (-row[2]["overdue"], -row[2]["yellow"], -row[2]["open"]))
    return rows
