"""What is on: which studios are open today by their usual hours, and which sessions come next in an area."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from studios.models import OpeningTime, Studio
from workdays.calendar import is_workday

MOST_OPEN = 12


@dataclass(frozen=True)
class OpenToday:
    """A studio with its hours of today. `now`: the doors are open at this moment, if it keeps its usual hours."""

    studio: Studio
    hours: str
    now: bool


def open_today(studios: QuerySet[Studio], now: datetime) -> list[OpenToday]:
    """Return the first MOST_OPEN of `studios` that are usually open on the day of `now` (local time), those open at the
    moment first. On a public holiday there are none: who then opens announces it."""
    today = now.date()
    if today.weekday() < 5 and not is_workday(today):
        return []
    times = OpeningTime.objects.filter(weekday=today.weekday(), studio__in=studios.order_by().values("pk"))
    rows = times.select_related("studio__township__county").order_by("opens", "studio__name_pinyin", "pk")
    by_studio: dict[Studio, list[OpeningTime]] = {}
    for row in rows:
        by_studio.setdefault(row.studio, []).append(row)
    found = [
        OpenToday(
            studio,
            "、".join(f"{one.opens:%H:%M}–{one.closes:%H:%M}" for one in stretches),
            any(one.opens <= now.time() < one.closes for one in stretches),
        )
        for studio, stretches in by_studio.items()
    ]
    return sorted(found, key=lambda one: not one.now)[:MOST_OPEN]
