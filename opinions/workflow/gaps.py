"""Open opinions for which nobody can act: agencies, studios and townships without a clerk, counties without a triage
officer or a supervisor."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opinions.models import JointPart, Opinion
from opinions.models.conditions import condition_q
from studios.models import Role

# Condition on opinions → what is missing.
MISSING = {
    "nobody_acts": gettext_lazy("nobody at the lead agency"),
    "nobody_joins": gettext_lazy("nobody at the joint agency"),
    "no_clerk": gettext_lazy("no clerk"),
    "no_officer": gettext_lazy("no triage officer"),
    "no_supervisor": gettext_lazy("no supervisor"),
}
OF_ROLE = {Role.CLERK: "no_clerk", Role.TRIAGE_OFFICER: "no_officer", Role.SUPERVISOR: "no_supervisor"}


@dataclass(frozen=True)
class Gap:
    """`count` opinions are open at `place`; `name` is the key in MISSING."""

    name: str
    place: str
    count: int

    def __str__(self) -> str:
        return f"{self.place} {self.count} ({MISSING[self.name]})"


def gaps(rows: QuerySet[Opinion] | None = None, names: Iterable[str] = MISSING) -> list[Gap]:
    """Return the gaps among the opinions `rows` (None: all), the largest of each kind first; one query for each of
    `names`."""
    rows = Opinion.objects.all() if rows is None else rows
    return [
        Gap(name, place, count)
        for name in names
        for place, count in sorted(_places(name, rows).items(), key=lambda found: (-found[1], found[0]))
    ]


def _places(name: str, rows: QuerySet[Opinion]) -> Counter[str]:
    found = rows.filter(condition_q(name)).order_by()
    if name == "nobody_joins":
        parts = JointPart.objects.stranded().filter(opinion__in=found.values("pk"))
        return Counter(parts.values_list("agency__name", flat=True))
    if name == "nobody_acts":
        return Counter(found.values_list("lead_agency__name", flat=True))
    if name == "no_clerk":
        both = found.values_list("studio__name", "township__name")
        return Counter(studio or township for studio, township in both)
    return Counter(found.values_list("county__name", flat=True))


def named(found: list[Gap], shown: int = 3) -> str:
    """Return the places of these gaps, the first `shown` by name, the others as a number."""
    places = _(", ").join(gap.place for gap in found[:shown])
    return places + (_(" and %(count)d more") % {"count": len(found) - shown} if len(found) > shown else "")
