"""An import that is undone: every opinion it brought is taken back, as long as nobody has worked on one of them."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from opinions.lifecycle.origins import IMPORT
from opinions.models import Event, Import, Opinion
from opinions.workflow.batching import batch_writes
from opinions.workflow.imported import undo_import
from opinions.workflow.transition import prelock
from opinions.workflow.unit_of_work import reuse_locked_rows

BATCH = 50


def touched(job: Import) -> QuerySet[Opinion]:
    """Return the opinions of an import on which somebody has acted since: a person or the citizen, not a rule."""
    acted = Event.objects.filter(opinion=OuterRef("pk")).exclude(via__in=[IMPORT, "system"])
    return job.opinions.filter(Exists(acted))


def may_be_undone(job: Import) -> bool:
    """Return whether an import is in, not undone, and none of its opinions was worked on."""
    done = job.state == Import.State.DONE and job.undone_at is None and bool(job.added)
    return done and not touched(job).exists()


def undo(*, job: Import, by: User, request: HttpRequest | None = None) -> int:
    """Take back what an import brought, in batches, each with its ledger rows; return how many. 0, and nothing is done,
    once somebody has worked on one of them. Continues where an earlier call was broken off."""
    with transaction.atomic():
        job = Import.objects.visible_to(by).select_for_update(of=("self",)).get(pk=job.pk)
        if not may_be_undone(job):
            return 0
        rows = job.opinions.exclude(submission_key=None).order_by("number")
        numbers = list(rows.values_list("number", flat=True))
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        with transaction.atomic(), batch_writes(), reuse_locked_rows():
            prelock(part, by)
            for number in part:
                undo_import(number, by=by, via=IMPORT)
    Import.objects.filter(pk=job.pk).update(undone_at=timezone.now())
    audit.record(
        AccessRecord.Action.IMPORTED,
        by=by,
        request=request,
        subject=_("old records"),  # a file's name may be a person's
        details={"undone": len(numbers)},
    )
    return len(numbers)
