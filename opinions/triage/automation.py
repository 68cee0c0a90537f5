"""Automatic triage: model and rules classify and route through the workflow, when they are sure."""

from datetime import datetime

from accounts.actors import SYSTEM
from opinions.models import Opinion
from opinions.workflow import deadlines
from opinions.workflow.triage import classify, route

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
    verdict = deadlines.cached(("judge", county), lambda: classification.Classifier([county])).verdict(
        opinion
    )
    category = verdict.category if verdict.sure else None
    way = deadlines.cached(("routing", county), lambda: routing.Routing([county])).way(opinion, category)
    urgency = way.rule.urgency if way.rule and not way.broken else ""
    if category and (opinion.category is None or urgency not in ("", opinion.urgency)):
        opinion = classify(
            opinion.number,
            by=SYSTEM,
            category=category,
            matter_type=opinion.matter_type,
            urgency=urgency or opinion.urgency,
            is_complex=opinion.is_complex,
            at=at,
            why=verdict.why,
        )
    if way.agency is None:
        return opinion
    days = way.rule.handling_days if way.rule else None
    why = way.why or verdict.why
    return route(opinion.number, by=SYSTEM, lead_agency=way.agency, handling_days=days, at=at, why=why)
