"""Where a matter stands, in words for the citizen: no office's terms, no name of anybody, every promise a date."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from common.numbers import mask_words
from common.templatetags.liaison import localdate_short
from opinions.models import Opinion
from opinions.models.words import Satisfaction
from opinions.workflow.table import CITIZEN, Status, available

from .forms import TAKES


@dataclass(frozen=True)
class Line:
    at: datetime
    said: str


@dataclass(frozen=True)
class Story:
    """`matter` is the opinion itself, or the one it was merged into: what is promised there holds for both."""

    opinion: Opinion
    matter: Opinion
    headline: str
    promise: str
    lines: list[Line]
    answer: str
    files: list
    title: str
    actions: list[str]


def story_of(opinion, today: date | None = None) -> Story:
    today = today or timezone.localdate()
    matter = opinion.merged_into or opinion
    told = matter.status in (Status.REPORTED_BACK, Status.CLOSED)
    can = [action.code for action in available(opinion, {CITIZEN}, today) if action.code in TAKES]
    if "evaluate" in can:
        can = [code for code in can if code != "reopen"]  # not satisfied is the way to reopen
    return Story(
        opinion=opinion,
        matter=matter,
        headline=_headline(matter),
        promise=_promise(opinion, matter, today),
        lines=_lines(opinion),
        answer=mask_words(matter.answer) if told else "",
        files=list(_files_of_answer(matter)) if told else [],
        title=mask_words(opinion.title),
        actions=can,
    )


def _headline(matter) -> str:
    agency = str(matter.lead_agency or "")
    return {
        Status.REGISTERED: _("We have received it."),
        Status.ROUTED: _("It was passed to %(agency)s.") % {"agency": agency},
        Status.HANDLING: _("%(agency)s is working on it.") % {"agency": agency},
        Status.ANSWERED: _("%(agency)s has answered.") % {"agency": agency},
        Status.REPORTED_BACK: _("%(agency)s has answered.") % {"agency": agency},
        Status.CLOSED: _("It is settled."),
        Status.DECLINED: _("It cannot be handled here."),
        Status.WITHDRAWN: _("You have taken it back."),
        Status.MERGED: _("It was joined with the same matter of others."),
    }[matter.status]


def _promise(opinion, matter, today) -> str:
    if opinion.question:
        return _("The agency has a question to you, see below. Please answer by %(day)s.") % {
            "day": localdate_short(opinion.suspended_until_on)
        }
    if matter.suspended_on:
        return _("The agency waits for something and goes on by %(day)s at the latest.") % {
            "day": localdate_short(matter.suspended_until_on)
        }
    if matter.status == Status.REGISTERED:
        return _by(matter.due_on, today, _("By %(day)s it will be passed to the agency responsible."))
    if matter.status in (Status.ROUTED, Status.HANDLING):
        return _by(matter.handling_due_on, today, _("You will have an answer by %(day)s."))
    if matter.status == Status.REPORTED_BACK and not opinion.satisfaction:
        return _("Until %(day)s you can say whether you are satisfied.") % {
            "day": localdate_short(matter.due_on)
        }
    return ""


def _by(day, today, words) -> str:
    if today > day:
        return _(
            "This was promised by %(day)s. It is late, and the people's congress is urging those responsible."
        ) % {"day": localdate_short(day)}
    return words % {"day": localdate_short(day)}


def _files_of_answer(matter):
    """What came with the last answer."""
    answer = matter.events.filter(action="answer").order_by("-sequence").values("sequence")[:1]
    return matter.attachments.filter(sequence=Subquery(answer))


def _lines(opinion) -> list[Line]:
    events = opinion.events.filter(action__in=SAID).order_by("sequence")
    return [Line(event.at, SAID[event.action](event.data)) for event in events]


def _decline(data) -> str:
    return _("It cannot be handled here. Please turn to: %(door)s.") % {"door": data.get("right_door", "")}


def _evaluated(data) -> str:
    label = dict(Satisfaction.choices).get(data.get("satisfaction"), "")
    return _("Your evaluation: %(satisfaction)s.") % {"satisfaction": label}


def _until(name, words):
    return lambda data: str(words()) % {"day": localdate_short(date.fromisoformat(data[name]))}


# What of the ledger a citizen is told; notices, classifications and calls are the office's own business.
SAID = {
    "register": lambda data: _("You told us."),
    "route": lambda data: _("Passed to %(agency)s.") % {"agency": data.get("agency_name", "")},
    "return_it": lambda data: _("The agency says that it is not responsible; another is being found."),
    "hand_on": lambda data: (
        _("Passed to %(agency)s.") % {"agency": data["successor_name"]}
        if data.get("successor_name")
        else _("Another agency is being found.")
    ),
    "sign": lambda data: _("The agency has begun."),
    "suspend": _until("until_on", lambda: _("The agency waits for something, until %(day)s at the latest.")),
    "resume": _until("due_on", lambda: _("The agency goes on; you will have an answer by %(day)s.")),
    "ask_citizen": lambda data: _("The agency asked you something."),
    "answer_question": _until("due_on", lambda: _("You answered; you will have an answer by %(day)s.")),
    "grant_extension": _until(
        "due_on", lambda: _("The agency was given more time; you will have an answer by %(day)s.")
    ),
    "answer": lambda data: _("The agency has answered."),
    "report_back": lambda data: _("You were told the answer."),
    "share_answer": lambda data: _("You were told the answer."),
    "evaluate": _evaluated,
    "supplement": lambda data: _("You added something."),
    "reopen": lambda data: _("Taken up again."),
    "decline": _decline,
    "reconsider": lambda data: _("It is being looked at again."),
    "withdraw": lambda data: _("You took it back."),
    "merge": lambda data: _("Joined with the same matter of others. You will get the same answer."),
    "unmerge": lambda data: _("It is handled on its own again."),
    "close": lambda data: _("Settled: nobody objected in the time given."),
}
