"""What was open when a period began and when it ended, whenever it was registered: read from the ledger, which keeps
the state of every day, so that no later step changes it."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from opinions.lifecycle.statuses import OPEN
from opinions.models import Event
from opinions.workflow.deadlines import midnight
from reports.definitions.periods import BoundedPeriod
from reports.models import FrozenMonth

STOCK = ("carried_in", "left_open")


def edge(name: str, period: BoundedPeriod, kept: Collection[FrozenMonth]) -> list[FrozenMonth]:
    """Return which of the kept months say what was open: those at that end of the period."""
    first = name == "carried_in"
    kept = [one for one in kept if name in (one.done or {})]
    return [one for one in kept if (one.month == period.first if first else one.period.last == period.last)]


def open_rows(rows: QuerySet, name: str, period: BoundedPeriod, kept: Collection[FrozenMonth]) -> QuerySet:
    """Return the opinions that were open at the period's beginning, or at its end (now, where it is not over), in the
    counties that keep no month there. Only what is open or has changed since is looked at."""
    at = midnight(period.first if name == "carried_in" else period.last + timedelta(days=1))
    then = Event.objects.filter(opinion=OuterRef("pk"), at__lt=at).order_by("-sequence").values("to_status")
    found = rows.filter(Q(status__in=OPEN) | Q(changed_at__gte=at), registered_at__lt=at)
    found = found.annotate(then=Coalesce(Subquery(then[:1]), "status")).filter(then__in=OPEN)
    return found.exclude(county__in={one.county_id for one in edge(name, period, kept)})
