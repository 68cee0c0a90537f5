"""Reopen (持续重办): a new round with a new deadline, for the same agency, until the citizen has an answer."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from letters.models import Kind
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.workflow import letters

from . import joint
from .recipients import able_to_act, officers_of, supervisors_of
from .rounds import begin_round
from .sending import send
from .transition import transition


def reopen(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    ask_triage: bool = False,
    at: datetime | None = None,
    via: str = WEB,
    why: dict | None = None,
    counts_from: date | None = None,
) -> Opinion:
    """Start the next round. The opinion goes back to the same agency, designated; to triage if that is asked for
    (`ask_triage`) or nobody at the agency can act; and from the second reopening on first to a supervisor, who routes
    it. One that was merged follows the other no longer and goes to the agency that answered it; the other stays as it
    is. `counts_from`, of an import: no deadline of the new round counts an earlier day."""
    with transition("reopen", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        opinion.counts_from_on = counts_from or opinion.counts_from_on
        if opinion.merged_into:
            t.data["from"] = opinion.merged_into.number
            opinion.lead_agency, opinion.merged_into = opinion.merged_into.lead_agency, None
        letters.drop_drafts(t, *Kind, reason=_("The opinion was reopened."))
        t.extra_rows.append(begin_round(opinion))
        t.text = reason
        if nobody := not able_to_act(opinion.lead_agency):
            t.data["why"] = {"rule": "nobody", "agency": opinion.lead_agency.name}
        if ask_triage or opinion.round > 2 or nobody:
            t.to = Status.REGISTERED
            letters.take_back(t, _("The opinion was reopened and goes back to triage."))
            opinion.lead_agency, opinion.designated = None, False
            joint.call_off(t)
        else:
            send(t, designated=True)
            joint.send_again(t)
            letters.with_routing(t)
        if why:
            t.data["why"] = why
        t.data |= {"round": opinion.round, "to": "triage" if t.to == Status.REGISTERED else "agency"}
        t.notify_staff(
            [*supervisors_of(opinion.county_id), *(officers_of(opinion.county_id) if nobody else [])],
            _("Reopened: %(number)s"),
            _("“%(title)s” is in round %(round)d: %(reason)s"),
            round=opinion.round,
            reason=reason,
        )
    return opinion
