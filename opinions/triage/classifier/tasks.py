"""Celery: the id of a training in, one call out."""

from celery import shared_task

from . import store


@shared_task(name="opinions.learning.train")
def train(pk):
    store.run(pk)


@shared_task(name="opinions.learning.nightly")
def nightly():
    store.nightly()
