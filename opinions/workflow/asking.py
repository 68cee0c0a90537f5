"""Asking the citizen (向群众询问): the clock is suspended while a question waits, and runs again with the answer."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.security.uploads import Upload
from opinions.lifecycle.origins import WEB
from opinions.models import Opinion

from . import citizen_sms
from .recipients import clerks_of, handlers_of
from .suspension import resume_clock, suspend_clock
from .transition import Transition, transition

ASKED = _(
    "[%(office)s People's Congress] About what you told us on %(told)s the agency asks: %(question)s Please answer by "
    "%(day)s. %(ask)s"
)
ASKED_AT_LENGTH = _(
    "[%(office)s People's Congress] About what you told us on %(told)s the agency has a question to you. Please look "
    "it up with your query code and answer by %(day)s. %(ask)s"
)


def ask_citizen(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    question: str,
    until_on: date | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Ask the citizen a question that only they can answer; the clock is suspended until `until_on` at the latest.
    They read it in a text message and on their progress page; where there is no number, a clerk is notified to ask.
    Raises as `transition` does, and Refused where no day of suspension is left."""
    with transition("ask_citizen", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        suspend_clock(t, until_on)
        opinion.question = t.text = question
        if opinion.citizen_phone:
            _text_question(t)
        else:
            t.notify_staff(
                clerks_of(opinion),
                _("A question to the citizen: %(number)s"),
                _("%(agency)s asks about “%(title)s”: %(question)s There is no number to text to."),
                question=question,
            )
    return opinion


def _text_question(t: Transition) -> None:
    """Send the question itself where it fits into one message and the citizen's identity is no secret: everybody can
    read a locked screen."""
    opinion = t.opinion
    assert opinion.suspended_until_on is not None  # noqa: S101  the question has just suspended the clock
    day = citizen_sms.month_day(opinion.suspended_until_on)
    facts = citizen_sms.facts(opinion) | {"question": opinion.question, "day": day}
    fits = not opinion.keep_secret and len(t.worded(ASKED, facts)) <= citizen_sms.ONE_MESSAGE
    body = ASKED if fits else ASKED_AT_LENGTH
    t.notify_citizen(_("A question about your opinion %(number)s"), body, **facts)


def answer_question(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str,
    files: Iterable[Upload] = (),
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Enter the citizen's answer, from the progress page or through a clerk: the clock runs again and the handler is
    notified."""
    with transition("answer_question", number, by=by, version=version, at=at, via=via) as t:
        resume_clock(t)
        t.text = words
        t.attach(files)
        t.notify_staff(
            handlers_of(t.opinion.lead_agency_id),
            _("The citizen has answered: %(number)s"),
            _("“%(title)s”: %(words)s It is to be answered by %(due)s."),
            words=words,
        )
    return t.opinion
