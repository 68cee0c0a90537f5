"""Telling Celery that there is work. The database is the truth; the broker only makes the common case quick."""

import logging
from datetime import timedelta
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def hint(task, *args, after: timedelta | None = None) -> None:
    """After the commit, ask Celery to run `task(*args)`, not before `after` has passed. A broker that cannot be reached
    costs nothing but time: the same work is found by the next sweep, and the person who saved is not kept waiting for
    it."""
    transaction.on_commit(partial(_publish, task, args, after))


def _publish(task, args, after) -> None:
    later = {"countdown": after.total_seconds()} if after else {}
    try:
        task.apply_async(args, retry=False, **later)
    except OperationalError as error:
        log.warning("broker unreachable, the sweep will run %s%s: %s", task.name, args, error)
