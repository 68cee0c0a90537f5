"""To whom notices in one go would be sent: the agency or the studio of each opinion, with the people behind it."""

from django.db.models import Q

from opinions.lifecycle.statuses import Status
from opinions.privacy.masking import list_title
from studios.models import Membership, Role

ADDRESSED = ("opinion", "opinion__lead_agency", "opinion__township", "opinion__studio")


def with_addressees(targets) -> list:
    """The rows of a page (BulkTarget with ADDRESSED), each with its `title`, `addressee` and the `people` who are told;
    two queries."""
    targets = list(targets)
    handlers, clerks = _handlers(targets), _clerks(targets)
    for target in targets:
        opinion = target.opinion
        target.title = list_title(opinion)
        if opinion.status == Status.ANSWERED:
            unit = opinion.township.successor_id or opinion.township_id
            target.addressee = opinion.studio or opinion.township
            names = [*clerks.get(opinion.studio_id, []), *clerks.get(unit, [])]
        else:
            target.addressee = opinion.lead_agency
            names = handlers.get(opinion.lead_agency_id, [])
        target.people = list(dict.fromkeys(names))
    return targets


def _named(memberships, key) -> dict:
    found: dict = {}
    rows = (
        memberships.filter(user__is_active=True).select_related("user").order_by("-is_head", "user__username")
    )
    for row in rows:
        found.setdefault(key(row), []).append(str(row.user))
    return found


def _handlers(targets) -> dict:
    """Agency → names, its head first."""
    agencies = {target.opinion.lead_agency_id for target in targets}
    return _named(Membership.objects.filter(agency__in=agencies - {None}), lambda row: row.agency_id)


def _clerks(targets) -> dict:
    """Studio's key or township's code → names of its clerks."""
    answered = [target.opinion for target in targets if target.opinion.status == Status.ANSWERED]
    units = {opinion.township.successor_id or opinion.township_id for opinion in answered}
    over = Q(area_code__in=units) | Q(studio__in={opinion.studio_id for opinion in answered} - {None})
    return _named(
        Membership.objects.filter(over, role=Role.CLERK), lambda row: row.studio_id or row.area_code
    )
