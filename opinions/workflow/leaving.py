"""Agencies that can no longer act: what is open there is handed on, by the administration, an officer or the ladder.

Whoever administers accounts may count these opinions but not read them: they move by rule, with who decided it.
"""

from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY
from opinions.models import Opinion
from opinions.workflow import letters
from studios.leaving import Work

from . import deadlines
from .recipients import able_to_act, handlers_of, officers_of
from .transition import step
from .triage import back_to_triage


def hand_on(number, *, by, version=None, reason="", successor=None, why=None, at=None, via=WEB) -> Opinion:
    """Nobody at the agency can act any more: `successor` takes the opinion over as it stands, its deadline included;
    without one it goes back to triage. Letters to the agency are void. Refused while somebody there can act."""
    with step("hand_on", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        if taken.by.is_person and able_to_act(opinion.lead_agency):
            raise Refused(_("Somebody at the agency can act."))
        taken.text = reason
        taken.data = {"agency": opinion.lead_agency_id, "agency_name": opinion.lead_agency.name}
        letters.take_back(taken, _("The agency can no longer act."))
        if successor:
            _take_over(taken, successor)
        else:
            back_to_triage(taken)
            taken.tell(
                officers_of(opinion.county_id),
                _("Nobody at the agency can act: %(number)s"),
                _("“%(title)s” came back to triage, because nobody at %(agency)s can act."),
                agency=taken.data["agency_name"],
            )
        if why:
            taken.data["why"] = why
    return opinion


def _take_over(taken, successor) -> None:
    opinion, taken.to = taken.opinion, None
    if successor.county_id != opinion.county_id or not able_to_act(successor):
        raise Refused(_("Nobody at this agency can act."), "successor")
    opinion.lead_agency = successor
    opinion.parts.filter(agency=successor).delete()
    deadlines.climb_down(opinion)
    taken.data |= {"successor": successor.pk, "successor_name": successor.name}
    taken.tell(
        handlers_of(successor.pk),
        _("Taken over: %(number)s"),
        _("You take over “%(title)s” from %(before)s; to be answered by %(due)s."),
        before=taken.data["agency_name"],
    )
    letters.with_routing(taken)


def _open(agency) -> list[str]:
    rows = Opinion.objects.filter(lead_agency=agency, status__in=WITH_AGENCY)
    return list(rows.order_by("number").values_list("number", flat=True))


def _hand_on(agency, successor, by) -> None:
    why = {"rule": "agency_left", "agency": agency.name, "by": str(by)}
    for number in _open(agency):
        hand_on(number, by=SYSTEM, successor=successor, why=why)


WORK = Work(_open, _hand_on)
