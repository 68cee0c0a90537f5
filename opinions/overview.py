"""The figures by which a county is supervised; each opens the list of the same condition."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from workdays.calendar import add_workdays

from .conditions import RUNNING, condition_q
from .workflow.table import OPEN

SOON = 3  # working days


def due_soon_q(today, until) -> Q:
    """Still within the deadline, which falls on `until` or earlier."""
    return RUNNING & Q(due_on__gte=today, due_on__lte=until)


# Code → label and condition. A count in the table and the list it opens are the same condition.
SHOWN = {
    "overdue": (_("Past the deadline"), lambda today: condition_q("overdue", today)),
    "due_soon": (
        _("Due within 3 working days"),
        lambda today: due_soon_q(today, add_workdays(today, SOON).date),
    ),
    "extension_asked": (_("Extension asked for"), lambda today: condition_q("extension_asked", today)),
    "to_acknowledge": (_("Notice not replied to"), lambda today: condition_q("to_acknowledge", today)),
    "joint_late": (_("Joint part late"), lambda today: condition_q("joint_late", today)),
    "reopened_twice": (_("Reopened twice, open"), lambda today: Q(status__in=OPEN, round__gt=2)),
}


def figures_by_county(rows, today) -> dict[str, dict[str, int]]:
    """County code → counts of `open` and of every kind in SHOWN; one query. `rows` is scoped by the caller."""
    counts = {code: Count("pk", filter=q(today)) for code, (_label, q) in SHOWN.items()}
    found = rows.filter(status__in=OPEN).order_by().values("county").annotate(open=Count("pk"), **counts)
    return {row.pop("county"): row for row in found}


def totals(figures) -> dict[str, int]:
    """The sum of `figures_by_county` over the counties."""
    return {code: sum(row[code] for row in figures.values()) for code in ("open", *SHOWN)}
