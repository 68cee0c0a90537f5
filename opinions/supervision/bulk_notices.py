"""Notices in one go: first a list of what would be sent, to whom, and what is skipped; once confirmed, one notice for
each opinion, through the ordinary `notify` with a ledger row of its own.

Nothing is sent within UNDO of the confirmation. What became of an opinion is stored in the same transaction as its
notice; so any number of workers may send the same list, one after the other or in parallel, and a killed one leaves
nothing sent twice and nothing out.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.db.database import skip_locked
from common.ops.enqueue import enqueue
from common.templatetags.liaison import localdate_long
from opinions.lifecycle.errors import Refused, Stale
from opinions.lifecycle.statuses import ESCALATING, WITH_AGENCY
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import BulkNotice, BulkTarget, EscalationLevel, Event, Notice, Opinion
from opinions.models.conditions import OpinionQuerySet
from opinions.workflow import deadlines
from opinions.workflow.supervision import notify
from opinions.workflow.unit_of_work import cached_reads
from studios.models import Agency
from workdays.calendar import add_workdays

# What a supervisor may send to many. To circulate is a decision about each.
KINDS = (EscalationLevel.Kind.REMIND, EscalationLevel.Kind.URGE, EscalationLevel.Kind.SUPERVISE)
UNDO = timedelta(minutes=1)
RECENT = 3  # working days in which the same notice, or a harsher one, is not sent again
SEVERITY: list[str] = list(EscalationLevel.Kind.values)
Outcome = BulkTarget.Outcome


class TooLate(Exception):
    """The notices are confirmed, being sent, sent or undone already; somebody was first."""


def may_be_sent(rows: OpinionQuerySet) -> OpinionQuerySet:
    """Return those of `rows` that a notice can go to."""
    return rows.filter(status__in=ESCALATING)


def list_targets(
    *,
    by: User,
    key: UUID,
    kind: str,
    targets: Sequence[tuple[int, int]],
    note: str = "",
    letter: bool = False,
    now: datetime | None = None,
) -> BulkNotice:
    """Record that a notice of `kind` would go to every (opinion's pk, version seen) of `targets`, and which of them are
    skipped, with the reason. Nothing is sent.

    The same `key` again changes nothing and returns the notices listed before. Raises PermissionDenied for somebody
    else's key.
    """
    now = now or timezone.now()
    with transaction.atomic():
        facts = {"by": by, "kind": kind, "note": note, "letter": letter, "total": len(targets)}
        bulk, new = BulkNotice.objects.get_or_create(key=key, defaults=facts | {"created_at": now})
        if bulk.by_id != by.pk:
            raise PermissionDenied
        if new:
            skipped = _skipped(bulk, [pk for pk, _version in targets], timezone.localdate(now))
            rows = [
                BulkTarget(
                    bulk=bulk,
                    opinion_id=pk,
                    version=version,
                    outcome=Outcome.SKIPPED if pk in skipped else Outcome.WAITING,
                    reason=skipped.get(pk, ""),
                )
                for pk, version in targets
            ]
            BulkTarget.objects.bulk_create(rows, batch_size=1000)
    return bulk


def _skipped(bulk: BulkNotice, keys: Sequence[int], today: date) -> dict[int, str]:
    """Return why some of the opinions get no notice: they are under one already, are suspended, or nobody could act."""
    rows = Opinion.objects.filter(pk__in=keys).only(
        "status", "round", "suspended_until_on", "acknowledge_by_on", "lead_agency_id"
    )
    able = set(
        Agency.objects.able_to_act().filter(pk__in=rows.values("lead_agency")).values_list("pk", flat=True)
    )
    since = today
    while add_workdays(since, RECENT).date >= today:
        since -= timedelta(days=1)
    harsh = SEVERITY[SEVERITY.index(bulk.kind) :]
    sent = Notice.objects.filter(opinion__in=keys, kind__in=harsh, issued_at__date__gt=since)
    recent = {(notice.opinion_id, notice.round): notice for notice in sent.order_by("event_id")}
    with override(settings.LANGUAGE_CODE):
        found = {row.pk: _reason(row, recent.get((row.pk, row.round)), able) for row in rows}
    return {key: reason for key, reason in found.items() if reason}


def _reason(opinion: Opinion, notice: Notice | None, able: Collection[int]) -> str:
    if opinion.status not in ESCALATING:
        return _("Nobody owes the next step.")
    if opinion.suspended_until_on:
        return _("Suspended until %(day)s.") % {"day": deadlines.date_text(opinion.suspended_until_on)}
    if opinion.acknowledge_by_on:
        return _("A notice waits for a reply since it was asked for by %(day)s.") % {
            "day": deadlines.date_text(opinion.acknowledge_by_on)
        }
    if notice:
        day = localdate_long(notice.issued_at)
        return _("%(kind)s was sent on %(day)s.") % {"kind": notice.get_kind_display(), "day": day}
    if opinion.status in WITH_AGENCY and opinion.lead_agency_id not in able:
        return _("Nobody at the agency can act.")
    return ""


def _mine(pk: int, by: User) -> BulkNotice:
    """Return the notices of the person, locked; raises BulkNotice.DoesNotExist for anybody else's."""
    return BulkNotice.objects.visible_to(by).select_for_update().get(pk=pk)


@transaction.atomic
def confirm(pk: int, *, by: User, now: datetime | None = None) -> BulkNotice:
    """Send what is listed, but not before UNDO is over. Raises TooLate when that was decided already."""
    bulk, now = _mine(pk, by), now or timezone.now()
    if bulk.starts_at or bulk.finished_at:
        raise TooLate
    bulk.starts_at = now + UNDO
    bulk.save(update_fields=["starts_at"])
    enqueue("opinions.send_bulk_notices", bulk.pk, after=UNDO)
    return bulk


@transaction.atomic
def undo(pk: int, *, by: User, now: datetime | None = None) -> BulkNotice:
    """Send nothing of it: before it was confirmed, or within UNDO of that. Raises TooLate afterwards."""
    bulk, now = _mine(pk, by), now or timezone.now()
    if bulk.finished_at or (bulk.starts_at and bulk.starts_at <= now):
        raise TooLate
    bulk.targets.filter(outcome=Outcome.WAITING).update(outcome=Outcome.UNDONE)
    bulk.starts_at, bulk.finished_at = None, now
    bulk.save(update_fields=["starts_at", "finished_at"])
    return bulk


def outcomes(bulk: BulkNotice) -> dict[str, int]:
    """Return how many targets have each outcome, 0 included; one query."""
    found = bulk.targets.order_by().values_list("outcome").annotate(n=Count("pk"))
    return dict.fromkeys(Outcome.values, 0) | dict(found)


def run(pk: int, *, now: datetime | None = None) -> BulkNotice:
    """Send what still waits, if its time has come; harmless to call twice, late or in parallel."""
    bulk = BulkNotice.objects.select_related("by").get(pk=pk)
    if bulk.finished_at or not bulk.starts_at or bulk.starts_at > (now or timezone.now()):
        return bulk
    with cached_reads():
        while _one(bulk, now):
            pass
    with transaction.atomic():
        if not bulk.targets.filter(outcome=Outcome.WAITING).exists():
            BulkNotice.objects.filter(pk=pk, finished_at=None).update(finished_at=now or timezone.now())
    bulk.refresh_from_db()
    return bulk


def _one(bulk: BulkNotice, now: datetime | None) -> bool:
    """Send the next notice that waits; False when none does. Rows locked by another worker are left to it."""
    with transaction.atomic():
        waiting = bulk.targets.filter(outcome=Outcome.WAITING).select_related("opinion").order_by("id")
        target = skip_locked(waiting).first()
        if target is None:
            return False
        target.outcome, target.reason = _sent(bulk, target, now)
        target.save(update_fields=["outcome", "reason"])
    return True


def _sent(bulk: BulkNotice, target: BulkTarget, now: datetime | None) -> tuple[str, str]:
    try:
        notify(
            target.opinion.number,
            by=bulk.by,
            version=target.version,
            kind=bulk.kind,
            note=bulk.note,
            letter=bulk.letter,
            at=now,
        )
    except Stale as stale:
        return Outcome.CHANGED, _first(stale.events)
    except Refused as refused:
        return Outcome.REFUSED, str(refused)
    except (PermissionDenied, Opinion.DoesNotExist):
        return Outcome.REFUSED, ""
    return Outcome.SENT, ""


def _first(events: Sequence[Event]) -> str:
    """Return who was first, and with what."""
    event = events[0]
    return f"{event.actor or _('System, by rule')}{_(': ')}{ACTIONS[event.action].label}"


def requeue_stalled(*, now: datetime | None = None) -> int:
    """Enqueue again what was confirmed and no worker has finished, in case the first message was lost. Called by the
    sweep; returns how many."""
    now = now or timezone.now()
    due = list(BulkNotice.objects.filter(finished_at=None, starts_at__lte=now).values_list("pk", flat=True))
    for pk in due:
        enqueue("opinions.send_bulk_notices", pk)
    return len(due)
