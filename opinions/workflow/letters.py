"""From an opinion to an official letter: the facts of each kind, and its addressee. Called inside a transition only.

The letter is issued in the transition's database transaction and recorded in its ledger row (`data["letter"]`,
`data["letter_id"]`): either all of it exists, or nothing, its number included.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from letters import drafts
from letters.facts import complete
from letters.models import Draft, Kind, Letter, Organ
from letters.services import ISSUED_ALREADY, AlreadyIssued, forget, in_chinese, issue, received, void
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT
from opinions.lifecycle.statuses import LetterOwed
from opinions.models import Opinion
from opinions.models.redaction import HIDES, masked
from studios.models import Agency
from workdays import office_hours

from . import letter_facts as facts
from .transition import Transition
from .unit_of_work import cached

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TAKEN_BACK = gettext_lazy("The routing was taken back.")
CORRECTED = gettext_lazy("Correction")
ERASED = gettext_lazy("Its words and personal data were erased.")
# The columns a clerk may correct that a letter to the agency contains, or that decide which text is hidden in it.
WRITTEN = ("words", "again_reason")  # by staff or by the citizen, for the letter alone
IN_LETTERS = {"title", "body", "township", "studio", "place", "urgency", *HIDES}


def hand_over(t: Transition, words: str = "") -> None:
    """Issue the 交办函 to the lead agency, once for each routing."""
    opinion = t.opinion
    values = facts.to_agency(opinion, words) | facts.of_handover(t)
    _issue(t, Kind.HANDOVER, _occasion(opinion.routed_at), values, agency=opinion.lead_agency)
    if opinion.letter_owed == LetterOwed.HANDOVER:
        opinion.letter_owed = ""


def with_routing(t: Transition) -> None:
    """Issue or draft the 交办函 together with the routing, where the county wants that. One that needs no signing off
    waits for the sweep where no person acts and the office is closed. An import issues none: its letters are on
    paper."""
    if t.via == IMPORT:
        return
    county = t.opinion.county_id
    wanted, by_rule = cached(("letter with routing", county), lambda: _wants_it(county))
    if not wanted:
        return
    if by_rule and not t.by.is_person and not office_hours.is_open(t.at):
        t.opinion.letter_owed = LetterOwed.HANDOVER
    else:
        # The reason of a new round has a placeholder of its own.
        hand_over(t, "" if t.action.code == "reopen" else t.text)


def _wants_it(county: str) -> tuple[bool, bool]:
    rows = Organ.objects.filter(county=county).values_list("issues_on_route", "handover_by_rule")
    return rows.first() or (False, False)


def take_back(t: Transition, reason: StrOrPromise = TAKEN_BACK) -> None:
    """Void what was sent to the lead agency since the routing, signed for or not, because the opinion leaves it; the
    letters keep their numbers."""
    opinion = t.opinion
    # One that was merged before it was routed, and now goes its own way, was never sent to the agency.
    if opinion.lead_agency_id is None or opinion.routed_at is None or t.via == IMPORT:
        return
    sent = Letter.objects.filter(about=opinion.number, agency=opinion.lead_agency_id)
    with override(settings.LANGUAGE_CODE):
        reason = str(reason)
    if numbers := void(sent.filter(issued_at__gte=opinion.routed_at), by=t.by, reason=reason, at=t.at):
        t.data["void"] = numbers
    drop_drafts(t, Kind.HANDOVER, Kind.SUPERVISION, reason=reason)


def drop_drafts(t: Transition, *kinds: Kind, reason: StrOrPromise) -> None:
    """Drop the drafts of these kinds about the opinion, because what they would say is no longer so. One query, none
    where no draft waits."""
    if not getattr(t.opinion, "draft_waits", True):  # known to the transition that locked it
        return
    rows = Draft.objects.filter(about=t.opinion.number, kind__in=kinds)
    with override(settings.LANGUAGE_CODE):
        reason = str(reason)
    if count := drafts.drop(rows, by=t.by, reason=reason, at=t.at):
        t.data["drafts_dropped"] = t.data.get("drafts_dropped", 0) + count


def correct(t: Transition, changed: Iterable[str]) -> None:
    """Void the letters to the agency since the routing that no longer agree with the opinion, whose columns were
    `changed`, and issue each again for the same occasion with the next number."""
    opinion = t.opinion
    if not IN_LETTERS & set(changed) or opinion.lead_agency_id is None or t.via == IMPORT:
        return
    rows = Letter.objects.filter(about=opinion.number, agency=opinion.lead_agency_id, cancelled_at=None)
    valid = list(rows.filter(issued_at__gte=opinion.routed_at).order_by("pk"))
    waiting = list(Draft.objects.waiting().filter(about=opinion.number, agency=opinion.lead_agency_id))
    corrected = complete(facts.corrected(opinion)) if valid or waiting else {}
    replaced: dict[str, str] = {}
    changes = {name: value for name, value in corrected.items() if name in facts.CORRECTED}
    for draft in waiting:
        drafts.correct(draft, _unnamed(opinion, draft.facts | changes))
    for letter in valid:
        values = _unnamed(opinion, letter.facts | changes)
        values["handover_number"] = replaced.get(values["handover_number"], values["handover_number"])
        if values != letter.facts:
            replaced[letter.number] = _instead_of(letter, values, t)
    if replaced:
        t.data |= {"void": list(replaced), "reissued": list(replaced.values())}


def _unnamed(opinion: Opinion, values: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a letter to the agency; where the citizen is to be kept secret, without anything that gives
    them away in what was written for the letter."""
    if not opinion.keep_secret:
        return values
    return values | {name: _hidden(opinion, values[name]) for name in WRITTEN if values.get(name)}


