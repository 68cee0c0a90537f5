"""F4: a task that does nothing."""

from celery import shared_task


@shared_task(name="benchmarks.floors.nothing")
def nothing():
    pass
