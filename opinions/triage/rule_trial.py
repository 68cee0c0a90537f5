"""Dry run of a routing rule on what people decided in the past year, before it decides anything itself."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord, User
from opinions.lifecycle.errors import Refused
from opinions.models import Event, RoutingRule
from opinions.triage.routing import Routing, with_able
from studios.models import Role

EDITORS = (Role.TRIAGE_OFFICER, Role.ADMINISTRATOR)
# How many opinions hold a word says what is in them: only those try a rule out who may read them.
TRIERS = (Role.TRIAGE_OFFICER,)
PERIOD = timedelta(days=365)
MOST = 5_000  # decisions looked at, the latest
SHOWN = 20


@dataclass(frozen=True)
class TrialResult:
    """The result of a dry run. Of `past` opinions that people routed, the rule would have taken `fits`, `agreed` of
    them as people did. `others`: [number, agency of then] of the first that it would have sent elsewhere."""

    past: int
    fits: int
    agreed: int
    others: list[list[Any]]


def editable(user: User, pk: int, roles: Iterable[str] = EDITORS) -> RoutingRule:
    """Return the rule if the person has one of `roles` in its county; raises RoutingRule.DoesNotExist otherwise."""
    rows = RoutingRule.objects.visible_to(user, *roles).select_related(
        "agency", "category", "township", "county"
    )
    return rows.get(pk=pk)


def try_out(
    pk: int, *, by: User, now: datetime | None = None, request: HttpRequest | None = None
) -> TrialResult:
    """Apply the rule, in its place among the live ones, to every opinion that a person routed in the past year, store
    the result with the rule, and record who asked. Raises RoutingRule.DoesNotExist for anybody but TRIERS."""
    now = now or timezone.now()
    rule = editable(by, pk, TRIERS)
    live = RoutingRule.objects.filter(county=rule.county_id, live=True).exclude(pk=rule.pk)
    rules = sorted(
        [*live.select_related("agency", "category", "township"), rule], key=lambda r: (r.position, r.pk)
    )
    routing = Routing([rule.county_id], rules=rules)
    past = fits = agreed = 0
    others: list[list[Any]] = []
    for event in _decisions(rule.county_id, now):
        past += 1
        decision = routing.route_for(event.opinion, event.opinion.category)
        if decision.rule is None or decision.rule.pk != rule.pk:
            continue
        fits += 1
        if event.data.get("agency") == rule.agency_id:
            agreed += 1
        elif len(others) < SHOWN:
            others.append([event.opinion.number, event.data.get("agency_name", "")])
    result = TrialResult(past, fits, agreed, others)
    RoutingRule.objects.filter(pk=pk).update(tried_at=now, tried=asdict(result))
    audit.record(
        AccessRecord.Action.TRIED, by=by, request=request, subject=rule.audit_subject, area_code=rule.county_id,
        details={"rule": pk, "past": past, "fits": fits},
    )  # fmt: skip
    return result


def _decisions(county: str, now: datetime) -> Iterator[Event]:
    """Yield the last routing of each opinion by a person, without those an agency sent back."""
    rows = Event.objects.filter(
        county=county, action="route", by__isnull=False, at__gte=now - PERIOD, at__lte=now
    )
    rows = (
        rows.exclude(opinion__status="registered").select_related("opinion__category").order_by("-at", "-id")
    )
    seen: set[int] = set()
    for event in rows[:MOST]:
        if event.opinion_id not in seen:
            seen.add(event.opinion_id)
            yield event


@transaction.atomic
def switch(pk: int, *, by: User, live: bool, request: HttpRequest | None = None) -> RoutingRule:
    """Let a rule decide, or stop it. Raises Refused for one without a dry run or that is broken,
    RoutingRule.DoesNotExist."""
    rule = editable(by, pk)
    if live and rule.tried_at is None:
        raise Refused(_("Try the rule out first."))
    if live and rule.broken:
        raise Refused(rule.broken)
    RoutingRule.objects.filter(pk=pk).update(live=live)
    audit.record(
        AccessRecord.Action.SET, by=by, request=request, subject=rule.audit_subject,
        area_code=rule.county_id, details={"rule": pk, "live": live},
    )  # fmt: skip
    rule.live = live
    return rule


def broken_rules() -> list[RoutingRule]:
    """Return the live rules that are no longer valid: what they would route waits for a person."""
    live = RoutingRule.objects.filter(live=True).select_related("agency", "category", "township", "county")
    return [rule for rule in with_able(live) if rule.broken]
