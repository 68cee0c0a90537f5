"""From an opinion to an official letter: which facts each kind tells, and to whom. Called inside a step only.

The letter is issued in the step's transaction and stands in its ledger row (`data["letter"]`, `data["letter_id"]`):
either all of it is there, or nothing, its number included.
"""

from datetime import UTC

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from letters.models import Kind, Letter, Organ
from letters.services import AlreadyIssued, forget, in_chinese, issue, received, void
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT
from opinions.lifecycle.statuses import LetterOwed
from workdays import office_hours

from . import letter_facts as facts
from .deadlines import once

TAKEN_BACK = gettext_lazy("The routing was taken back.")


def hand_over(taken, words="") -> None:
    """交办函 to the lead agency, once for each routing."""
    opinion = taken.opinion
    told = facts.to_agency(opinion, words) | facts.of_handover(taken)
    _issue(taken, Kind.HANDOVER, _occasion(opinion.routed_at), told, agency=opinion.lead_agency)
    if opinion.letter_owed == LetterOwed.HANDOVER:
        opinion.letter_owed = ""


def with_routing(taken) -> None:
    """交办函 together with the routing, where the county wants that. Where no person acts and the office is closed, the
    sweep issues it when it opens. What was routed on paper has its letter there."""
    if taken.via == IMPORT:
        return
    county = taken.opinion.county_id
    if not once(("letter with routing", county), lambda: _wants_it(county)):
        return
    if not taken.by.is_person and not office_hours.is_open(taken.at):
        taken.opinion.letter_owed = LetterOwed.HANDOVER
    else:
        # What the citizen says in a new round stands in a place of its own.
        hand_over(taken, "" if taken.action.code == "reopen" else taken.text)


def _wants_it(county) -> bool:
    return Organ.objects.filter(county=county, issues_on_route=True).exists()


def take_back(taken, reason=TAKEN_BACK) -> None:
    """The opinion leaves its lead agency: what was sent to it since it was routed is void and keeps its numbers, signed
    for or not."""
    opinion = taken.opinion
    if opinion.lead_agency_id is None or taken.via == IMPORT:
        return
    sent = Letter.objects.filter(about=opinion.number, agency=opinion.lead_agency_id)
    with override(settings.LANGUAGE_CODE):
        reason = str(reason)
    if numbers := void(
        sent.filter(issued_at__gte=opinion.routed_at), by=taken.by, reason=reason, at=taken.at
    ):
        taken.data["void"] = numbers


def supervise(taken, *, words="", reply_by=None) -> Letter:
    """督办函 to the lead agency, one for each notice."""
    opinion = taken.opinion
    told = facts.to_agency(opinion, words) | facts.of_supervision(opinion, taken.today)
    told["reply_by"] = in_chinese(reply_by)
    # Two notices may fall on one moment: a person's, and the ladder's that was due just then.
    occasion = f"{_occasion(taken.at)} {opinion.version}"
    return _issue(taken, Kind.SUPERVISION, occasion, told, agency=opinion.lead_agency)


def reply(taken) -> None:
    """答复函 to the citizen, once for each answer, by name if the name is known."""
    opinion = taken.opinion
    told = facts.of_reply(opinion, taken.today)
    _issue(taken, Kind.REPLY, _occasion(opinion.answered_at), told)


def issued(opinion, letters) -> set[str]:
    """The actions whose letter is among `letters` already, for this routing and this answer, and stands."""
    of = {
        "issue_handover": (Kind.HANDOVER, opinion.routed_at),
        "issue_reply": (Kind.REPLY, opinion.answered_at),
    }
    stand = {(letter.kind, letter.occasion) for letter in letters if letter.cancelled_at is None}
    return {code for code, (kind, at) in of.items() if at and (kind, _occasion(at)) in stand}


def erase(taken) -> None:
    """The words are erased for good; that there was a letter, and which, stays."""
    forget(about=taken.opinion.number, instead=taken.opinion.title)


def mark_received(taken) -> None:
    """The agency acts on the opinion, so it has read what was sent to it: no second click for the letter."""
    opinion = taken.opinion
    if taken.via == IMPORT:
        return  # its letters are on paper
    received(about=opinion.number, agency_id=opinion.lead_agency_id, by=taken.by, at=taken.at)


def _issue(taken, kind, occasion, told, agency=None) -> Letter:
    opinion = taken.opinion
    try:
        letter = issue(
            kind=kind,
            township=opinion.township,
            studio_id=opinion.studio_id,
            about=opinion.number,
            occasion=occasion,
            facts=told,
            by=taken.by,
            at=taken.at,
            agency=agency,
        )
    except AlreadyIssued as error:
        raise Refused(str(error)) from error
    taken.data |= {"letter": letter.number, "letter_id": letter.pk}
    return letter


def _occasion(at) -> str:
    return at.astimezone(UTC).isoformat()
