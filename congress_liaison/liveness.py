"""The heartbeats of Celery's worker and beat: each touches its file in DATA_DIR/heartbeat."""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent
from django.conf import settings

from common.ops import heartbeat


def _folder() -> Path:
    return settings.DATA_DIR / "heartbeat"


@heartbeat_sent.connect
def worker_moved(**kwargs: Any) -> None:
    """Record the worker's heartbeat, which its loop sends every 2 seconds while it is connected to the broker."""
    heartbeat.touch(_folder(), "worker")


class HeartbeatScheduler(PersistentScheduler):
    """The ordinary scheduler; each turn of its loop is a heartbeat."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Record the beat's heartbeat, and start what is due."""
        heartbeat.touch(_folder(), "beat")
        return super().tick(*args, **kwargs)
