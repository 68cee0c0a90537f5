"""Celery: an id in, one service call out."""

from celery import shared_task

from . import haves, services


@shared_task(name="reports.tasks.make_report")
def make_report(pk):
    services.make_report(pk)


@shared_task(name="reports.tasks.sweep")
def sweep():
    services.sweep()
    haves.remind()
