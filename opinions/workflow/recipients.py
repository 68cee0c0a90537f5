"""Who is told: the people behind an agency or an area, found through their memberships; for work on many opinions in a
row once (`clocks.once`)."""

from django.db.models import Q

from accounts.models import User
from opinions.lifecycle.statuses import Status
from opinions.models.escalation import Recipient
from studios.models import Agency, Role

from .deadlines import cached


def _people(key, members: Q):
    """Asked for when somebody wants to know: an import tells nobody."""
    yield from cached(key, lambda: list(User.objects.filter(members, is_active=True).distinct()))


def handlers_of(agency_id, *, heads_only=False):
    """The handlers of an agency; with `heads_only` those who lead it."""
    heads = Q(memberships__is_head=True) if heads_only else Q()
    return _people(("handlers", agency_id, heads_only), Q(memberships__agency=agency_id) & heads)


def able_to_act(agency: Agency) -> bool:
    """Whether the agency is in use and has somebody who can act for it. Nothing is sent to another by rule."""
    return agency.active and any(handlers_of(agency.pk))


def _over(county_id, role):
    area = Q(memberships__area_code=county_id) | Q(memberships__area_code=county_id[:4])
    return _people((role, county_id), area & Q(memberships__role=role))


def officers_of(county_id):
    return _over(county_id, Role.TRIAGE_OFFICER)


def supervisors_of(county_id):
    return _over(county_id, Role.SUPERVISOR)


def officials_of(county_id):
    return _over(county_id, Role.COUNTY_OFFICIAL)


def clerks_of(opinion):
    """The clerks of the studio or township where the opinion was told, or of the township that took over."""
    township = opinion.township
    area = Q(memberships__area_code=township.successor_id or township.pk)
    if opinion.studio_id:
        area |= Q(memberships__studio=opinion.studio_id)
    key = ("clerks", opinion.township_id, opinion.studio_id)
    return _people(key, area & Q(memberships__role=Role.CLERK))


def recipients(opinion, codes):
    """The people named by a rung (codes of Recipient), each once. Where the agency has answered, the clerks owe the
    citizen the next step, and the notice is theirs."""
    agency, county = opinion.lead_agency_id, opinion.county_id
    groups = {
        Recipient.HANDLER: lambda: handlers_of(agency),
        Recipient.HEAD: lambda: handlers_of(agency, heads_only=True),
        Recipient.SUPERVISOR: lambda: supervisors_of(county),
        Recipient.COUNTY_OFFICIAL: lambda: officials_of(county),
    }
    if opinion.status == Status.ANSWERED:
        groups |= dict.fromkeys((Recipient.HANDLER, Recipient.HEAD), lambda: clerks_of(opinion))
    people = [groups[code]() for code in codes]
    return list({user.pk: user for group in people for user in group}.values())


def deputy_of(opinion):
    """The account of the deputy to whom the opinion was told, if there is one."""
    if opinion.deputy_id:
        yield from _people(("deputy", opinion.deputy_id), Q(deputy=opinion.deputy_id))
