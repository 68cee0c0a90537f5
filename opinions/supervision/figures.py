"""The figures by which work is supervised, by county, agency, stage and age; each opens the list of the same rows."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, Q, Value, When
from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import OPEN, WITH_AGENCY, Status
from opinions.models.conditions import RUNNING, condition_q, light_q
from opinions.workflow.deadlines import midnight
from workdays.calendar import add_workdays

SOON = 3  # working days


def due_soon_q(today, until) -> Q:
    """Still within the deadline, which falls on `until` or earlier: red after it, if nobody acts."""
    return RUNNING & Q(due_on__gte=today, due_on__lte=until)


# Code → label and condition. A count in the table and the list it opens are the same condition.
SHOWN = {
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

# Days since it was told: code → label, from, to (None: without end).
AGES = {
    "0-7": (_("up to 7 days"), 0, 7),
    "8-15": (_("8 to 15 days"), 8, 15),
    "16-30": (_("16 to 30 days"), 16, 30),
    "31-60": (_("31 to 60 days"), 31, 60),
    "61": (_("more than 60 days"), 61, None),
}


def age_q(code: str, today: date) -> Q:
    """Told as many days ago as the age says."""
    _label, least, most = AGES[code]
    q = Q(registered_at__lt=midnight(today - timedelta(days=least - 1)))
    if most is not None:
        q &= Q(registered_at__gte=midnight(today - timedelta(days=most)))
    return q


@dataclass(frozen=True)
class Aggregates:
    """Counts of the open opinions for every county, agency, stage and age that occur together; from one query."""

    cells: list

    def by(self, dimension: str) -> dict:
        """Value of the dimension → counts of every kind in SHOWN."""
        found: dict = {}
        for cell in self.cells:
            sums = found.setdefault(cell[dimension], dict.fromkeys(SHOWN, 0))
            for code in SHOWN:
                sums[code] += cell[code]
        return found

    @property
    def totals(self) -> dict[str, int]:
        return {code: sum(cell[code] for cell in self.cells) for code in SHOWN}


def aggregates(rows, today) -> Aggregates:
    """`rows` is scoped and filtered by the caller."""
    ages = [When(age_q(code, today), then=Value(code)) for code in AGES]
    groups = rows.filter(status__in=OPEN).order_by()
    groups = groups.annotate(age=Case(*ages, default=Value("0-7"), output_field=CharField()))
    counts = {code: Count("pk", filter=q(today)) for code, (_label, q) in SHOWN.items()}
    return Aggregates(list(groups.values("county", "lead_agency", "status", "age").annotate(**counts)))


# Dimension → label and the values that are always shown, in order; others follow what is counted.
DIMENSIONS = {
    "county": (_("By county"), None),
    "agency": (_("By agency"), None),
    "status": (_("By stage"), {code: Status(code).label for code in OPEN}),
    "age": (_("By age"), {code: label for code, (label, _least, _most) in AGES.items()}),
}
COLUMN = {"agency": "lead_agency"}


def lines(counted: Aggregates, dimension: str, names: dict) -> list[tuple]:
    """(value, name, counts) of each line: in the order of `names`, those without a count too, except for agencies,
    of which only those with open work are named, the most overdue first."""
    if (
        dimension == "agency"
    ):  # what an agency has answered is the studio's to report back, and not counted for it
        counted = Aggregates([cell for cell in counted.cells if cell["status"] in WITH_AGENCY])
    found = counted.by(COLUMN.get(dimension, dimension))
    nothing = dict.fromkeys(SHOWN, 0)
    rows = [(value, name, found.get(value, nothing)) for value, name in names.items()]
    if dimension == "agency":
        rows = [row for row in rows if row[2]["open"]]
        rows.sort(key=lambda row: (-row[2]["overdue"], -row[2]["yellow"], -row[2]["open"]))
    return rows
