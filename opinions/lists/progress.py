"""Where an opinion stands, for the eye: the five steps of the office's flow, and its deadline in words."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.templatetags.liaison import localdate_short
from opinions.lifecycle.statuses import Status
from opinions.privacy.masking import list_title
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
    label: str
    state: str
    note: str = ""


def steps_of(opinion) -> list[FlowStep]:
    """The five steps for common/_steps.html. Reopening is a step only of those that were reopened."""
    here = Status(opinion.status).row.step
    steps = []
    for place, label in enumerate(VERBS[:4]):
        state = "done" if place < here else "now" if place == here else "ahead"
        steps.append(FlowStep(label, state, opinion.get_status_display() if state == "now" else ""))
    again = opinion.round > 1
    note = _("round %(round)d") % {"round": opinion.round} if again else ""
    return [*steps, FlowStep(VERBS[4], "done" if again else "ahead", note)]


def days_late(opinion, today: date) -> int:
    """Working days after the running deadline; 0 on the days off that follow it, negative before it."""
    return workdays_between(opinion.due_on, today)


def standing(opinion, today: date) -> str:
    """How much time is left on the running clock, in words; empty when no clock runs."""
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


def with_standing(opinions, today: date) -> list:
    """The rows of a list, each with `.standing`, `.late` and `.list_title`."""
    rows = list(opinions)
    for row in rows:
        row.standing, row.list_title = standing(row, today), list_title(row)
        row.late = days_late(row, today) if row.due_on else 0
    return rows
