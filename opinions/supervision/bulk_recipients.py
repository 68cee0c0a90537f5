"""Recipients of notices in one go: the agency or the studio of each opinion, with the people behind it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from opinions.lifecycle.statuses import Status
from opinions.models import BulkTarget
from studios.models import Membership, Role

ADDRESSED = ("opinion", "opinion__lead_agency", "opinion__township", "opinion__studio")


def with_addressees(targets: Iterable[BulkTarget]) -> list[Any]:
    """Return the rows of a page (BulkTarget with ADDRESSED), each with its `title`, `addressee` and the names of the
    `people` who are notified; two queries."""
    rows: list[Any] = list(targets)
    handlers, clerks = _handlers(rows), _clerks(rows)
    for target in rows:
        opinion = target.opinion
        target.title = opinion.list_title
        if opinion.status == Status.ANSWERED:
            unit = opinion.township.successor_id or opinion.township_id
            target.addressee = opinion.studio or opinion.township
            names = [*clerks.get(opinion.studio_id, []), *clerks.get(unit, [])]
        else:
            target.addressee = opinion.lead_agency
            names = handlers.get(opinion.lead_agency_id, [])
        target.people = list(dict.fromkeys(names))
    return rows


def _named(memberships: QuerySet[Membership], key: Callable[[Membership], Any]) -> dict[Any, list[str]]:
    """Return the names of active people by `key`, heads first."""
    found: dict[Any, list[str]] = {}
    rows = (
        memberships.filter(user__is_active=True).select_related("user").order_by("-is_head", "user__username")
    )
    for row in rows:
        found.setdefault(key(row), []).append(str(row.user))
    return found


def _handlers(targets: Iterable[BulkTarget]) -> dict[int, list[str]]:
    """Return names by agency, its head first."""
    agencies = {target.opinion.lead_agency_id for target in targets}
    return _named(Membership.objects.filter(agency__in=agencies - {None}), lambda row: row.agency_id)


def _clerks(targets: Iterable[BulkTarget]) -> dict[int | str, list[str]]:
    """Return names of clerks by the key of their studio or the code of their township."""
    answered = [target.opinion for target in targets if target.opinion.status == Status.ANSWERED]
    units = {opinion.township.successor_id or opinion.township_id for opinion in answered}
    over = Q(area_code__in=units) | Q(studio__in={opinion.studio_id for opinion in answered} - {None})
    return _named(
        Membership.objects.filter(over, role=Role.CLERK), lambda row: row.studio_id or row.area_code
    )
