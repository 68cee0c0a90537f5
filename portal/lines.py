"""The history of a matter as a citizen reads it (the column `public` of opinions.lifecycle.transitions)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Event

PUBLIC = {code: action.public for code, action in ACTIONS.items() if action.public is not None}


@dataclass(frozen=True)
class Line:
    """One event, in words for the citizen."""

    at: datetime
    text: str


def lines_of(events: Iterable[Event]) -> list[Line]:
    """Return a line for each of `events` that a citizen is told of, in their order."""
    return [Line(event.at, wording(event.action, event.data)) for event in events if event.action in PUBLIC]


def wording(code: str, data: dict[str, Any]) -> str:
    """Return what the citizen reads of the action `code`. Raises KeyError for one of which nothing is told."""
    public = PUBLIC[code]
    return public(data) if callable(public) else str(public)
