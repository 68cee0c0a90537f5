"""Telling Celery that there is work. The database is the truth; the broker only makes the common case quick."""

import logging
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def hint(task, *args) -> None:
    """After the commit, ask Celery to run `task(*args)`. A broker that cannot be reached costs nothing but time:
    the same work is found by the next sweep, and the person who saved is not kept waiting for it."""
    transaction.on_commit(partial(_publish, task, args))


def _publish(task, args) -> None:
    try:
        task.apply_async(args, retry=False)
    except OperationalError as error:
        log.warning("broker unreachable, the sweep will run %s%s: %s", task.name, args, error)
