"""How Celery's worker and beat show that they live: each touches its file in DATA_DIR/heartbeat."""

from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent
from django.conf import settings

from common.ops import heartbeat


def _folder():
    return settings.DATA_DIR / "heartbeat"


@heartbeat_sent.connect
def worker_moved(**kwargs):
    """The worker's loop sends this every 2 seconds while it is connected to the broker."""
    heartbeat.touch(_folder(), "worker")


class HeartbeatScheduler(PersistentScheduler):
    """The ordinary schedule; each turn of its loop is a sign of life."""

    def tick(self, *args, **kwargs):
        heartbeat.touch(_folder(), "beat")
        return super().tick(*args, **kwargs)
