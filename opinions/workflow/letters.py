"""From an opinion to an official letter: which facts each kind tells, and to whom. Called inside a step only.

The letter is issued in the step's transaction and stands in its ledger row (`data["letter"]`, `data["letter_id"]`):
either all of it is there, or nothing, its number included.
"""

from datetime import UTC

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from letters.facts import complete
from letters.models import Kind, Letter, Organ
from letters.services import AlreadyIssued, forget, in_chinese, issue, received, void
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT
from opinions.lifecycle.statuses import LetterOwed
from workdays import office_hours

from . import letter_facts as facts
from .deadlines import cached

TAKEN_BACK = gettext_lazy("The routing was taken back.")
CORRECTED = gettext_lazy("Correction")
# Of what a clerk may correct, that which a letter to the agency says, or for which words are hidden in it.
SAID = {"title", "body", "township", "studio", "citizen_name"}


def hand_over(t, words="") -> None:
    """交办函 to the lead agency, once for each routing."""
    opinion = t.opinion
    told = facts.to_agency(opinion, words) | facts.of_handover(t)
    _issue(t, Kind.HANDOVER, _occasion(opinion.routed_at), told, agency=opinion.lead_agency)
    if opinion.letter_owed == LetterOwed.HANDOVER:
        opinion.letter_owed = ""


def with_routing(t) -> None:
    """交办函 together with the routing, where the county wants that. Where no person acts and the office is closed, the
    sweep issues it when it opens. What was routed on paper has its letter there."""
    if t.via == IMPORT:
        return
    county = t.opinion.county_id
    if not cached(("letter with routing", county), lambda: _wants_it(county)):
        return
    if not t.by.is_person and not office_hours.is_open(t.at):
        t.opinion.letter_owed = LetterOwed.HANDOVER
    else:
        # What the citizen says in a new round stands in a place of its own.
        hand_over(t, "" if t.action.code == "reopen" else t.text)


def _wants_it(county) -> bool:
    return Organ.objects.filter(county=county, issues_on_route=True).exists()


def take_back(t, reason=TAKEN_BACK) -> None:
    """The opinion leaves its lead agency: what was sent to it since it was routed is void and keeps its numbers, signed
    for or not."""
    opinion = t.opinion
    if opinion.lead_agency_id is None or t.via == IMPORT:
        return
    sent = Letter.objects.filter(about=opinion.number, agency=opinion.lead_agency_id)
    with override(settings.LANGUAGE_CODE):
        reason = str(reason)
    if numbers := void(sent.filter(issued_at__gte=opinion.routed_at), by=t.by, reason=reason, at=t.at):
        t.data["void"] = numbers


def correct(t, changed) -> None:
    """Columns of the opinion were `changed`: what was sent to its agency since it was routed and says otherwise now is
    void, and issued again for the same occasion with the next number."""
    opinion = t.opinion
    if not SAID & set(changed) or opinion.lead_agency_id is None or t.via == IMPORT:
        return
    rows = Letter.objects.filter(about=opinion.number, agency=opinion.lead_agency_id, cancelled_at=None)
    standing = list(rows.filter(issued_at__gte=opinion.routed_at).order_by("pk"))
    now = complete(facts.corrected(opinion)) if standing else {}
    replaced = {}
    for letter in standing:
        told = letter.facts | {name: value for name, value in now.items() if name in facts.CORRECTED}
        told["handover_number"] = replaced.get(told["handover_number"], told["handover_number"])
        if told != letter.facts:
            replaced[letter.number] = _instead_of(letter, told, t)
    if replaced:
        t.data |= {"void": list(replaced), "reissued": list(replaced.values())}


def _instead_of(letter, told, t) -> str:
    """Issue `letter` again, saying what is `told` now; returns the new number."""
    with override(settings.LANGUAGE_CODE):
        reason = str(CORRECTED)
    void(Letter.objects.filter(pk=letter.pk), by=t.by, reason=reason, at=t.at)
    new = issue(
        kind=letter.kind,
        township=t.opinion.township,
        studio_id=t.opinion.studio_id,
        about=letter.about,
        occasion=letter.occasion,
        facts=told | {"instead_of": letter.number},
        by=t.by,
        at=t.at,
        agency=letter.agency,
    )
    t.opinion.notices.filter(letter=letter).update(letter=new)
    return new.number


def supervise(t, *, words="", reply_by=None) -> Letter:
    """督办函 to the lead agency, one for each notice."""
    opinion = t.opinion
    told = facts.to_agency(opinion, words) | facts.of_supervision(opinion, t.today)
    told["reply_by"] = in_chinese(reply_by)
    # Two notices may fall on one moment: a person's, and the ladder's that was due just then.
    occasion = f"{_occasion(t.at)} {opinion.version}"
    return _issue(t, Kind.SUPERVISION, occasion, told, agency=opinion.lead_agency)


def reply(t) -> None:
    """答复函 to the citizen, once for each answer, by name if the name is known."""
    opinion = t.opinion
    told = facts.of_reply(opinion, t.today)
    _issue(t, Kind.REPLY, _occasion(opinion.answered_at), told)


def issued(opinion, letters) -> set[str]:
    """The actions whose letter is among `letters` already, for this routing and this answer, and stands."""
    of = {
        "issue_handover": (Kind.HANDOVER, opinion.routed_at),
        "issue_reply": (Kind.REPLY, opinion.answered_at),
    }
    stand = {(letter.kind, letter.occasion) for letter in letters if letter.cancelled_at is None}
    return {code for code, (kind, at) in of.items() if at and (kind, _occasion(at)) in stand}


def erase(t) -> None:
    """The words are erased for good; that there was a letter, and which, stays."""
    forget(about=t.opinion.number, instead=t.opinion.title)


def mark_received(t) -> None:
    """The agency acts on the opinion, so it has read what was sent to it: no second click for the letter."""
    opinion = t.opinion
    if t.via == IMPORT:
        return  # its letters are on paper
    received(about=opinion.number, agency_id=opinion.lead_agency_id, by=t.by, at=t.at)


def _issue(t, kind, occasion, told, agency=None) -> Letter:
    opinion = t.opinion
    try:
        letter = issue(
            kind=kind,
            township=opinion.township,
            studio_id=opinion.studio_id,
            about=opinion.number,
            occasion=occasion,
            facts=told,
            by=t.by,
            at=t.at,
            agency=agency,
        )
    except AlreadyIssued as error:
        raise Refused(str(error)) from error
    t.data |= {"letter": letter.number, "letter_id": letter.pk}
    return letter


def _occasion(at) -> str:
    return at.astimezone(UTC).isoformat()
