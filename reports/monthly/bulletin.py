"""The month's bulletin (通报): what was circulated in a county, what became of it, how often each agency was urged."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from opinions.lists.progress import days_late
from opinions.models import EscalationLevel, Notice
from opinions.workflow.deadlines import midnight
from reports.definitions.periods import BoundedPeriod
from studios.models import County
from studios.permissions.roles import OVERSEERS
from workdays.calendar import workdays_between

Kind = EscalationLevel.Kind
COUNTED = (Kind.URGE, Kind.SUPERVISE, Kind.CIRCULATE)
OWED = Q(acknowledge_by_on__isnull=False)
# How many notices of each kind, how many wait for a reply, and how many have it.
TALLY = {
    **{kind.value: Count("pk", filter=Q(kind=kind)) for kind in COUNTED},
    "owed": Count("pk", filter=OWED),
    "replied": Count("pk", filter=OWED & Q(acknowledged_at__isnull=False)),
}


def url_of(period: BoundedPeriod, county: County) -> str:
    """Return the address of the period's bulletin."""
    return f"{reverse('reports:bulletin', args=[period.code])}?county={county.pk}"


def issued(by: User | None, county: County, period: BoundedPeriod) -> QuerySet[Notice]:
    """Return the period's notices that an overseer may see; of None, the system, all."""
    rows = Notice.objects.all() if by is None else Notice.objects.visible_to(by, *OVERSEERS)
    since, until = midnight(period.first), midnight(period.next.first)
    return rows.filter(county=county, issued_at__gte=since, issued_at__lt=until)


def circulated(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Keep the circulated notices, in the order in which they were issued."""
    rows = notices.filter(kind=Kind.CIRCULATE).select_related(
        "agency", "opinion", "opinion__township", "opinion__studio"
    )
    return rows.order_by("issued_at", "event_id")


def with_words(rows: Iterable[Any], today: date) -> list[Any]:
    """Return each notice with its opinion's `title`, how `late` it was, and whether the reply is `owed` and overdue."""
    rows = list(rows)
    for row in rows:
        opinion = row.opinion
        row.title = opinion.list_title
        row.late = workdays_between(row.due_on, timezone.localdate(row.issued_at))
        row.owed = bool(row.acknowledge_by_on and not row.acknowledged_at)
        row.still_late = days_late(opinion, today) if opinion.is_overdue else 0
        row.answered_at = opinion.answered_at if opinion.round == row.round else None
        row.broken = bool(row.promised_on and row.promised_on < today and not row.answered_at)
    return rows


def by_agency(notices: QuerySet[Notice]) -> list[dict[str, Any]]:
    """Count how many notices of each kind went to each agency in the month, and how many wait for a reply; the most
    circulated first. Notices to a studio count for no agency. One query."""
    rows: Iterable[Any] = (
        notices.filter(kind__in=COUNTED, agency__isnull=False)
        .order_by()
        .values("agency", "agency__name")
        .annotate(**TALLY)
    )
    return sorted(rows, key=lambda row: (-row["circulate"], -row["supervise"], -row["urge"], row["agency"]))


def title_of(period: BoundedPeriod, county: County) -> str:
    """Return the bulletin's title."""
    return _("%(county)s: bulletin on the handling of citizens' opinions, %(month)s") % {
        "county": county.name,
        "month": period.label,
    }
