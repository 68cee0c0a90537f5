"""From an opinion to an official letter: which facts each kind tells, and to whom. Called inside a step only.

The letter is issued in the step's transaction and stands in its ledger row (`data["letter"]`, `data["letter_id"]`):
either all of it is there, or nothing, its number included.
"""

from datetime import UTC

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from letters.models import Kind, Letter, Organ
from letters.services import AlreadyIssued, forget, in_chinese, issue, received, void
from opinions.masking import Shown
from studios.models import Township

from .workflow.clocks import once
from .workflow.step import IMPORT, Refused


def hand_over(taken, words="") -> None:
    """交办函 to the lead agency, once for each routing."""
    opinion = taken.opinion
    facts = _to_agency(opinion, words)
    _issue(taken, Kind.HANDOVER, _occasion(opinion.routed_at), facts, agency=opinion.lead_agency)


def with_routing(taken) -> None:
    """交办函 together with the routing, where the county wants that. What was routed on paper has its letter there."""
    if taken.via == IMPORT:
        return
    county = taken.opinion.county_id
    if once(("letter with routing", county), lambda: _wants_it(county)):
        hand_over(taken, taken.text)


def _wants_it(county) -> bool:
    return Organ.objects.filter(county=county, issues_on_route=True).exists()


def take_back(taken) -> None:
    """The routing was a slip: the 交办函 that went with it is void and keeps its number."""
    opinion = taken.opinion
    sent = Letter.objects.filter(about=opinion.number, kind=Kind.HANDOVER, agency=opinion.lead_agency)
    with override(settings.LANGUAGE_CODE):
        reason = _("The routing was taken back.")
    void(sent.filter(issued_at__gte=opinion.routed_at), by=taken.by, reason=reason, at=taken.at)


def supervise(taken, *, words="", reply_by=None) -> Letter:
    """督办函 to the lead agency, one for each notice."""
    opinion = taken.opinion
    facts = _to_agency(opinion, words) | {"reply_by": in_chinese(reply_by)}
    # Two notices may fall on one moment: a person's, and the ladder's that was due just then.
    occasion = f"{_occasion(taken.at)} {opinion.version}"
    return _issue(taken, Kind.SUPERVISION, occasion, facts, agency=opinion.lead_agency)


def reply(taken) -> None:
    """答复函 to the citizen, once for each answer, by name if the name is known."""
    opinion = taken.opinion
    with override(settings.LANGUAGE_CODE):
        outcome = str(opinion.get_outcome_display()).removeprefix(f"{opinion.outcome} ")
        addressee = opinion.citizen_name or _("the citizen who told it")
    facts = _common(opinion) | {
        "addressee": addressee,
        "title": opinion.title,
        "matter": opinion.body,
        "answer": opinion.answer,
        "outcome": outcome,
    }
    _issue(taken, Kind.REPLY, _occasion(opinion.answered_at), facts)


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


def _issue(taken, kind, occasion, facts, agency=None) -> Letter:
    opinion = taken.opinion
    try:
        letter = issue(
            kind=kind,
            township=opinion.township,
            studio_id=opinion.studio_id,
            about=opinion.number,
            occasion=occasion,
            facts=facts,
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


def _common(opinion) -> dict:
    township = Township.objects.select_related("county").get(pk=opinion.township_id)
    opinion.township, opinion.county = township, township.county
    return {
        "opinion": opinion.number,
        "told_on": in_chinese(timezone.localdate(opinion.registered_at)),
        "place": f"{opinion.county}{opinion.township}",
        "agency": opinion.lead_agency,
        "round": opinion.round,
    }


def _to_agency(opinion, words) -> dict:
    """What the agency may read: never the citizen's name or number, whether or not they are to be kept secret."""
    shown = Shown(opinion, clear=False, hidden=True, may_reveal=False)
    due = in_chinese(opinion.handling_due_on)
    with override(settings.LANGUAGE_CODE):
        if opinion.due_provisional:
            due = _("%(due)s (provisional)") % {"due": due}
        joint = _(", ").join(opinion.parts.order_by("agency_id").values_list("agency__name", flat=True))
    return _common(opinion) | {
        "addressee": opinion.lead_agency.name,
        "title": shown.title,
        "matter": shown.body,
        "joint": joint,
        "days": opinion.handling_days or "",
        "due": due,
        "words": shown.words(words),
    }
