"""Celery: an id in, one service call out."""

from celery import shared_task

from . import services


@shared_task(name="notifications.deliver")
def deliver(message_id):
    services.deliver(message_id)


@shared_task(name="notifications.sweep")
def sweep():
    services.sweep()
