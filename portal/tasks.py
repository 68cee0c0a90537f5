"""Celery: one call, harmless when lost or doubled."""

from celery import shared_task

from . import pace


@shared_task(name="portal.sweep")
def sweep():
    pace.forget()
