"""Celery: an id in, one service call out."""

from celery import shared_task

from reports.studios import assessments
from workdays import clock

from . import services


@shared_task(name="reports.make_file")
def make_report(pk: int) -> None:
    """Make one file."""
    services.make_report(pk)


@shared_task(name="reports.sweep")
@clock.when_right
def sweep() -> None:
    """Make the files that were left behind, and remind of findings and reviews."""
    services.sweep()
    assessments.remind()
