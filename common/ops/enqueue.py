"""Asks Celery for background work, by the task's name, so that what asks need not import what is asked for.

The database is the truth; the broker only makes the common case quick (ADR 0004)."""

import logging
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(name: str, *args: int | str, after: timedelta | None = None) -> None:
    """Ask Celery to run the task `name` with `args` once the transaction has been committed.

    It starts no sooner than `after`. A broker that cannot be reached is logged and costs nothing but time: the next
    sweep finds the same work, and the person who saved does not wait for it."""
    transaction.on_commit(partial(_publish, name, args, after))


def _publish(name: str, args: tuple[int | str, ...], after: timedelta | None) -> None:
    delay = {"countdown": after.total_seconds()} if after else {}
    try:
        current_app.signature(name, args=args).apply_async(retry=False, **delay)
    except OperationalError as error:
        log.warning("broker unreachable, the sweep will run %s%s: %s", name, args, error)
