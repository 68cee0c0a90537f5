"""Celery tasks: an id in, one call out. Every task here may be lost, late or run twice without harm."""

from celery import shared_task
from django.core.management import call_command

from common.ops import orphan_files
from opinions.importing import jobs
from opinions.models import Paper, TrainedModel
from opinions.supervision import bulk_notices
from opinions.triage import similarity
from opinions.workflow import calendar_changes, receipts
from workdays import clock

from . import papers, retention
from . import sweep as due


@shared_task(name="opinions.check")
@clock.when_right
def check(number: str) -> None:
    """Do what is due on one opinion and on those that wait with it."""
    due.check_enqueued(number)


@shared_task(name="opinions.sweep")
@clock.when_right
def sweep() -> None:
    """Run the regular round: everything due, and whatever an interrupted job left unfinished."""
    calendar_changes.backfill()
    due.sweep()
    jobs.requeue_stalled()
    bulk_notices.requeue_stalled()
    TrainedModel.requeue_stalled()
    Paper.requeue_stalled()
    similarity.backfill()
    receipts.forget_keys()


@shared_task(name="opinions.nightly")
@clock.when_right
def nightly() -> None:
    """Plan and do the erasing of what is past its retention time; delete files that no row names and sessions that
    have ended."""
    retention.plan()
    retention.anonymise()
    orphan_files.sweep()
    call_command("clearsessions", verbosity=0)


@shared_task(name="opinions.send_bulk_notices")
def send_bulk_notices(pk: int) -> None:
    """Send the notices of one BulkNotice."""
    bulk_notices.run(pk)


@shared_task(name="opinions.make_paper")
def make_paper(pk: int) -> None:
    """Make one PDF."""
    papers.make(pk)
