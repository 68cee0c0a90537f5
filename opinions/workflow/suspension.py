"""Suspension of the clock and its end, inside a transition: for `suspend` and for a question to the citizen."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.errors import Refused
from workdays.calendar import workdays_between

from . import deadlines, joint
from .transition import Transition


def suspend_clock(t: Transition, until_on: date | None) -> None:
    """Suspend the clock until `until_on` inside a transition; Refused where the limit of the matter does not reach so
    far."""
    opinion = t.opinion
    last = deadlines.last_suspension_day(opinion, t.today)
    if last is None:
        raise Refused(deadlines.no_suspension_left(opinion, t.today))
    until_on = until_on or last
    if until_on <= t.today:
        raise Refused(_("Give a day in the future."), "until_on")
    if until_on > last:
        raise Refused(_("At the latest until %(day)s.") % {"day": deadlines.date_text(last)}, "until_on")
    opinion.suspended_on, opinion.suspended_until_on = t.today, until_on
    t.data = {"until_on": str(until_on)}


def resume_clock(t: Transition) -> None:
    """Let the clock run again inside a transition."""
    opinion = t.opinion
    assert opinion.suspended_on and opinion.suspended_until_on  # noqa: S101  guards.is_suspended, is_asked
    suspended = max(0, workdays_between(opinion.suspended_on, min(t.today, opinion.suspended_until_on)))
    deadlines.clear_suspension(opinion)
    deadlines.add_days(opinion, suspended)
    joint.add_days(opinion, suspended)
    t.data = {"days": suspended, "due_on": str(opinion.handling_due_on)}
    t.data |= deadlines.provisional(deadlines.answer_day(opinion))
