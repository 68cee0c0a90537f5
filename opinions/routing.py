"""Whose matter an opinion is: the first live routing rule that fits, else who is responsible for its category."""

from dataclasses import dataclass

from opinions.models import Responsibility, RoutingRule
from studios.models import Agency


@dataclass(frozen=True)
class Way:
    """`rule` None: by responsibility. `broken`: the rule that fits has lost its ground, and a person must decide."""

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


class Routing:
    """The live rules and the responsibilities of `counties`, fetched once: two queries."""

    def __init__(self, counties, *, rules=None):
        live = RoutingRule.objects.filter(county__in=counties, live=True)
        live = live.select_related("agency", "category", "township").order_by("position", "id")
        self.rules = list(live) if rules is None else rules
        rows = Responsibility.objects.filter(county__in=counties, agency__active=True)
        self.responsible = {(r.county_id, r.category_id): r.agency for r in rows.select_related("agency")}

    def way(self, opinion, category) -> Way:
        """Where `opinion` goes if it is of `category` (None: unknown)."""
        code = category.code if category else ""
        for rule in self.rules:
            if rule.county_id == opinion.county_id and rule.fits(opinion, code):
                broken = rule.broken
                return Way(None if broken else rule.agency, rule, tuple(rule.found(opinion)), broken)
        return Way(self._nearest(opinion, category))

    def _nearest(self, opinion, category) -> Agency | None:
        """The agency of the county for the category, or for the nearest category above it."""
        lineage = category.lineage if category else []
        found = (self.responsible.get((opinion.county_id, code)) for code in lineage)
        return next((agency for agency in found if agency), None)


def way_of(opinion) -> Way:
    return Routing([opinion.county_id]).way(opinion, opinion.category)


def responsible_agency(opinion) -> Agency | None:
    """The agency that the rules and responsibilities name for the opinion as it stands."""
    return way_of(opinion).agency
