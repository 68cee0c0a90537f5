"""Suggestions of model and rules for a page of opinions that wait for triage: a fixed number of queries, however many
opinions there are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.text.excerpts import cut
from opinions.ledger.timeline import why
from opinions.models import Category, Event, Opinion
from opinions.models.redaction import masked
from studios.models import Agency

from .classification import Classification, Classifier
from .routing import Routing, RoutingDecision

FIRST_LINES = 140


@dataclass(frozen=True)
class Suggestion:
    """`title` and `lines` are HTML with the deciding words marked; `agency` None when nobody is responsible."""

    classification: Classification
    agency: Agency | None
    decision: RoutingDecision
    title: SafeString
    lines: SafeString
    why: str

    @property
    def percent(self) -> int:
        """The confidence in percent."""
        return round(100 * self.classification.confidence)

    @property
    def others(self) -> list[tuple[Category, int]]:
        """Other categories it may be, each with its share in percent; empty when the first is sure."""
        return (
            []
            if self.classification.sure
            else [(c, round(100 * share)) for c, share in self.classification.offered[1:]]
        )


def suggest(opinions: Iterable[Opinion]) -> list[Any]:
    """Return the opinions, each with a `.suggestion` and `.came_back`: its last return, reopening or reconsideration
    (None: none)."""
    rows: list[Any] = list(opinions)
    if not rows:
        return []
    counties = {row.county_id for row in rows}
    classifier, routing = Classifier(counties), Routing(counties)
    came_back = back_of(rows)
    advised = advised_by(came_back.values())
    for opinion in rows:
        classification = classifier.classify(opinion)
        opinion.came_back = event = came_back.get(opinion.pk)
        decision = routing.route_for(opinion, classification.category)
        agency = after_return(decision.agency, event, advised)
        flag = getattr(opinion, "flag", None)
        words = [*classification.why.get("words", []), *decision.words, *(flag.words if flag else [])]
        opinion.suggestion = Suggestion(
            classification=classification,
            agency=agency,
            decision=decision,
            title=highlight(opinion.list_title, words),
            lines=highlight(_first_lines(masked(opinion, opinion.body)), words),
            why=_why(classification, decision, agency, event),
        )
    return rows


def _first_lines(text: str) -> str:
    begun = cut(text, FIRST_LINES)
    return text if begun == text else f"{begun}…"


def _why(
    classification: Classification, decision: RoutingDecision, agency: Agency | None, event: Event | None
) -> str:
    if agency and event and event.data.get("suggested") == agency.pk:
        return _("Suggested by %(agency)s, which returned it.") % {
            "agency": event.data.get("agency_name", "")
        }
    parts = [why(classification.why) if classification.category else "", why(decision.why)]
    return " ".join(part for part in parts if part)


def back_of(opinions: Iterable[Opinion]) -> dict[int, Event]:
    """Return, for each opinion that came back to triage, the event by which it last did, with its text; by the
    opinion's id."""
    events = Event.objects.filter(
        opinion__in=[opinion.pk for opinion in opinions],
        action__in=["return_it", "reopen", "reconsider", "hand_on"],
    )
    return {event.opinion_id: event for event in events.select_related("words").order_by("sequence")}


def advised_by(events: Iterable[Event]) -> dict[int, Agency]:
    """Return the agencies in use that returning agencies suggest, by id."""
    return Agency.objects.filter(active=True).in_bulk(
        [e.data["suggested"] for e in events if "suggested" in e.data]
    )


def after_return(agency: Agency | None, event: Event | None, advised: Mapping[int, Agency]) -> Agency | None:
    """Return the agency to suggest after a return: the one that was suggested, else `agency`, but never the one that
    returned it."""
    if event is None or event.action != "return_it":
        return agency
    if suggested := advised.get(event.data.get("suggested")):
        return suggested
    return None if agency and agency.pk == event.data.get("agency") else agency


def highlight(text: str, words: Iterable[str]) -> SafeString:
    """Return `text`, escaped, with each of `words` in <mark>, in whatever case it is written; longer words first, so
    that none is marked inside another."""
    words = sorted((word for word in words if word), key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE) if words else [text]
    marked = (format_html("<mark>{}</mark>", part) if place % 2 else part for place, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in marked if part))
