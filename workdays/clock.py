"""Whether the clock can be right. Deadlines, official letters and erasing follow from what time it is: background work
stands still while that is in doubt, and goes on when the clock is right again or a person has confirmed it (ADR 0049).

The time is compared with the database's clock, with the machine's counter of seconds since this process started, with
the newest time recorded anywhere, and with the last time that was found to be right.
"""

import functools
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

from celery.exceptions import Ignore
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.server_clock import database_time

from .models import ClockState

Given = ParamSpec("Given")
Result = TypeVar("Result")
log = logging.getLogger(__name__)

STEP = timedelta(minutes=5)  # between two clocks
AHEAD = timedelta(hours=1)  # of the present, for something that was recorded
TRUSTED_FOR = 5.0  # seconds, so that the check of one opinion need not ask each time
# Return the newest time that an app has recorded; apps above add theirs in AppConfig.ready().
RECORDED: list[Callable[[], datetime | None]] = []


class _Process:
    """What this process remembers: at which moment its counter began, and until when the clock was found right."""

    began: float | None = None
    confirmed_at: datetime | None = None
    right_until = 0.0


def _counter() -> float:
    """Return seconds since the machine started, its sleep included, whatever its clock says."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def watch() -> None:
    """Begin to compare the clock with the counter; called when a worker starts."""
    _Process.began, _Process.right_until = time.time() - _counter(), 0.0


def doubt(now: datetime | None = None) -> str:
    """Return why the clock (or `now`, to try out) cannot be right; "" if nothing speaks against it."""
    state = ClockState.objects.filter(pk=ClockState.ONLY).first() or ClockState()
    given, now = now, now or timezone.now()
    if given is None and (stepped := _stepped(state)):
        return stepped
    there = database_time()
    if given is None and there and abs(there - now) > STEP:
        return _("the clock of the database says %s") % _shown(there)
    newest = max(filter(None, (ask() for ask in RECORDED)), default=None)
    known = max(filter(None, (newest, state.right_at)), default=None)
    if known and known > now + AHEAD and not (state.ahead_until and known <= state.ahead_until):
        return _("something is recorded for %s, which is later than now") % _shown(known)
    last = max(filter(None, (state.right_at or newest, state.confirmed_at)), default=None)
    if last and now - last > timedelta(days=settings.CLOCK_GAP_DAYS):
        return _("the clock was last right on %s, which is long ago") % _shown(last)
    return ""


def _stepped(state: ClockState) -> str:
    """Return how far the clock was set since this process started. A confirmation begins again."""
    if _Process.began is None:
        return ""
    if state.confirmed_at != _Process.confirmed_at:
        _Process.confirmed_at = state.confirmed_at
        watch()
    by = time.time() - _counter() - (_Process.began or 0)
    if abs(by) <= STEP.total_seconds():
        return ""
    return _("the clock was set by %d seconds while the worker ran") % by


def _shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def is_right() -> bool:
    """Return whether background work may act; logs why not. Remembers when the clock was last right."""
    step = 0.0 if _Process.began is None else time.time() - _counter() - _Process.began
    if time.monotonic() < _Process.right_until and abs(step) <= STEP.total_seconds():
        return True
    if why := doubt():
        log.error(
            "background work stands still: %s. If %s is right: manage.py clock --confirm",
            why,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return False
    now = timezone.now()
    ClockState.objects.get_or_create(pk=ClockState.ONLY, defaults={"right_at": now})
    ClockState.objects.filter(pk=ClockState.ONLY).exclude(right_at__gt=now - timedelta(minutes=1)).update(
        right_at=now
    )
    _Process.right_until = time.monotonic() + TRUSTED_FOR
    return True


def confirm() -> None:
    """Record that a person says that the clock is right now: what is recorded for later is no reason to stand still."""
    now = timezone.now()
    state = ClockState.objects.filter(pk=ClockState.ONLY).first() or ClockState(pk=ClockState.ONLY)
    newest = max(filter(None, (state.right_at, state.ahead_until, *(ask() for ask in RECORDED))), default=now)
    state.confirmed_at = state.right_at = now
    state.ahead_until = newest if newest > now else None
    state.save()


def when_right(task: Callable[Given, Result]) -> Callable[Given, Result]:
    """Decorate a task that must not act by a wrong clock: it ends without a result, and counts as not done."""

    @functools.wraps(task)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        if not is_right():
            raise Ignore
        return task(*args, **kwargs)

    return guarded
