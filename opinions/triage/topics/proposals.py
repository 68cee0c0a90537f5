"""A hot topic adopted as a deputies' proposal (转代表建议), and how it was answered."""

import calendar
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.statuses import OPEN
from opinions.models import Proposal, Topic
from opinions.workflow.supervision import escalate
from studios.models import Role

from .refresh import set_opinions

ROLES = (Role.COUNTY_OFFICIAL,)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# Who may say that an opinion of a topic is another matter.
EDITORS = (Role.COUNTY_OFFICIAL, Role.TRIAGE_OFFICER)


@transaction.atomic
def exclude(topic: int, *, by: User, number: str) -> Topic:
    """Take the opinion `number` out of the topic, for good: a person has read it, and it is another matter.

    Raises Refused for the topic's last opinion and after it was taken up, DoesNotExist outside the person's area.
    """
    row = Topic.objects.visible_to(by, *EDITORS).select_for_update(of=("self",)).get(pk=topic)
    _check_not_taken_up(row)
    opinion = row.opinions.get(number=number)
    left = list(row.opinions.exclude(pk=opinion.pk))
    if not left:
        raise Refused(_("A topic without opinions ends by itself in the night."))
    row.excluded.add(opinion)
    set_opinions(row, left)
    return row


def _check_not_taken_up(topic: Topic) -> None:
    if Proposal.objects.filter(topic=topic).exists():
        raise Refused(_("It was already taken up as a deputies' proposal."))


@transaction.atomic
def take_up(
    topic: int, *, by: User, reason: str, months: int, seen: int | None = None, at: datetime | None = None
) -> Proposal:
    """Make a proposal of the topic: every open opinion of it is marked as taken up, each with its ledger row.

    `seen` is the number of opinions that the person read and confirmed to be one matter. Raises Refused when the topic
    has others by now or was taken up before, Topic.DoesNotExist for one outside the person's area.
    """
    at = at or timezone.now()
    row = Topic.objects.visible_to(by, *ROLES).select_for_update(of=("self",)).get(pk=topic)
    _check_not_taken_up(row)
    if seen is not None and seen != row.messages:
        raise Refused(
            _("The opinions of this topic have changed meanwhile. Please look at them again."), "confirmed"
        )
    today = timezone.localdate(at)
    proposal = Proposal.objects.create(
        county_id=row.county_id, topic=row, title=row.title, reason=reason, months=months, taken_up_on=today,
        taken_up_by=by, due_on=months_after(today, months),
    )  # fmt: skip
    opinions = list(row.opinions.order_by("number"))  # the order in which several opinions are locked
    proposal.opinions.set(opinions)
    proposal.save(update_fields=["title", "reason"])  # now it is known whose names are hidden in them
    for opinion in opinions:
        if opinion.status in OPEN and not opinion.escalated_at:
            escalate(opinion.number, by=by, reason=reason, at=max(at, opinion.changed_at))
    return proposal


@transaction.atomic
def answer(proposal: int, *, by: User, outcome: str, text: str, at: datetime | None = None) -> Proposal:
    """Record how the proposal was answered: A solved, B being solved, C planned, D noted or explained. Raises Refused
    without a text or when it was answered before, Proposal.DoesNotExist outside the person's area."""
    row = Proposal.objects.visible_to(by, *ROLES).select_for_update(of=("self",)).get(pk=proposal)
    if row.answered_on:
        raise Refused(_("The proposal was answered before."))
    if not text.strip():
        raise Refused(_("Write down what was answered."), "answer")
    row.outcome, row.answer, row.answered_on = outcome, text, timezone.localdate(at or timezone.now())
    row.save(update_fields=["outcome", "answer", "answered_on"])
    return row
