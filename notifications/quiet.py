"""Quiet hours: when no text message leaves for a citizen. It waits until they end; it is never dropped."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from common.text.day_spans import parse


def hours() -> tuple[time, time] | None:
    """Return (from, to) of settings.QUIET_HOURS, `21:00-08:00`, in the office's zone; None when it is empty. Raises
    ImproperlyConfigured for anything else."""
    return parse(settings.QUIET_HOURS, "QUIET_HOURS")


def until(moment: datetime) -> datetime:
    """Return the first moment from `moment` on at which a citizen may be sent a text message."""
    quiet = hours()
    if quiet is None:
        return moment
    begin, end = quiet
    local = timezone.localtime(moment)
    clock = local.time()
    over_midnight = begin > end
    inside = clock >= begin or clock < end if over_midnight else begin <= clock < end
    if not inside:
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and clock >= begin else 0)
    return timezone.make_aware(datetime.combine(day, end))
