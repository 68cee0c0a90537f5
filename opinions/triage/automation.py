"""Automatic triage: model and rules classify and route through the workflow, when they are sure."""

from datetime import datetime

from accounts.actors import SYSTEM
from opinions.models import Opinion
from opinions.workflow.triage import classify, route
from opinions.workflow.unit_of_work import cached

from . import classification, routing, urgent


def auto_triage(opinion: Opinion, *, at: datetime | None = None) -> Opinion:
    """Classify and route when model and rules are sure; otherwise leave it to a person. Each step records why. Returns
    the opinion as it is afterwards.

    Only before anybody has routed it: an agency's return or a supervisor's turn is never overruled by a rule. An
    opinion with an urgent flag is left to a person from the start.
    """
    if opinion.routed_at or opinion.round > 1:
        return opinion
    if urgent.raise_flag(opinion, at=at):
        return opinion
    county = opinion.county_id
    classified = cached(("classifier", county), lambda: classification.Classifier([county])).classify(opinion)
    category = classified.category if classified.sure else None
    decision = cached(("routing", county), lambda: routing.Routing([county])).route_for(opinion, category)
    urgency = decision.rule.urgency if decision.rule and not decision.broken else ""
    if category and (opinion.category is None or urgency not in ("", opinion.urgency)):
        opinion = classify(
            opinion.number,
            by=SYSTEM,
            category=category,
            matter_type=opinion.matter_type,
            urgency=urgency or opinion.urgency,
            is_complex=opinion.is_complex,
            at=at,
            why=classified.why,
        )
    if decision.agency is None or opinion.keep_secret:  # a person looks through what the agency will read
        return opinion
    days = decision.rule.handling_days if decision.rule else None
    why = decision.why or classified.why
    return route(opinion.number, by=SYSTEM, lead_agency=decision.agency, handling_days=days, at=at, why=why)
