"""What was said with a matter on its way, for the citizen to read again: their own additions, the agency's questions
and their answers, and its progress where it shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from common.numbers import mask_words


@dataclass(frozen=True)
class Note:
    at: datetime
    heading: str
    words: str


def notes_of(opinion) -> list[Note]:
    """In the order in which they were said; one query."""
    events = opinion.events.filter(action__in=HEADINGS).select_related("words").order_by("sequence")
    return [
        Note(event.at, HEADINGS[event.action](event), mask_words(event.words.text))
        for event in events
        if hasattr(event, "words") and event.words.text and event.data.get("shown", True)
    ]


# Only what is named here is shown; a progress note says itself whether it is meant for the citizen.
HEADINGS = {
    "supplement": lambda event: _("You added"),
    "ask_citizen": lambda event: _("The agency asks you"),
    "answer_question": lambda event: _("You answered"),
    "note_progress": lambda event: _("The agency says how far it has come"),
}
