"""The answers to a citizen, round by round, and the citizen's objections to them, read from the ledger."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from common.security.numbers import NUMBER, mask_numbers
from common.text.phone_numbers import digits
from opinions.lifecycle.statuses import Status
from opinions.models import Attachment, Event, Opinion
from opinions.models.choices import Outcome

OUTCOMES = {
    Outcome.A: _("Solved"),
    Outcome.B: _("Being solved"),
    Outcome.C: _("Planned; to be solved step by step"),
    Outcome.D: _("Explained"),
}
REPORTED = (Status.REPORTED_BACK, Status.CLOSED)


@dataclass
class Answer:
    """One answer. `objection`: what the citizen found not settled in it; empty where there was none."""

    round: int
    at: datetime
    agency: str
    text: str
    outcome: str
    sequence: int
    objection: str = ""
    files: list[Attachment] = field(default_factory=list)


def answers_of(
    opinion: Opinion, matter: Opinion, events: Iterable[Event], files: Sequence[Attachment]
) -> list[Answer]:
    """Return the answers that were reported back, the latest first. `events` and `files` are those of `matter`, in
    order; where it is another's matter into which `opinion` was merged, that other person is not recognised in it."""
    own = opinion is matter
    agency = ""
    by_round: dict[int, Answer] = {}
    for event in events:
        agency = event.data.get("agency_name") or agency
        if event.action == "answer":
            by_round[event.round] = Answer(
                round=event.round,
                at=event.at,
                agency=agency or str(matter.lead_agency or ""),
                text=_text(event) if own else without_other(_text(event), matter),
                outcome=str(OUTCOMES.get(event.data.get("outcome"), "")),
                sequence=event.sequence,
            )
        elif event.action == "reopen" and own and event.round - 1 in by_round:
            by_round[event.round - 1].objection = mask_numbers(_text(event))
    reported = [one for one in by_round.values() if one.round < matter.round or matter.status in REPORTED]
    for one in reported:
        one.files = [file for file in files if file.sequence == one.sequence]
    return sorted(reported, key=lambda one: -one.round)


def _text(event: Event) -> str:
    return event.words.text if event.text_digest else ""


def without_other(text: str, matter: Opinion) -> str:
    """Return an answer as others read it: with the agency's own number, without name and number of the person it was
    written to."""
    if name := matter.citizen_name:
        text = text.replace(name, "*" * len(name))
    theirs = digits(matter.citizen_phone)

    def hidden(found: re.Match[str]) -> str:
        harmless = found.lastgroup != "identity" and not (theirs and digits(found[0]).endswith(theirs))
        return found[0] if harmless else mask_numbers(found[0])

    return NUMBER.sub(hidden, text)
