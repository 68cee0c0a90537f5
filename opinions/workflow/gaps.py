"""Where something is open and nobody can act: agencies, studios and townships without a clerk, counties without a
triage officer or a supervisor."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opinions.models import JointPart, Opinion
from opinions.models.conditions import condition_q
from studios.models import Agency, Role

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
    """`count` opinions are open at `place`."""

    name: str
    place: str
    count: int

    def __str__(self):
        return f"{self.place} {self.count} ({MISSING[self.name]})"


def gaps(rows=None, names=MISSING) -> list[Gap]:
    """Those among the opinions `rows` (all without it), the largest of each kind first; a query for each of `names`."""
    rows = Opinion.objects.all() if rows is None else rows
    return [
        Gap(name, place, count)
        for name in names
        for place, count in sorted(_places(name, rows).items(), key=lambda found: (-found[1], found[0]))
    ]


def _places(name, rows) -> Counter:
    found = rows.filter(condition_q(name)).order_by()
    if name == "nobody_joins":
        parts = JointPart.objects.waiting().filter(opinion__in=found.values("pk"))
        parts = parts.exclude(agency__in=Agency.objects.able_to_act())
        return Counter(parts.values_list("agency__name", flat=True))
    if name == "nobody_acts":
        return Counter(found.values_list("lead_agency__name", flat=True))
    if name == "no_clerk":
        both = found.values_list("studio__name", "township__name")
        return Counter(studio or township for studio, township in both)
    return Counter(found.values_list("county__name", flat=True))


def named(found: list[Gap], shown: int = 3) -> str:
    """The places of these, the first ones by name."""
    said = _(", ").join(gap.place for gap in found[:shown])
    return said + (_(" and %(count)d more") % {"count": len(found) - shown} if len(found) > shown else "")
