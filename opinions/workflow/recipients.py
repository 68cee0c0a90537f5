"""Recipients of messages: the people behind an agency or an area, found through their memberships; for work on many
opinions in a row queried once (`cached`)."""

from collections.abc import Iterable, Iterator

from django.db.models import Q

from accounts.models import User
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.models.escalation import Recipient
from studios.models import Agency, Role

from .unit_of_work import cached


def _people(key: tuple, members: Q) -> Iterator[User]:
    """Query lazily, when the people are iterated: an import notifies nobody."""
    yield from cached(key, lambda: list(User.objects.filter(members, is_active=True).distinct()))


def handlers_of(agency_id: int | None, *, heads_only: bool = False) -> Iterator[User]:
    """Yield the handlers of an agency, with `heads_only` those who lead it; nobody where there is no agency."""
    heads = Q(memberships__is_head=True) if heads_only else Q()
    if agency_id is not None:  # a membership outside every agency has none either
        yield from _people(("handlers", agency_id, heads_only), Q(memberships__agency=agency_id) & heads)


def able_to_act(agency: Agency) -> bool:
    """Return True if the agency is in use and has somebody who can act for it. Rules send nothing to any other."""
    return agency.active and any(handlers_of(agency.pk))


def _over(county_id: str, role: str) -> Iterator[User]:
    area = Q(memberships__area_code=county_id) | Q(memberships__area_code=county_id[:4])
    return _people((role, county_id), area & Q(memberships__role=role))


def officers_of(county_id: str) -> Iterator[User]:
    """Yield the triage officers of a county."""
    return _over(county_id, Role.TRIAGE_OFFICER)


def supervisors_of(county_id: str) -> Iterator[User]:
    """Yield the supervisors of a county."""
    return _over(county_id, Role.SUPERVISOR)


def officials_of(county_id: str) -> Iterator[User]:
    """Yield the county officials of a county."""
    return _over(county_id, Role.COUNTY_OFFICIAL)


def clerks_of(opinion: Opinion) -> Iterator[User]:
    """Yield the clerks of the studio or township where the opinion was registered, or of the township that took
    over."""
    township = opinion.township
    area = Q(memberships__area_code=township.successor_id or township.pk)
    if opinion.studio_id:
        area |= Q(memberships__studio=opinion.studio_id)
    key = ("clerks", opinion.township_id, opinion.studio_id)
    return _people(key, area & Q(memberships__role=Role.CLERK))


def recipients(opinion: Opinion, codes: Iterable[str]) -> list[User]:
    """Return the people named by a level (codes of Recipient), each once. Where the agency has answered, the clerks
    owe the citizen the next step, and the notice is theirs."""
    agency, county = opinion.lead_agency_id, opinion.county_id
    groups = {
        Recipient.HANDLER: lambda: handlers_of(agency),
        Recipient.HEAD: lambda: handlers_of(agency, heads_only=True),
        Recipient.SUPERVISOR: lambda: supervisors_of(county),
        Recipient.COUNTY_OFFICIAL: lambda: officials_of(county),
    }
    if opinion.status == Status.ANSWERED:
        groups |= dict.fromkeys((Recipient.HANDLER, Recipient.HEAD), lambda: clerks_of(opinion))
    people = [groups[Recipient(code)]() for code in codes]
    return list({user.pk: user for group in people for user in group}.values())


def deputy_of(opinion: Opinion) -> Iterator[User]:
    """Yield the account of the deputy to whom the opinion was told, if there is one."""
    if opinion.deputy_id:
        yield from _people(("deputy", opinion.deputy_id), Q(deputy=opinion.deputy_id))
