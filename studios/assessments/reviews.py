"""Items of the five haves that are to be looked at again: reminded of on their day, once."""

from itertools import groupby

from django.db import transaction
from django.utils import timezone

from common.db.database import skip_locked
from studios.models import Check


def remind(*, tell, now=None, batch=100) -> int:
    """`tell(assessment, items)` says which items of the assessment in force have come to their day, inside the same
    transaction, so that it is said once or not at all. Returns how many items."""
    today, told = timezone.localdate(now or timezone.now()), 0
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
        told += len(rows)
        if len(rows) < batch:
            return told
