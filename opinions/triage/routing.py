"""The agency that an opinion belongs to: by the first live routing rule that fits, else by responsibility for its
category."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from opinions.models import Category, Opinion, Responsibility, RoutingRule
from studios.models import Agency


@dataclass(frozen=True)
class RoutingDecision:
    """Where an opinion goes (`agency` None: a person decides). `rule` None: by responsibility. `broken`: why a person
    must decide, as the rule that fits is no longer valid or nobody at the agency can act."""

    agency: Agency | None
    rule: RoutingRule | None = None
    words: tuple[str, ...] = ()
    broken: str = ""

    @property
    def why(self) -> dict[str, Any]:
        """The rule and its words, for the ledger; empty without a rule."""
        if self.rule is None:
            return {}
        return {"rule": "routing", "name": self.rule.name, "id": self.rule.pk, "words": list(self.words)}


def with_able(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `rows`, which have an `agency`, with `able`: somebody there can act."""
    return rows.annotate(able=Exists(Agency.objects.able_to_act().filter(pk=OuterRef("agency"))))


class Routing:
    """The live rules and the responsibilities of `counties`, fetched once: two queries."""

    def __init__(self, counties: Collection[str], *, rules: list[RoutingRule] | None = None) -> None:
        in_use = RoutingRule.objects.filter(county__in=counties, live=True)
        live = with_able(in_use.select_related("agency", "category", "township")).order_by("position", "id")
        self.rules: list[RoutingRule] = list(live) if rules is None else rules
        rows = with_able(Responsibility.objects.filter(county__in=counties).select_related("agency"))
        self.responsible = {(row.county_id, row.category_id): row for row in rows}

    def route_for(self, opinion: Opinion, category: Category | None) -> RoutingDecision:
        """Decide where `opinion` goes if it is of `category` (None: unknown)."""
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

    def _nearest(self, opinion: Opinion, category: Category | None) -> Any:
        """Return the responsibility in the county for the category, or for the nearest category above it; None without
        one."""
        lineage = category.lineage if category else []
        found = (self.responsible.get((opinion.county_id, code)) for code in lineage)
        return next((row for row in found if row), None)


def route_for(opinion: Opinion) -> RoutingDecision:
    """Decide where the opinion goes with the category it has; use Routing for many."""
    return Routing([opinion.county_id]).route_for(opinion, opinion.category)


def responsible_agency(opinion: Opinion) -> Agency | None:
    """Return the agency that rules and responsibilities name for the opinion; None when a person must decide."""
    return route_for(opinion).agency
