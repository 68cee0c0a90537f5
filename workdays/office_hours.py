"""Office hours: when an official letter may be issued by rule. Source: ADR 0015."""

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from common.text.day_spans import parse

from .calendar import is_workday, next_workday


def hours() -> tuple[time, time] | None:
    """Return (opens, closes) of settings.OFFICE_HOURS; None when it is empty: the whole of a working day. Raises
    ImproperlyConfigured for anything else."""
    span = parse(settings.OFFICE_HOURS, "OFFICE_HOURS")
    if span and span[0] > span[1]:
        raise ImproperlyConfigured("OFFICE_HOURS must begin before they end, like 08:30-17:30")
    return span


def next_open(moment: datetime) -> datetime:
    """Return the first moment from `moment` on at which the office is open: `moment` itself while it is."""
    span = hours()
    opens, closes = span or (time.min, None)
    local = timezone.localtime(moment)
    day = local.date()
    if is_workday(day) and (closes is None or local.time() < closes):
        return moment if local.time() >= opens else _at(day, opens)
    return _at(next_workday(day), opens)


def is_open(moment: datetime) -> bool:
    """Return whether the office is open at `moment`."""
    return next_open(moment) == moment


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


@register()
def office_hours(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Report a setting that cannot work, when a command starts."""
    try:
        hours()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="workdays.E001")]
    return []
