"""Celery: an id in, one service call out."""

from celery import shared_task

from workdays import clock

from . import services


@shared_task(name="incoming.work_on")
@clock.when_right
def work_on(pk: int) -> None:
    """Work on one message from a citizen, if nobody has."""
    services.work_on(pk)


@shared_task(name="incoming.sweep")
@clock.when_right
def sweep() -> None:
    """Work on every message from a citizen that is still new."""
    services.sweep()
