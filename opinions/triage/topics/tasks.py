"""Celery: every night, each county's hot topics."""

from celery import shared_task


@shared_task(name="opinions.refresh_topics")
def nightly() -> None:
    """Refresh the hot topics of every county."""
    from . import refresh as nightly  # scikit-learn costs 100 MB and is needed by this alone

    nightly.refresh_all()
