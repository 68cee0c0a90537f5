"""Celery: the id of an import in, one service call out; a second delivery finds that somebody is at it, or was."""

from celery import shared_task

from . import services
from .models import CalendarImport


@shared_task(name="workdays.move_deadlines")
def follow(pk):
    services.run(pk)


@shared_task(name="workdays.sweep")
def sweep():
    CalendarImport.requeue_stalled()
