"""Items of the assessment criteria that are to be reviewed: reminded of on their day, once."""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from common.db.database import skip_locked
from studios.models import Assessment, Check


def remind(
    *, tell: Callable[[Assessment, list[Check]], object], now: datetime | None = None, batch: int = 100
) -> int:
    """Remind of the items whose day to be reviewed has come, once. Returns how many items.

    `tell(assessment, items)` is called for each assessment in force inside the transaction that marks its items,
    so that a reminder is sent once or not at all. `batch` items a transaction.
    """
    today, reminded = timezone.localdate(now or timezone.now()), 0
    due = Check.objects.filter(
        remind_on__lte=today, assessment__in_force=True, assessment__studio__active=True
    )
    due = due.select_related("assessment__studio__township").order_by("assessment", "place", "id")
    while True:
        with transaction.atomic():
            rows = list(skip_locked(due)[:batch])
            for assessment, items in groupby(rows, key=lambda row: row.assessment):
                tell(assessment, list(items))
            Check.objects.filter(pk__in=[row.pk for row in rows]).update(remind_on=None)
        reminded += len(rows)
        if len(rows) < batch:
            return reminded
