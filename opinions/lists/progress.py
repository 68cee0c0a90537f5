"""How far an opinion has come: the five steps of the office's flow, and its deadline in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.templatetags.liaison import localdate_short
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from workdays.calendar import workdays_between

VERBS = [
    gettext_lazy("Register"),
    gettext_lazy("Triage"),
    gettext_lazy("Supervise"),
    gettext_lazy("Report back"),
    gettext_lazy("Reopen"),
]


@dataclass(frozen=True)
class FlowStep:
    """One step of the flow: `state` is “done”, “now” or “ahead”; `note` stands below the label."""

    label: str | Promise
    state: str
    note: str = ""


def steps_of(opinion: Opinion) -> list[FlowStep]:
    """Return the five steps for common/_steps.html. Reopening is “done” only for opinions that were reopened."""
    here = Status(opinion.status).row.step
    steps = []
    for place, label in enumerate(VERBS[:4]):
        state = "done" if place < here else "now" if place == here else "ahead"
        steps.append(FlowStep(label, state, opinion.get_status_display() if state == "now" else ""))
    again = opinion.round > 1
    note = _("round %(round)d") % {"round": opinion.round} if again else ""
    return [*steps, FlowStep(VERBS[4], "done" if again else "ahead", note)]


def days_late(opinion: Opinion, today: date) -> int:
    """Return the working days after the running deadline: 0 on the days off that follow it and without a deadline,
    negative before it."""
    return workdays_between(opinion.due_on, today) if opinion.due_on else 0


def standing(opinion: Opinion, today: date) -> str:
    """Return how much time is left on the running clock, in words; empty when no clock runs."""
    if opinion.suspended_on:
        return _("suspended until %(day)s") % {"day": localdate_short(opinion.suspended_until_on)}
    if not opinion.is_open or opinion.due_on is None:
        return ""
    late = days_late(opinion, today)
    if today > opinion.due_on:
        return _("%(days)d working days late") % {"days": late} if late else _("late")
    if late == 0:
        return pgettext("deadline", "last day")
    return _("%(days)d working days left") % {"days": -late}


def with_standing(opinions: Iterable[Opinion], today: date) -> list[Any]:
    """Return the rows of a list, each with `.standing` and `.late` (working days) added to the model's attributes."""
    rows: list[Any] = list(opinions)
    for row in rows:
        row.standing = standing(row, today)
        row.late = days_late(row, today)
    return rows
