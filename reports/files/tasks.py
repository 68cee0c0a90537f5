"""Celery: an id in, one service call out."""

from celery import shared_task

from reports.studios import assessments

from . import services


@shared_task(name="reports.make_file")
def make_report(pk):
    services.make_report(pk)


@shared_task(name="reports.sweep")
def sweep():
    services.sweep()
    assessments.remind()
