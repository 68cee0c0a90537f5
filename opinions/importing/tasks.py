"""Celery: the id of an import in, one call out; a second delivery finds that somebody is at it, or was."""

from celery import shared_task

from . import jobs


@shared_task(name="opinions.check_import")
def check(pk: int) -> None:
    """Check the uploaded file of an import."""
    jobs.check(pk)


@shared_task(name="opinions.run_import")
def take_in(pk: int) -> None:
    """Enter the rows of an import."""
    jobs.run(pk)
