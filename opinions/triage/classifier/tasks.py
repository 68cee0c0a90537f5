"""Celery: the id of a training in, one call out."""

from celery import shared_task

from . import versions


@shared_task(name="opinions.train_classifier")
def train(pk: int) -> None:
    """Train the version with this id."""
    versions.run(pk)


@shared_task(name="opinions.train_nightly")
def nightly() -> None:
    """Ask for trainings where enough was decided."""
    versions.nightly()
