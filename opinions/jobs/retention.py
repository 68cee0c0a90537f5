"""Retention: opinions whose retention time is over are planned for erasing, shown for some days, then erased by the
ordinary action, one at a time and no more than some in one night. A clock or setting that was wrong for a night erases
nothing: the plan is dropped when it no longer holds (ADR 0049).
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import SYSTEM
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.transitions import ERASABLE
from opinions.models import Opinion, PlannedErasure
from opinions.workflow.personal_data import erase

log = logging.getLogger(__name__)


def kept_long_enough(now: datetime) -> QuerySet[Opinion]:
    """Return opinions that ended RETENTION_YEARS ago and still hold words; none where nothing is ever erased."""
    if not settings.RETENTION_YEARS:
        return Opinion.objects.none()
    before = now - timedelta(days=366 * settings.RETENTION_YEARS)
    return Opinion.objects.filter(status__in=ERASABLE, erased_at=None, changed_at__lt=before)


def plan(*, now: datetime | None = None) -> int:
    """Plan the erasing of what has been kept long enough, RETENTION_GRACE_DAYS ahead, and drop plans that no longer
    hold; returns how many were planned, RETENTION_A_NIGHT at most."""
    now = now or timezone.now()
    PlannedErasure.objects.exclude(opinion__in=kept_long_enough(now)).delete()
    due = now + timedelta(days=settings.RETENTION_GRACE_DAYS)
    # A plan for later than any made now is of a clock that was wrong.
    PlannedErasure.objects.filter(due_at__gt=due).update(due_at=due)
    fresh = kept_long_enough(now).filter(planned_erasure=None).order_by("pk")
    keys = fresh.values_list("pk", flat=True)[: settings.RETENTION_A_NIGHT]
    rows = [PlannedErasure(opinion_id=key, planned_at=now, due_at=due) for key in keys]
    PlannedErasure.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        log.warning("%d opinions will be erased from %s on", len(rows), due.date().isoformat())
    return len(rows)


def to_erase(now: datetime) -> QuerySet[Opinion]:
    """Return the opinions whose erasing was planned and is due, oldest plan first."""
    due = kept_long_enough(now).filter(planned_erasure__due_at__lte=now)
    return due.order_by("planned_erasure__due_at", "pk")


def anonymise(*, now: datetime | None = None) -> int:
    """Erase what is due, RETENTION_A_NIGHT at most; returns how many. May be interrupted and run again."""
    now, done = now or timezone.now(), 0
    for number in list(to_erase(now).values_list("number", flat=True)[: settings.RETENTION_A_NIGHT]):
        try:
            erase(number, by=SYSTEM, at=now)
            done += 1
        except Refused as refused:
            log.warning("%s was not erased: %s", number, refused)
    return done
