"""Asking the citizen (向群众询问): the clock stands still for a question that is sent, and goes on with the answer."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.origins import WEB
from opinions.models import Opinion

from . import citizen_sms
from .recipients import clerks_of, handlers_of
from .supervision import go_on, stand_still
from .transition import transition

ASKED = _(
    "[%(office)s People's Congress] About what you told us on %(told)s the agency asks: %(question)s Please answer by "
    "%(day)s. %(ask)s"
)
ASKED_AT_LENGTH = _(
    "[%(office)s People's Congress] About what you told us on %(told)s the agency has a question to you. Please look "
    "it up with your query code and answer by %(day)s. %(ask)s"
)


def ask_citizen(
    number, *, by, version=None, question: str, until_on: date | None = None, at=None, via=WEB
) -> Opinion:
    """Ask what only the citizen can say; the clock stands still until `until_on` at the latest. They read it in a text
    message and on their progress page; where there is no number, a clerk is told to ask."""
    with transition("ask_citizen", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        stand_still(t, until_on)
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


def _text_question(t) -> None:
    """The question itself where it fits into one message and the citizen's identity is no secret: everybody can read a
    locked screen."""
    opinion = t.opinion
    day = citizen_sms.month_day(opinion.suspended_until_on)
    facts = citizen_sms.facts(opinion) | {"question": opinion.question, "day": day}
    fits = not opinion.keep_secret and len(t.worded(ASKED, facts)) <= citizen_sms.ONE_MESSAGE
    body = ASKED if fits else ASKED_AT_LENGTH
    t.notify_citizen(_("A question about your opinion %(number)s"), body, **facts)


def answer_question(number, *, by, version=None, words, files=(), at=None, via=WEB) -> Opinion:
    """The citizen answers, on the progress page or through a clerk: the clock runs again and the handler is told."""
    with transition("answer_question", number, by=by, version=version, at=at, via=via) as t:
        go_on(t)
        t.text = words
        t.attach(files)
        t.notify_staff(
            handlers_of(t.opinion.lead_agency_id),
            _("The citizen has answered: %(number)s"),
            _("“%(title)s”: %(words)s It is to be answered by %(due)s."),
            words=words,
        )
    return t.opinion
