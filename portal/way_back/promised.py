"""The day that a citizen was promised, as a calendar entry."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from portal.front.addresses import whole
from portal.front.calendar_file import Entry, calendar_file

from . import links


def promised_on(opinion: Opinion) -> date | None:
    """Return the day by which something is due to the citizen, or by which they are asked; None where nothing is."""
    matter = opinion.merged_into or opinion
    if opinion.question or matter.suspended_on:
        return matter.suspended_until_on
    if matter.status in (Status.ROUTED, Status.HANDLING):
        return matter.handling_due_on
    return matter.due_on if matter.status in (Status.REGISTERED, Status.REPORTED_BACK) else None


def day_file(request: HttpRequest, opinion: Opinion) -> HttpResponse | None:
    """Return that day as a calendar file, which names neither words nor code; None where there is none."""
    day = promised_on(opinion)
    if not day:
        return None
    entry = Entry(
        key=f"matter-{opinion.number}",
        on=day,
        title=_("Look up my matter"),
        words=_("What you told the deputies: see how far it is."),
        address=whole(request, links.path_of(opinion)),
    )
    return calendar_file([entry], "matter.ics")
