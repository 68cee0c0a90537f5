"""Celery: one call, harmless when lost or doubled."""

from celery import shared_task

from . import rate_limit


@shared_task(name="portal.sweep")
def sweep():
    rate_limit.forget()
