"""What was said with a matter on its way, for the citizen to read again: their own additions, the agency's questions
and their answers, and its progress where it shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from common.security.numbers import mask_numbers


@dataclass(frozen=True)
class Note:
    at: datetime
    heading: str
    words: str


def notes_of(events) -> list[Note]:
    """Those among the ledger's `events`, in their order. The agency's own number is meant to be called, the citizen's
    own needs no showing."""
    return [
        Note(event.at, HEADINGS[event.action](event), _as_shown(event))
        for event in events
        if event.action in HEADINGS
        and event.text_digest
        and event.words.text
        and event.data.get("shown", True)
    ]


def _as_shown(event) -> str:
    said = event.words.text
    return said if event.action in BY_AGENCY else mask_numbers(said)


# Only what is named here is shown; a progress note says itself whether it is meant for the citizen.
HEADINGS = {
    "supplement": lambda event: _("You added"),
    "ask_citizen": lambda event: _("The agency asks you"),
    "answer_question": lambda event: _("You answered"),
    "note_progress": lambda event: _("The agency says how far it has come"),
}
BY_AGENCY = ("ask_citizen", "note_progress")
