"""What falls due without anybody acting: the rules' triage, the system's report back, the ladder, the closing.

`check` does what is due on one opinion and is safe to call at any time, twice, late or side by side: what is due
stands in `next_check_at`, under the row's lock. `sweep` finds everything that is due and checks it.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.engines import skip_locked
from opinions.alike import keep_keys
from opinions.models import Opinion

from . import clocks
from .report_back import close, report_back
from .supervise import notify, resume
from .table import Status
from .triage import auto_triage

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)


def check(number, *, now=None) -> str | None:
    """Do the next thing that is due on one opinion; says what, or None when nothing was."""
    now = now or timezone.now()
    with transaction.atomic():
        opinion = skip_locked(Opinion.objects.filter(number=number, next_check_at__lte=now)).first()
        if opinion is None:
            return None  # nothing is due, or another worker is at it
        at = max(now, opinion.changed_at)
        done = _do(opinion, at)
        if done is None:
            opinion.next_check_at, opinion.leased_until = clocks.next_check(opinion), None
            opinion.save(update_fields=["next_check_at", "leased_until"])
        return done or "looked"


def _do(opinion, at) -> str | None:
    """The action that was taken, None if no rule asked for one."""
    number, version = opinion.number, opinion.version
    if opinion.status == Status.REGISTERED:
        keep_keys([opinion])
        after = auto_triage(opinion, at=at)
        return None if after.version == version else "auto_triage"
    if opinion.suspended_on:
        resume(number, by=None, at=at)
        return "resume"
    if opinion.status == Status.ANSWERED and opinion.next_check_at <= opinion.answered_at:
        report_back(number, by=None, how="sms", at=at)
        return "report_back"
    if opinion.status == Status.REPORTED_BACK:
        close(number, by=None, at=at)
        return "close"
    rung = clocks.next_rung(opinion)
    if rung is None or clocks.rung_at(opinion, rung) > at:
        return None
    notify(number, by=None, kind=rung.kind, rung=rung, at=at)
    return "notify"


def lease(now, batch: int) -> list[str]:
    """Numbers of up to `batch` opinions that are due, reserved for this worker until the lease runs out."""
    with transaction.atomic():
        due = skip_locked(Opinion.objects.due_for_check(now).order_by("next_check_at")).only("pk", "number")
        rows = list(due[:batch])
        Opinion.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=now + LEASE)
    return [row.number for row in rows]


def sweep(*, now=None, batch=100) -> dict[str, int]:
    """Check everything that is due; returns how often each thing was done. Workers may sweep side by side: each
    leases its own small batch. One opinion that fails is logged, tried again when its lease ends, and holds up no
    other."""
    now = now or timezone.now()
    done: dict[str, int] = {}
    while numbers := lease(now, batch):
        for number in numbers:
            try:
                what = check(number, now=now)
            except Exception:
                log.exception("check of %s failed", number)
                what = "failed"
            if what:
                done[what] = done.get(what, 0) + 1
    return done
