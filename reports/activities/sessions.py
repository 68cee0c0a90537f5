"""Sessions of studios as the other reports need them, counted from the activities.

A session is a reception shift of a studio. Planned: every one that was planned for the days; published: announced;
held: took place; kept: announced and took place. What is still to take place on the last day is not due yet and not
counted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from deputies.models import Activity
from deputies.models.activities import COMING, Kind, State


@dataclass(frozen=True)
class Sessions:
    planned: int = 0
    published: int = 0
    held: int = 0
    kept: int = 0


def learning_of(studio_ids: Collection[int], first: date, last: date) -> dict[int, int]:
    """Return per studio id its trainings and exchanges that were held from `first` to `last`, both included; studios
    without any are missing."""
    rows = Activity.objects.filter(
        studio__in=studio_ids,
        kind__in=(Kind.TRAINING, Kind.EXCHANGE),
        state=State.HELD,
        on__range=(first, last),
    )
    return dict(rows.order_by().values_list("studio").annotate(Count("pk")))


def sessions_of(studio_ids: Collection[int], first: date, last: date) -> dict[int, Sessions]:
    """Return the sessions per studio id, from `first` to `last`, both included; studios without any are missing."""
    shifts = Activity.objects.filter(studio__in=studio_ids, kind=Kind.RECEPTION, on__range=(first, last))
    shifts = shifts.exclude(on=last, state__in=COMING)
    counted = (
        shifts.order_by()
        .values("studio")
        .annotate(
            planned=Count("pk"),
            published=Count("pk", filter=Q(announced_on__isnull=False)),
            held=Count("pk", filter=Q(state=State.HELD)),
            kept=Count("pk", filter=Q(state=State.HELD, announced_on__isnull=False)),
        )
    )
    return {
        row["studio"]: Sessions(row["planned"], row["published"], row["held"], row["kept"]) for row in counted
    }
