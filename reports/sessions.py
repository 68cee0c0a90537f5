"""Sessions of studios as the other reports need them: the one place that knows where they are recorded.

A session is a reception shift of a studio. Planned: every one that was planned for the days; published: announced;
held: took place. The records of activities belong to the room `deputies`.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from studios.scope import NOTHING


@dataclass(frozen=True)
class Sessions:
    planned: int = 0
    published: int = 0
    held: int = 0


def sessions_of(studio_ids, first: date, last: date) -> dict[int, Sessions]:
    """Per studio id, from `first` to `last`, both included; studios without any may be missing. No activities are
    recorded in the product yet, so there are none to count."""
    return {}


def had_session(since: date) -> Q:
    """The studios in which a session was held on or after `since`."""
    return NOTHING
