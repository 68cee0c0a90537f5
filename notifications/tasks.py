"""Celery: an id in, one service call out."""

from celery import shared_task
from django.utils import timezone

from workdays import clock

from . import services


@shared_task(name="notifications.deliver")
@clock.when_right
def deliver(message_id: int) -> None:
    """Send one message, if it is due."""
    services.deliver(message_id)


@shared_task(name="notifications.sweep")
@clock.when_right
def sweep() -> None:
    """Send every message that is due."""
    services.bound_waits(timezone.now())
    services.sweep()
