"""What model and rules suggest for a page of opinions that wait for triage: a fixed number of queries, however
many there are."""

import re
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from opinions.ledger.timeline import why
from opinions.models import Event
from studios.models import Agency

from .classification import Classification, Classifier
from .routing import Routing, RoutingDecision

FIRST_LINES = 140


@dataclass(frozen=True)
class Suggestion:
    """`title` and `lines` are HTML with the deciding words marked; `agency` None when nobody is responsible."""

    verdict: Classification
    agency: Agency | None
    way: RoutingDecision
    title: SafeString
    lines: SafeString
    why: str

    @property
    def percent(self) -> int:
        return round(100 * self.verdict.confidence)

    @property
    def others(self) -> list:
        """What else it may be, with its share in percent: offered when nobody is sure."""
        return [] if self.verdict.sure else [(c, round(100 * share)) for c, share in self.verdict.offered[1:]]


def suggest(opinions) -> list:
    """The opinions, each with a `.suggestion` and `.came_back`: its last return, reopening or reconsideration."""
    opinions = list(opinions)
    counties = {opinion.county_id for opinion in opinions}
    judge, routing = (Classifier(counties), Routing(counties)) if opinions else (None, None)
    came_back = back_of(opinions)
    advised = advised_by(came_back.values())
    for opinion in opinions:
        verdict = judge.verdict(opinion)
        opinion.came_back = event = came_back.get(opinion.pk)
        way = routing.way(opinion, verdict.category)
        agency = after_return(way.agency, event, advised)
        flag = getattr(opinion, "flag", None)
        words = [*verdict.why.get("words", []), *way.words, *(flag.words if flag else [])]
        opinion.suggestion = Suggestion(
            verdict=verdict,
            agency=agency,
            way=way,
            title=highlight(opinion.title, words),
            lines=highlight(Truncator(opinion.body).chars(FIRST_LINES), words),
            why=_why(verdict, way, agency, event),
        )
    return opinions


def _why(verdict, way, agency, event) -> str:
    if agency and event and event.data.get("suggested") == agency.pk:
        return _("Suggested by %(agency)s, which returned it.") % {
            "agency": event.data.get("agency_name", "")
        }
    said = [why(verdict.why) if verdict.category else "", why(way.why)]
    return " ".join(part for part in said if part)


def back_of(opinions) -> dict[int, Event]:
    """For each opinion that came back to triage: the event by which it last did, with the words said."""
    events = Event.objects.filter(
        opinion__in=[opinion.pk for opinion in opinions],
        action__in=["return_it", "reopen", "reconsider", "hand_on"],
    )
    return {event.opinion_id: event for event in events.select_related("words").order_by("sequence")}


def advised_by(events) -> dict[int, Agency]:
    """The agencies in use that returning agencies suggest, by id."""
    return Agency.objects.filter(active=True).in_bulk(
        [e.data["suggested"] for e in events if "suggested" in e.data]
    )


def after_return(agency, event, advised):
    """Whose matter it is after a return: the agency that was suggested; never again the one that returned it."""
    if event is None or event.action != "return_it":
        return agency
    if suggested := advised.get(event.data.get("suggested")):
        return suggested
    return None if agency and agency.pk == event.data.get("agency") else agency


def highlight(text: str, words) -> SafeString:
    """`text`, escaped, with each of `words` in <mark>, however it is written there (KTV, ktv); longer words first, so
    that none is marked inside another."""
    words = sorted((word for word in words if word), key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE) if words else [text]
    marked = (format_html("<mark>{}</mark>", part) if place % 2 else part for place, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in marked if part))
