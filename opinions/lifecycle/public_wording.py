"""The sentence a citizen reads of an action, where it depends on the ledger row's facts.

Fixed texts are in transitions.py. Notices, classifications and calls are the office's own business: their rows there
have None.
"""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short

from .reasons import Satisfaction


def _by_day(name: str, pattern: Callable[[], str]) -> Callable[[dict], str]:
    """Return a function that fills `pattern` with the fact `name`, an ISO date, as %(day)s. `pattern` is called late,
    when the language is known."""
    return lambda data: pattern() % {"day": localdate_short(date.fromisoformat(data[name]))}


def route(data: dict) -> str:
    """Return to which agency the opinion was passed."""
    return _("Passed to %(agency)s.") % {"agency": data.get("agency_name", "")}


def hand_on(data: dict) -> str:
    """Return that the opinion was passed to a successor agency, or is looking for one."""
    if data.get("successor_name"):
        return _("Passed to %(agency)s.") % {"agency": data["successor_name"]}
    return _("Others are responsible; it is being passed on to them.")


def evaluate(data: dict) -> str:
    """Return the citizen's own evaluation in words."""
    label = dict(Satisfaction.choices).get(data.get("satisfaction", ""), "")
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
