"""What has happened, line by line, as a citizen is told it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short
from opinions.models.choices import Satisfaction


@dataclass(frozen=True)
class Line:
    at: datetime
    said: str


def lines_of(events) -> list[Line]:
    return [Line(event.at, SAID[event.action](event.data)) for event in events if event.action in SAID]


def _evaluated(data) -> str:
    label = dict(Satisfaction.choices).get(data.get("satisfaction"), "")
    return _("Your evaluation: %(satisfaction)s.") % {"satisfaction": label}


def _until(name, words):
    return lambda data: str(words()) % {"day": localdate_short(date.fromisoformat(data[name]))}


# What of the ledger a citizen is told; notices, classifications and calls are the office's own business.
SAID = {
    "register": lambda data: _("You told us."),
    "route": lambda data: _("Passed to %(agency)s.") % {"agency": data.get("agency_name", "")},
    "return_it": lambda data: _("Checked: others are responsible; it is being passed on to them."),
    "sign": lambda data: _("Those responsible have begun."),
    "suspend": _until(
        "until_on", lambda: _("Something is still being waited for; it goes on by %(day)s at the latest.")
    ),
    "hand_on": lambda data: (
        _("Passed to %(agency)s.") % {"agency": data["successor_name"]}
        if data.get("successor_name")
        else _("Others are responsible; it is being passed on to them.")
    ),
    "ask_citizen": lambda data: _("You were asked something."),
    "answer_question": _until(
        "due_on", lambda: _("You answered; it goes on, and you will be answered by %(day)s.")
    ),
    "supplement": lambda data: _("You added something."),
    "share_answer": lambda data: _("You were told the answer."),
    "resume": _until("due_on", lambda: _("It goes on; you will be answered by %(day)s.")),
    "grant_extension": _until(
        "due_on",
        lambda: _("It needs some more time; you will be answered by %(day)s. Please excuse the delay."),
    ),
    "answer": lambda data: _("Those responsible have answered."),
    "report_back": lambda data: _("You were told the answer."),
    "evaluate": _evaluated,
    "reopen": lambda data: _("Taken up again."),
    "decline": lambda data: _("This matter cannot be handled here."),
    "reconsider": lambda data: _("It is being looked at again."),
    "withdraw": lambda data: _("You withdrew it."),
    "merge": lambda data: _(
        "Others told us of the same matter; it is dealt with together, and you will get the answer too."
    ),
    "unmerge": lambda data: _("It is handled on its own again."),
    "close": lambda data: _(
        "The time for your evaluation is over, and you raised no objection: the matter is closed. If it is not "
        "settled, you can ask for it to be taken up again within a year."
    ),
}
