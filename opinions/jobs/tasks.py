"""Celery: an id in, one workflow call out. Everything here may be lost, late or doubled without harm."""

from celery import shared_task

from common import orphans
from opinions import alike, receipts, retention
from opinions.importing import jobs
from opinions.importing import tasks as importing_tasks  # noqa: F401 - Celery finds them through this module
from opinions.learning import store
from opinions.learning import tasks as learning_tasks  # noqa: F401 - likewise
from opinions.topics import tasks as topics_tasks  # noqa: F401 - likewise
from opinions.workflow import calendar, due, in_bulk


@shared_task(name="opinions.tasks.check")
def check(number):
    due.check_hinted(number)


@shared_task(name="opinions.tasks.sweep")
def sweep():
    calendar.catch_up()
    due.sweep()
    jobs.resume_stalled()
    in_bulk.resume_unfinished()
    store.resume_stalled()
    alike.catch_up()
    receipts.forget_keys()


@shared_task(name="opinions.tasks.nightly")
def nightly():
    retention.anonymise(most=retention.MOST)
    orphans.sweep()


@shared_task(name="opinions.tasks.send_bulk")
def send_bulk(pk):
    in_bulk.run(pk)
