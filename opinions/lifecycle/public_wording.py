"""What a citizen reads of an action where it depends on the ledger row's facts; plain texts stand in transitions.py.

Notices, classifications and calls are the office's own business: their rows there say None.
"""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short

from .reasons import Satisfaction


def _by_day(name: str, pattern: Callable[[], str]) -> Callable[[dict], str]:
    """`pattern` (called when the language is known) with the fact `name`, an ISO date, as its %(day)s."""
    return lambda data: pattern() % {"day": localdate_short(date.fromisoformat(data[name]))}


def route(data: dict) -> str:
    return _("Passed to %(agency)s.") % {"agency": data.get("agency_name", "")}


def hand_on(data: dict) -> str:
    if data.get("successor_name"):
        return _("Passed to %(agency)s.") % {"agency": data["successor_name"]}
    return _("Others are responsible; it is being passed on to them.")


def evaluate(data: dict) -> str:
    label = dict(Satisfaction.choices).get(data.get("satisfaction"), "")
    return _("Your evaluation: %(satisfaction)s.") % {"satisfaction": label}


suspend = _by_day(
    "until_on", lambda: _("Something is still being waited for; it goes on by %(day)s at the latest.")
)
answer_question = _by_day(
    "due_on", lambda: _("You answered; it goes on, and you will be answered by %(day)s.")
)
resume = _by_day("due_on", lambda: _("It goes on; you will be answered by %(day)s."))
grant_extension = _by_day(
    "due_on", lambda: _("It needs some more time; you will be answered by %(day)s. Please excuse the delay.")
)
