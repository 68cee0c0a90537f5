"""The text of a notice: each kind has its own sentence, with the step that is late, its day, and how late it is.

Written for the people of the office, so in the office's language. Source of the wording: docs/workflow.md.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from common.templatetags.liaison import localdate_long
from opinions.lifecycle.statuses import Status
from opinions.models import EscalationLevel, Notice, Opinion
from workdays.calendar import workdays_between

from . import deadlines
from .transition import Transition

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = EscalationLevel.Kind
SUBJECT = gettext_lazy("%(kind)s: %(number)s")
IN_TIME = gettext_lazy(
    "“%(title)s” (%(number)s) is to be %(step)s by %(due)s, %(standing)s. See to it in time."
)
TO_AGENCY = {
    Kind.REMIND: gettext_lazy(
        "“%(title)s” (%(number)s) was to be %(step)s by %(due)s, %(standing)s. See to it now."
    ),
    Kind.URGE: gettext_lazy(
        "Urging notice: “%(title)s” (%(number)s) was to be %(step)s by %(due)s, %(standing)s. See to it without delay."
    ),
    Kind.SUPERVISE: gettext_lazy(
        "“%(title)s” (%(number)s), led by %(agency)s, was to be %(step)s by %(due)s, %(standing)s, and still is not."
    ),
    Kind.CIRCULATE: gettext_lazy(
        "“%(title)s” (%(number)s), led by %(agency)s, was to be %(step)s by %(due)s, %(standing)s; %(sent)s sent, and "
        "it still is not. Please consider whether to circulate this."
    ),
}
TO_STUDIO = gettext_lazy(
    "%(agency)s answered “%(title)s” (%(number)s) on %(answered)s. The citizen was to be told by %(due)s, "
    "%(standing)s. Report back without delay."
)
TO_STUDIO_IN_TIME = gettext_lazy(
    "%(agency)s answered “%(title)s” (%(number)s) on %(answered)s. The citizen is to be told by %(due)s, %(standing)s."
)
REPLY = gettext_lazy("Reply by %(reply_by)s how it stands and by which day it will be answered.")
STUDIO_REPLY = gettext_lazy("Reply by %(reply_by)s by which day the citizen will be told.")
LETTER = gettext_lazy("Letter %(letter)s.")


def standing(due: date, today: date) -> str:
    """Return how late it is, or how much time is left, counted in working days."""
    days = workdays_between(due, today)
    if today > due:
        late = pgettext("notice", "%(days)d working days late") % {"days": days}
        return late if days else pgettext("notice", "its day has passed")
    left = pgettext("notice", "%(days)d working days left") % {"days": -days}
    return left if days else pgettext("notice", "which is today")


def sent_before(opinion: Opinion) -> str:
    """Return the notices of this round so far, by kind and number: 催办1次、督办1次. One query."""
    kinds = list(opinion.notices.filter(round=opinion.round).values_list("kind", flat=True))
    counts = [
        pgettext("notices sent", "%(kind)s %(times)d times")
        % {"kind": kind.label, "times": kinds.count(kind)}
        for kind in Kind
        if kind in kinds
    ]
    return _(", ").join(counts) or pgettext("notices sent", "no notice")


def sentence(opinion: Opinion, kind: str, today: date) -> StrOrPromise:
    """Return the pattern of the notice for the step that the opinion has reached."""
    late = today > deadlines.due_day(opinion)
    if opinion.status == Status.ANSWERED:
        return TO_STUDIO if late else TO_STUDIO_IN_TIME
    return TO_AGENCY[Kind(kind)] if late else IN_TIME


def message(t: Transition, notice: Notice, note: str) -> tuple[StrOrPromise, str, dict[str, Any]]:
    """Return subject, body pattern and facts of `notice`, which the transition `t` is about to write."""
    opinion, kind, due = t.opinion, Kind(notice.kind), deadlines.due_day(t.opinion)
    parts = [sentence(opinion, kind, t.today)]
    with override(settings.LANGUAGE_CODE):
        facts = {
            "kind": kind.label,
            "step": Status(opinion.status).row.overdue,
            "due": deadlines.date_text(due),
            "standing": standing(due, t.today),
            "note": note,
        }
        if opinion.status == Status.ANSWERED:
            facts["answered"] = localdate_long(opinion.answered_at)
        if parts[0] is TO_AGENCY[Kind.CIRCULATE]:
            facts["sent"] = sent_before(opinion)
        if notice.acknowledge_by_on:
            parts.append(STUDIO_REPLY if opinion.status == Status.ANSWERED else REPLY)
            facts["reply_by"] = deadlines.date_text(notice.acknowledge_by_on)
        if notice.letter:
            parts.append(LETTER)
            facts["letter"] = notice.letter.number
        if note:
            parts.append("%(note)s")
        body = "".join(str(part) for part in parts) if _glued() else " ".join(str(part) for part in parts)
    return SUBJECT, body, facts


def _glued() -> bool:
    """Return True for Chinese, whose sentences follow each other without a space."""
    return settings.LANGUAGE_CODE.startswith("zh")
