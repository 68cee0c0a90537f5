"""Celery: an id in, one service call out."""

from celery import shared_task

from . import services


@shared_task(name="notifications.deliver")
def deliver(message_id: int) -> None:
    """Send one message, if it is due."""
    services.deliver(message_id)


@shared_task(name="notifications.sweep")
def sweep() -> None:
    """Send every message that is due."""
    services.sweep()
