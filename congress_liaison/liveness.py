"""The heartbeats of Celery's worker and beat, and of each completed sweep: each touches its file in
DATA_DIR/heartbeat."""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, task_success
from django.conf import settings

from common.ops import heartbeat


def _folder() -> Path:
    return settings.DATA_DIR / "heartbeat"


# A worker of the queue of messages alone is called so (`-n messages@%h`): it must not hide that the other is gone.
MESSENGER = "messages@"
SWEEPS = {"opinions.sweep": "sweep", "notifications.sweep": "messages"}


@heartbeat_sent.connect
def worker_moved(sender: Any, **kwargs: Any) -> None:
    """Record the worker's heartbeat, which its loop sends every 2 seconds while it is connected to the broker."""
    # The sender is Celery's `Heart`; the name of its worker is with what sends its events.
    messenger = sender.eventer.hostname.startswith(MESSENGER)
    heartbeat.touch(_folder(), "messenger" if messenger else "worker")


@task_success.connect
def task_done(sender: Any = None, **kwargs: Any) -> None:
    """Record that a sweep was completed on this machine: a worker that lives and completes none is of no use."""
    if part := SWEEPS.get(getattr(sender, "name", "")):
        heartbeat.touch(_folder(), part)


class HeartbeatScheduler(PersistentScheduler):
    """The ordinary scheduler; each turn of its loop is a heartbeat."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Record the beat's heartbeat, and start what is due."""
        heartbeat.touch(_folder(), "beat")
        return super().tick(*args, **kwargs)
