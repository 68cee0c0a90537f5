"""Sending an opinion to its agency: the part that routing and reopening share."""

from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import Clock
from workdays.calendar import add_workdays

from . import deadlines
from .recipients import handlers_of
from .transition import Transition


def send(t: Transition, *, designated: bool, days: int | None = None) -> None:
    """Fix the deadline and the limit for returning, and notify the agency. `days` None takes the limit in force."""
    opinion, today = t.opinion, t.today
    opinion.routed_at, opinion.signed_at, opinion.designated = t.at, None, designated
    deadlines.start_handling(opinion, today, days)
    opinion.return_by_on = add_workdays(
        deadlines.counted_from(opinion, today), deadlines.limit(Clock.RETURN, opinion)[0]
    ).date
    t.data |= {"handling_due_on": str(opinion.handling_due_on), "handling_days": opinion.handling_days}
    t.data |= deadlines.provisional(deadlines.answer_day(opinion))
    t.notify_staff(
        handlers_of(opinion.lead_agency_id),
        _("New opinion to sign for: %(number)s"),
        _("%(number)s “%(title)s” was sent to you. Sign for it and answer by %(due)s."),
    )
