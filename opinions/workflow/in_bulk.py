"""Notices in one go: many opinions, each through the ordinary `notify` with a ledger row of its own.

What became of an opinion is stored in the same transaction as its notice; so any number of workers may run one
bulk, one after the other or side by side, and a killed one leaves nothing doubled and nothing out.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from common.engines import skip_locked
from common.hints import hint
from opinions.models import BulkNotice, BulkTarget, LadderStep, Opinion

from .clocks import limits_held
from .step import Refused, Stale
from .supervise import notify
from .table import ACTIONS, CLIMBING

# What a supervisor may send to many. To circulate is a decision about each.
KINDS = (LadderStep.Kind.REMIND, LadderStep.Kind.URGE, LadderStep.Kind.SUPERVISE)
AT_ONCE = 25  # no more than a page: sent while the person waits
FORGOTTEN = timedelta(minutes=1)
Outcome = BulkTarget.Outcome


def may_be_sent(rows):
    """Those of `rows` that a notice can go to."""
    return rows.filter(status__in=CLIMBING)


def begin(*, by, key, kind, note="", targets, now=None) -> BulkNotice:
    """Send a notice of `kind` to every (opinion's pk, version seen) of `targets`. The same `key` again changes
    nothing. A page's worth is sent at once, more by a worker. Raises PermissionDenied for somebody else's key."""
    with transaction.atomic():
        facts = {"by": by, "kind": kind, "note": note, "total": len(targets)}
        bulk, new = BulkNotice.objects.get_or_create(
            key=key, defaults=facts | {"created_at": now or timezone.now()}
        )
        if bulk.by_id != by.pk:
            raise PermissionDenied
        if new:
            rows = [BulkTarget(bulk=bulk, opinion_id=pk, version=version) for pk, version in targets]
            BulkTarget.objects.bulk_create(rows, batch_size=1000)
        if new and len(targets) > AT_ONCE:
            from opinions.tasks import send_bulk

            hint(send_bulk, bulk.pk)
    return run(bulk.pk, now=now) if len(targets) <= AT_ONCE else bulk


def outcomes(bulk) -> dict[str, int]:
    """How many of each outcome, none left out; one query."""
    found = bulk.targets.order_by().values_list("outcome").annotate(n=Count("pk"))
    return dict.fromkeys(Outcome.values, 0) | dict(found)


def run(pk, *, now=None) -> BulkNotice:
    """Send what still waits; harmless to call twice, late or side by side."""
    bulk = BulkNotice.objects.select_related("by").get(pk=pk)
    with limits_held():
        while _one(bulk, now):
            pass
    with transaction.atomic():
        if not bulk.targets.filter(outcome=Outcome.WAITING).exists():
            BulkNotice.objects.filter(pk=pk, finished_at=None).update(finished_at=now or timezone.now())
    bulk.refresh_from_db()
    return bulk


def _one(bulk, now) -> bool:
    with transaction.atomic():
        waiting = bulk.targets.filter(outcome=Outcome.WAITING).select_related("opinion").order_by("id")
        target = skip_locked(waiting).first()
        if target is None:
            return False
        target.outcome, target.reason = _sent(bulk, target, now)
        target.save(update_fields=["outcome", "reason"])
    return True


def _sent(bulk, target, now) -> tuple[str, str]:
    number = target.opinion.number
    try:
        notify(number, by=bulk.by, version=target.version, kind=bulk.kind, note=bulk.note, at=now)
    except Stale as stale:
        return Outcome.CHANGED, _first(stale.events)
    except Refused as refused:
        return Outcome.REFUSED, str(refused)
    except (PermissionDenied, Opinion.DoesNotExist):
        return Outcome.REFUSED, ""
    return Outcome.SENT, ""


def _first(events) -> str:
    """Who was first, and with what."""
    event = events[0]
    return f"{event.actor or _('System, by rule')}{_(': ')}{ACTIONS[event.action].label}"


def resume_unfinished(*, now=None) -> int:
    """For the sweep: hand on what no worker has finished, in case the first hint was lost."""
    from opinions.tasks import send_bulk

    now = now or timezone.now()
    bulks = BulkNotice.objects.filter(finished_at=None, created_at__lt=now - FORGOTTEN)
    forgotten = list(bulks.values_list("pk", flat=True))
    for pk in forgotten:
        hint(send_bulk, pk)
    return len(forgotten)
