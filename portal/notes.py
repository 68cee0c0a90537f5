"""The messages exchanged about a matter, for the citizen to read again: their own additions, the agency's questions
and their answers, and its notes on progress that it shows to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from common.security.numbers import mask_numbers
from opinions.models import Event


@dataclass(frozen=True)
class Note:
    """One of them, with a heading that says whose it is."""

    at: datetime
    heading: str
    words: str


def notes_of(events: Iterable[Event]) -> list[Note]:
    """Return the notes among the ledger's `events`, in their order. The agency's own number is meant to be called; the
    citizen's own number need not be shown."""
    return [
        Note(event.at, HEADINGS[event.action](event), _as_shown(event))
        for event in events
        if event.action in HEADINGS
        and event.text_digest
        and event.words.text
        and event.data.get("shown", True)
    ]


def _as_shown(event: Event) -> str:
    text = event.words.text
    return text if event.action in BY_AGENCY else mask_numbers(text)


# Only what is named here is shown; a progress note says itself whether it is meant for the citizen.
HEADINGS: dict[str, Callable[[Event], str]] = {
    "supplement": lambda event: _("You added"),
    "ask_citizen": lambda event: _("The agency asks you"),
    "answer_question": lambda event: _("You answered"),
    "explain": lambda event: _("The deputy says to you"),
    "note_progress": lambda event: _("The agency says how far it has come"),
}
BY_AGENCY = ("ask_citizen", "explain", "note_progress")