def _hidden(opinion: Opinion, value: Any) -> Any:
    return [_hidden(opinion, one) for one in value] if isinstance(value, list) else masked(opinion, value)


def _instead_of(letter: Letter, facts_now: dict[str, Any], t: Transition) -> str:
    """Issue `letter` again with `facts_now`; returns the new number."""
    with override(settings.LANGUAGE_CODE):
        reason = str(CORRECTED)
    void(Letter.objects.filter(pk=letter.pk), by=t.by, reason=reason, at=t.at)
    new = issue(
        kind=letter.kind,
        township=t.opinion.township,
        studio_id=t.opinion.studio_id,
        about=letter.about,
        occasion=letter.occasion,
        facts=facts_now | {"instead_of": letter.number},
        by=t.by,
        at=t.at,
        agency=letter.agency,
    )
    t.opinion.notices.filter(letter=letter).update(letter=new)
    return new.number


def supervise(t: Transition, *, words: str = "", reply_by: date | None = None) -> Letter | None:
    """Issue the 督办函 to the lead agency, one for each notice; returns it, None while it is only drafted."""
    opinion = t.opinion
    values = facts.to_agency(opinion, words) | facts.of_supervision(opinion, t.today)
    values["reply_by"] = in_chinese(reply_by)
    # Two notices may fall on one moment: a person's, and one by escalation that was due just then.
    occasion = f"{_occasion(t.at)} {opinion.version}"
    return _issue(t, Kind.SUPERVISION, occasion, values, agency=opinion.lead_agency)


def reply(t: Transition) -> None:
    """Issue the 答复函 to the citizen, once for each answer, by name if the name is known."""
    opinion = t.opinion
    values = facts.of_reply(opinion, t.today)
    _issue(t, Kind.REPLY, _occasion(opinion.answered_at), values)


def issued(opinion: Opinion, letters: Iterable[Letter | Draft]) -> set[str]:
    """Return the actions whose letter for this routing and this answer is among `letters` and valid, or among the
    drafts in it that wait."""
    of = {
        "issue_handover": (Kind.HANDOVER, opinion.routed_at),
        "issue_reply": (Kind.REPLY, opinion.answered_at),
    }
    valid = {
        (row.kind, row.occasion) for row in letters if isinstance(row, Draft) or row.cancelled_at is None
    }
    return {code for code, (kind, at) in of.items() if at and (kind, _occasion(at)) in valid}


def erase(t: Transition) -> None:
    """Erase the text of the letters for good; their existence and numbers stay."""
    forget(about=t.opinion.number, instead=t.opinion.title)
    drop_drafts(t, *Kind, reason=ERASED)
    drafts.forget(about=t.opinion.number, instead=t.opinion.title)


def mark_received(t: Transition) -> None:
    """Mark the agency's letters as received: it acts on the opinion, so it has read them, and needs no second
    click."""
    opinion = t.opinion
    if t.via == IMPORT:
        return  # its letters are on paper
    assert opinion.lead_agency_id is not None  # noqa: S101 - it was routed, so an agency has it
    received(about=opinion.number, agency_id=opinion.lead_agency_id, by=t.by, at=t.at)


def _issue(
    t: Transition, kind: str, occasion: str, values: dict[str, Any], agency: Agency | None = None
) -> Letter | None:
    """Issue the letter where the office lets its kind be issued by rule, else draft it."""
    opinion = t.opinion
    organ = Organ.of(opinion.township.county)
    what: dict[str, Any] = {
        "kind": kind,
        "township": opinion.township,
        "studio_id": opinion.studio_id,
        "about": opinion.number,
        "occasion": occasion,
        "facts": values,
        "by": t.by,
        "at": t.at,
        "agency": agency,
    }
    try:
        if not organ.by_rule(kind):
            t.data["draft"] = _draft(organ, what).pk
            opinion.draft_waits = True  # type: ignore[attr-defined]
            return None
        letter = issue(organ=organ, **what)
    except AlreadyIssued as error:
        raise Refused(str(error)) from error
    t.data |= {"letter": letter.number, "letter_id": letter.pk}
    return letter


def _draft(organ: Organ, what: dict[str, Any]) -> Draft:
    same = {name: what[name] for name in ("about", "kind", "occasion")}
    if Letter.objects.filter(**same, cancelled_at=None).exists():
        raise AlreadyIssued(ISSUED_ALREADY)
    return drafts.draft(organ=organ, **what)


def _occasion(at: datetime | None) -> str:
    """Return what makes a letter of a kind unique: the moment of the routing, the answer or the notice."""
    assert at is not None  # noqa: S101  letters are about what has happened
    return at.astimezone(UTC).isoformat()
