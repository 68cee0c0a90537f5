"""Celery: one call, harmless when lost or doubled."""

from celery import shared_task

from accounts import rate_limit


@shared_task(name="portal.sweep")
def sweep() -> None:
    """Delete the rate limits that have run out."""
    rate_limit.forget()
