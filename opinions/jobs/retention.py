"""Retention: finds opinions whose retention time is over and erases them by the ordinary action, one at a time."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import SYSTEM
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.transitions import ERASABLE
from opinions.models import Opinion
from opinions.workflow.personal_data import erase

log = logging.getLogger(__name__)

MOST = 20_000  # a night; a larger backlog takes several


def kept_long_enough(now: datetime) -> QuerySet[Opinion]:
    """Return opinions that ended RETENTION_YEARS ago and still hold words; none where nothing is ever erased."""
    if not settings.RETENTION_YEARS:
        return Opinion.objects.none()
    before = now - timedelta(days=366 * settings.RETENTION_YEARS)
    return Opinion.objects.filter(status__in=ERASABLE, erased_at=None, changed_at__lt=before)


def anonymise(*, now: datetime | None = None, most: int | None = None) -> int:
    """Erase them all, or `most` of them; returns how many. May be interrupted and run again."""
    now, done = now or timezone.now(), 0
    for number in kept_long_enough(now).order_by("pk").values_list("number", flat=True)[:most].iterator():
        try:
            erase(number, by=SYSTEM, at=now)
            done += 1
        except Refused as refused:
            log.warning("%s was not erased: %s", number, refused)
    return done
