"""Whose matter an opinion is: the first live routing rule that fits, else who is responsible for its category."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from opinions.models import Responsibility, RoutingRule
from studios.models import Agency


@dataclass(frozen=True)
class RoutingDecision:
    """`rule` None: by responsibility. `broken`: why a person must decide, as the rule that fits has lost its ground or
    nobody at the agency can act."""

    agency: Agency | None
    rule: RoutingRule | None = None
    words: tuple = ()
    broken: str = ""

    @property
    def why(self) -> dict:
        """For the ledger: which rule fired, on which words."""
        if self.rule is None:
            return {}
        return {"rule": "routing", "name": self.rule.name, "id": self.rule.pk, "words": list(self.words)}


def with_able(rows):
    """`rows` with an `agency`, each with `able`: whether somebody there can act."""
    return rows.annotate(able=Exists(Agency.objects.able_to_act().filter(pk=OuterRef("agency"))))


class Routing:
    """The live rules and the responsibilities of `counties`, fetched once: two queries."""

    def __init__(self, counties, *, rules=None):
        live = RoutingRule.objects.filter(county__in=counties, live=True)
        live = with_able(live.select_related("agency", "category", "township")).order_by("position", "id")
        self.rules = list(live) if rules is None else rules
        rows = with_able(Responsibility.objects.filter(county__in=counties).select_related("agency"))
        self.responsible = {(row.county_id, row.category_id): row for row in rows}

    def way(self, opinion, category) -> RoutingDecision:
        """Where `opinion` goes if it is of `category` (None: unknown)."""
        code = category.code if category else ""
        for rule in self.rules:
            if rule.county_id == opinion.county_id and rule.fits(opinion, code):
                broken = rule.broken
                return RoutingDecision(
                    None if broken else rule.agency, rule, tuple(rule.found(opinion)), broken
                )
        row = self._nearest(opinion, category)
        if row and not row.able:
            return RoutingDecision(None, broken=_("Nobody at %s can act.") % row.agency)
        return RoutingDecision(row.agency if row else None)

    def _nearest(self, opinion, category) -> Responsibility | None:
        """Who is responsible in the county for the category, or for the nearest category above it."""
        lineage = category.lineage if category else []
        found = (self.responsible.get((opinion.county_id, code)) for code in lineage)
        return next((row for row in found if row), None)


def way_of(opinion) -> RoutingDecision:
    return Routing([opinion.county_id]).way(opinion, opinion.category)


def responsible_agency(opinion) -> Agency | None:
    """The agency that the rules and responsibilities name for the opinion as it stands."""
    return way_of(opinion).agency
