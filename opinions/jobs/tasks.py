"""Celery: an id in, one call out. Every task here may be lost, late or doubled without harm."""

from celery import shared_task

from common.ops import orphan_files
from opinions.importing import jobs
from opinions.models import TrainedModel
from opinions.supervision import bulk_notices
from opinions.triage import similarity
from opinions.workflow import calendar_changes, receipts

from . import retention
from . import sweep as due


@shared_task(name="opinions.check")
def check(number):
    due.check_enqueued(number)


@shared_task(name="opinions.sweep")
def sweep():
    calendar_changes.backfill()
    due.sweep()
    jobs.requeue_stalled()
    bulk_notices.requeue_stalled()
    TrainedModel.requeue_stalled()
    similarity.backfill()
    receipts.forget_keys()


@shared_task(name="opinions.nightly")
def nightly():
    retention.anonymise(most=retention.MOST)
    orphan_files.sweep()


@shared_task(name="opinions.send_bulk_notices")
def send_bulk_notices(pk):
    bulk_notices.run(pk)
