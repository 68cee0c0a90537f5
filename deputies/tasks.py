"""Celery: what falls due in the register of deputies. May be lost, late or run twice without harm."""

from celery import shared_task

from deputies.roll import planned_transitions
from workdays import clock


@shared_task(name="deputies.sweep")
@clock.when_right
def sweep() -> None:
    """Do the term transitions whose day has come, and bring into office whose seat begins."""
    planned_transitions.do_due()
    planned_transitions.begin_seats()
