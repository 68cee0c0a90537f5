"""Merging (合并): an opinion about the same matter as another follows it, and its citizen is notified; or it is
separated again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import OPEN, TOLD, WITH_AGENCY, Status
from opinions.models import Opinion
from opinions.models.choices import Urgency
from opinions.workflow import letters

from . import citizen_sms, joint
from .recipients import handlers_of, officers_of
from .reopen import reopen
from .report_back import share_answer
from .transition import Transition, transition
from .unit_of_work import reuse_locked_rows

# What happens where the opinion to be followed has been answered already.
COPY, REOPEN = "copy", "reopen"


def merge(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    into: str,
    answered: str = "",
    urgent_seen: bool = False,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Let the opinion `number` follow the one numbered `into`, because it is the same matter; its citizen is
    notified.

    Where that one has been answered already, `answered` says what happens: COPY passes its answer on, REOPEN takes it
    up again. An urgent opinion is merged only by a person who confirms to have read it (`urgent_seen`). Raises as
    `transition` does; Refused names the input.
    """
    with transaction.atomic(), reuse_locked_rows():
        with transition("merge", number, by=by, version=version, at=at, via=via) as t:
            opinion, target = t.opinion, _target(t, into)
            if opinion.urgency == Urgency.URGENT and not urgent_seen:
                raise Refused(
                    _("It is urgent. Say that you have read both and that they are one."), "urgent_seen"
                )
            already_answered = target.status in TOLD
            if already_answered and answered not in (COPY, REOPEN):
                raise Refused(_("That opinion has been answered already. Say what is to happen."), "answered")
            t.data = {"into": target.number} | ({"answered": answered} if already_answered else {})
            if opinion.status in WITH_AGENCY:
                _leave_agency(t)
            opinion.merged_into = target
            t.notify_citizen(
                _("Your opinion %(number)s"),
                _(
                    "[%(office)s People's Congress] What you told us is the same matter as somebody else told us. It "
                    "is dealt with together, and you get the same answer. %(ask)s"
                ),
                **citizen_sms.facts(opinion),
            )
        if already_answered and answered == COPY:
            share_answer(number, by=SYSTEM, at=at, via=via)
        elif already_answered:
            reason = t.worded(_("The same matter was told again."), {})
            why = {"rule": "told_again", "number": number}
            _take_up(target.number, reason=reason, why=why, at=at, via=via)
    return opinion


def _target(t: Transition, into: str) -> Opinion:
    """Return the opinion to be followed, if the actor may see it; Refused where it cannot be followed."""
    by = t.by
    rows = Opinion.objects.visible_to(by.user) if by.user else Opinion.objects.all()
    target = rows.filter(number=into, county=t.opinion.county_id).first()
    if target is None or target.pk == t.opinion.pk:
        raise Refused(_("There is no other opinion with this number in the county."), "into")
    if target.status == Status.MERGED or target.status not in (*OPEN, Status.CLOSED):
        raise Refused(_("Opinions can only be merged into one that is being dealt with or closed."), "into")
    if t.opinion.merged.exists():
        raise Refused(_("Others were merged into this one; merge those first."), "into")
    return target


def _leave_agency(t: Transition) -> None:
    """Take the opinion from an agency that had it: the agency is notified, its letter is void, nobody joins it."""
    opinion = t.opinion
    t.notify_staff(
        handlers_of(opinion.lead_agency_id),
        _("Merged: %(number)s"),
        _(
            "“%(title)s” is the same matter as another opinion and follows it; there is nothing left for you to do."
        ),
    )
    letters.take_back(t, _("The opinion was merged into another."))
    opinion.lead_agency, opinion.designated = None, False
    joint.call_off(t)


def _take_up(number: str, **words: Any) -> None:
    """Reopen the opinion that another is merged into; a refusal is shown next to the choice."""
    try:
        reopen(number, by=SYSTEM, **words)
    except Refused as refused:
        raise Refused(refused.message, "answered") from None


def unmerge(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str = "",
    at: datetime | None = None,
    via: str = WEB,
    why: dict | None = None,
) -> Opinion:
    """Separate the opinion from the one it follows, because it was another matter or that one was withdrawn: back to
    triage."""
    with transition("unmerge", number, by=by, version=version, at=at, via=via) as t:
        t.data = {"from": t.opinion.merged_into.number}
        t.text = reason
        t.opinion.merged_into = None
        if why:
            t.data["why"] = why
        if not t.by.is_person:
            t.notify_staff(
                officers_of(t.opinion.county_id),
                _("On its own again: %(number)s"),
                _("“%(title)s” has nothing left to follow and came back to triage."),
            )
    return t.opinion
