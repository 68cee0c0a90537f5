"""What has happened, line by line, as a citizen is told it (the column `public` of opinions.lifecycle.transitions)."""

from dataclasses import dataclass
from datetime import datetime

from opinions.lifecycle.transitions import ACTIONS

PUBLIC = {code: action.public for code, action in ACTIONS.items() if action.public is not None}


@dataclass(frozen=True)
class Line:
    at: datetime
    said: str


def lines_of(events) -> list[Line]:
    """A line for each of `events` that a citizen is told of, in their order."""
    return [Line(event.at, wording(event.action, event.data)) for event in events if event.action in PUBLIC]


def wording(code: str, data: dict) -> str:
    """What the citizen reads of the action `code`; KeyError if nothing is told of it."""
    public = PUBLIC[code]
    return public(data) if callable(public) else str(public)
