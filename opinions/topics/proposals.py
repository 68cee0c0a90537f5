"""A hot topic taken up as a deputies' proposal (转代表建议), and how it ended."""

import calendar
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opinions.models import Proposal, Topic
from opinions.workflow.step import Refused
from opinions.workflow.supervise import escalate
from opinions.workflow.table import OPEN
from studios.models import Role

ROLES = (Role.COUNTY_OFFICIAL,)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def take_up(topic: int, *, by, reason: str, months: int, at=None) -> Proposal:
    """Make a proposal of the topic: every open opinion of it is marked as taken up, each with its ledger row.

    Refused when it was taken up before; Topic.DoesNotExist for one outside the person's area.
    """
    at = at or timezone.now()
    row = Topic.objects.visible_to(by, *ROLES).select_for_update(of=("self",)).get(pk=topic)
    if Proposal.objects.filter(topic=row).exists():
        raise Refused(_("It was already taken up as a deputies' proposal."))
    today = timezone.localdate(at)
    proposal = Proposal.objects.create(
        county_id=row.county_id, topic=row, title=row.title, reason=reason, months=months, taken_up_on=today,
        taken_up_by=by, due_on=months_after(today, months),
    )  # fmt: skip
    opinions = list(row.opinions.all())
    proposal.opinions.set(opinions)
    proposal.save(update_fields=["title", "reason"])  # now it is known whose names are hidden in them
    for opinion in opinions:
        if opinion.status in OPEN and not opinion.escalated_at:
            escalate(opinion.number, by=by, reason=reason, at=max(at, opinion.changed_at))
    return proposal


@transaction.atomic
def answer(proposal: int, *, by, outcome: str, text: str, at=None) -> Proposal:
    """Note how the proposal was answered: A solved, B being solved, C planned, D noted or explained."""
    row = Proposal.objects.visible_to(by, *ROLES).select_for_update(of=("self",)).get(pk=proposal)
    if row.answered_on:
        raise Refused(_("The proposal was answered before."))
    if not text.strip():
        raise Refused(_("Write down what was answered."), "answer")
    row.outcome, row.answer, row.answered_on = outcome, text, timezone.localdate(at or timezone.now())
    row.save(update_fields=["outcome", "answer", "answered_on"])
    return row
