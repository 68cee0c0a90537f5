"""How far a matter is, in words for the citizen: no office's terms, no name of anybody, every promise a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short
from opinions.lifecycle.statuses import Clock, Status
from opinions.lifecycle.transitions import CITIZEN, available
from opinions.models import Attachment, Event, Opinion
from opinions.models.redaction import masked
from opinions.workflow import deadlines

from . import declined
from .answers import Answer, answers_of
from .forms import ACTION_FORMS
from .lines import PUBLIC, Line, lines_of
from .notes import HEADINGS, Note, notes_of

READ = {*PUBLIC, *HEADINGS, "answer"}
FROM_CITIZEN = ("register", "supplement", "answer_question")


@dataclass(frozen=True)
class Story:
    """All that the page shows. `matter` is the opinion itself, or the one it was merged into: what is promised there
    holds for both. `answer` is that of the present round, `earlier` are those before it."""

    opinion: Opinion
    matter: Opinion
    headline: str
    promise: str
    provisional: bool
    declined: list[str]
    lines: list[Line]
    answer: Answer | None
    earlier: list[Answer]
    notes: list[Note]
    files: list[Attachment]
    actions: list[str]

    @property
    def title(self) -> str:
        """The title, masked as for anybody who has the query code."""
        return masked(self.opinion, self.opinion.title)

    @property
    def body(self) -> str:
        """The text, masked likewise."""
        return masked(self.opinion, self.opinion.body)

    @property
    def place(self) -> str:
        """The place, masked likewise."""
        return masked(self.opinion, self.opinion.place)

    @property
    def phone(self) -> str:
        """The studio's phone; empty without one."""
        return self.opinion.studio.phone if self.opinion.studio else ""


def story_of(opinion: Opinion, today: date | None = None) -> Story:
    """Return how far `opinion` is on the day `today` (the current one by default)."""
    today = today or timezone.localdate()
    matter = opinion.merged_into or opinion
    events = _events(opinion)
    files = list(opinion.attachments.all())
    answers = answers_of(
        opinion,
        matter,
        events if matter is opinion else _events(matter),
        files if matter is opinion else list(matter.attachments.all()),
    )
    own = {event.sequence for event in events if event.action in FROM_CITIZEN}
    present = next((one for one in answers if one.round == matter.round), None)
    can = [action.code for action in available(opinion, {CITIZEN}, today) if action.code in ACTION_FORMS]
    if "evaluate" in can:
        can = [code for code in can if code != "reopen"]  # not satisfied is the way to reopen
    promise = _evaluate_by(matter) if "evaluate" in can else _promise(opinion, matter, today)
    return Story(
        opinion=opinion,
        matter=matter,
        headline=_headline(matter),
        promise=promise,
        provisional=bool(promise and matter.due_provisional),
        declined=_declined(matter, events),
        lines=lines_of(events),
        answer=present,
        earlier=[one for one in answers if one is not present],
        notes=notes_of(events),
        files=[file for file in files if file.sequence in own],
        # What is asked of the citizen comes first, taking it back last.
        actions=sorted(can, key=list(ACTION_FORMS).index),
    )


def _events(opinion: Opinion) -> list[Event]:
    return list(opinion.events.filter(action__in=READ).select_related("words").order_by("sequence"))


def _headline(matter: Opinion) -> str:
    if matter.status == Status.REGISTERED and matter.round > 2:
        return _("It is being taken up again, and is now with the supervisor of the people's congress.")
    row = Status(matter.status).row
    again = row.public_again if matter.round > 1 else None
    pattern = again[0 if matter.lead_agency else 1] if again else row.public
    return str(pattern) % {"agency": str(matter.lead_agency or "")}


def _promise(opinion: Opinion, matter: Opinion, today: date) -> str:
    """Say what comes next, and by when. Source: the limits frozen on the matter."""
    if opinion.question:
        return _("There is a question to you, see below. Please answer by %(day)s.") % {
            "day": localdate_short(opinion.suspended_until_on)
        }
    if matter.suspended_on:
        return _("Something is still being waited for; it goes on by %(day)s at the latest.") % {
            "day": localdate_short(matter.suspended_until_on)
        }
    if matter.status == Status.REGISTERED:
        if matter.due_on is not None and today > matter.due_on:
            return _(
                "It takes longer than planned; we are finding out who is responsible. Please excuse the delay."
            )
        return _("By %(day)s it will be passed to those responsible.") % {
            "day": localdate_short(matter.due_on)
        }
    if matter.status in (Status.ROUTED, Status.HANDLING):
        return _answer_by(matter, today)
    return ""


def _evaluate_by(matter: Opinion) -> str:
    """Ask for an evaluation; "" once it is closed, though an evaluation that comes later counts all the same."""
    if matter.status != Status.REPORTED_BACK:
        return ""
    return _("Are you satisfied with the answer? Please tell us by %(day)s.") % {
        "day": localdate_short(matter.due_on)
    }


def _answer_by(matter: Opinion, today: date) -> str:
    if matter.handling_due_on is not None and today > matter.handling_due_on:
        return _(
            "You were not answered in time. We are urging those responsible and will tell you as soon as there is a "
            "result. Please excuse the delay."
        )
    facts = {
        "day": localdate_short(matter.handling_due_on),
        "days": deadlines.limit(Clock.REPORT_BACK, matter)[0],
    }
    return (
        _("A result is expected by %(day)s; you will be told it within %(days)d working days after that.")
        % facts
    )


def _declined(matter: Opinion, events: Sequence[Event]) -> list[str]:
    if matter.status != Status.DECLINED:
        return []
    last = next((event for event in reversed(events) if event.action == "decline"), None)
    return declined.why(last.data, last.words.text if last.text_digest else "") if last else []
