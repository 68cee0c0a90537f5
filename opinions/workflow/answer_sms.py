"""The text messages about an answer: its first words with the way to the rest, or the link to evaluate it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import Clock
from opinions.models import Opinion
from opinions.privacy.evaluation_tokens import link_of
from workdays.calendar import add_workdays

from . import citizen_sms, deadlines
from .citizen_sms import fitting, month_day, phone_of
from .transition import Transition

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Of each the longest first; where the office's name and the setting leave too little room, a shorter one is used.
EVALUATE = (
    _(
        "[%(office)s People's Congress] Are you satisfied with the answer to what you told us on %(told)s? Tell us "
        "here by %(day)s; if not, it is handled again: %(link)s"
    ),
    _("[%(office)s People's Congress] Are you satisfied with the answer? By %(day)s: %(link)s"),
)
EVALUATE_OR_CALL = (
    _(
        "[%(office)s People's Congress] Are you satisfied with the answer to what you told us on %(told)s? Tell us by "
        "%(day)s under %(phone)s or here; if not, it is handled again: %(link)s"
    ),
    *EVALUATE,
)
ANSWERED_HERE = (
    _(
        "[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s The whole of it, "
        "and your evaluation: %(link)s"
    ),
)
ANSWERED_ALONE = (
    _("[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s"),
)
ANSWERED_CALL = (
    _(
        "[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s To hear all of it "
        "call %(phone)s."
    ),
    _(
        "[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s Call %(phone)s."
    ),
    *ANSWERED_ALONE,
)


def text_answer(t: Transition, lead: Opinion, *, answered: bool = True) -> None:
    """Text the answer that `lead` has to the citizen: its first words, and where the rest is. A citizen who was told
    another way gets only the link to evaluate."""
    opinion, link = t.opinion, link_of(t.opinion)
    if not opinion.citizen_phone:
        return
    if answered:
        facts = _facts(opinion, link) | {"answer": lead.answer}
        pattern, _room = answer_text(facts)
        t.notify_citizen(_("Answer to your opinion %(number)s"), pattern, **facts)
    elif link:
        until = add_workdays(t.today, deadlines.limit(Clock.WINDOW, opinion)[0]).date
        facts = _facts(opinion, link) | {"day": month_day(until)}
        patterns = EVALUATE_OR_CALL if facts["phone"] else EVALUATE
        pattern, _room = fitting(patterns, facts | {"link": ""}, least=0)
        t.notify_citizen(_("Evaluate the answer to %(number)s"), pattern, **facts)


def answer_text(facts: Mapping[str, Any]) -> tuple[StrOrPromise, int]:
    """Return the pattern of the text with the answer, and how many characters of it fit in: the rest is behind the
    link, or available from the studio."""
    patterns = ANSWERED_HERE if facts["link"] else ANSWERED_CALL if facts["phone"] else ANSWERED_ALONE
    return fitting(patterns, {**facts, "answer": "", "link": ""})


def _facts(opinion: Opinion, link: str) -> dict[str, Any]:
    return citizen_sms.facts(opinion) | {"link": link, "phone": phone_of(opinion)}


def answer_room(opinion: Opinion) -> int:
    """Return how many characters of an answer its text message holds."""
    return answer_text(_facts(opinion, link_of(opinion)))[1]
