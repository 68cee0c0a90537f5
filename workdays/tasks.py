"""Celery: the id of an import in, one service call out; a second delivery finds that a worker is at it, or was."""

from celery import shared_task

from . import services
from .models import CalendarImport


@shared_task(name="workdays.move_deadlines")
def follow(pk: int) -> None:
    """Move the deadlines that depend on the import `pk`."""
    services.run(pk)


@shared_task(name="workdays.sweep")
def sweep() -> None:
    """Hand the imports that no living worker has in hand to one."""
    CalendarImport.requeue_stalled()
