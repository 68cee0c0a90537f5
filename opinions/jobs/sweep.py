"""Everything that falls due without anybody acting: the rules' triage, the system's report back, escalation, closing.

`check` does what is due on one opinion and is safe to call at any time, twice, late or concurrently: `next_check_at`
says what is due, under the row's lock. `sweep` finds everything that is due and checks it.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import SYSTEM
from common.db.database import skip_locked
from opinions.lifecycle.statuses import WITH_AGENCY, LetterOwed, Status
from opinions.models import Opinion
from opinions.triage.automation import auto_triage
from opinions.triage.similarity import store_shingles
from opinions.workflow import escalation
from opinions.workflow.batching import Batch, batch_writes
from opinions.workflow.leaving import hand_on
from opinions.workflow.recipients import able_to_act
from opinions.workflow.report_back import close, report_back
from opinions.workflow.supervision import notify, resume
from opinions.workflow.triage import issue_handover
from opinions.workflow.unit_of_work import cached_reads, reuse_locked_rows
from workdays import office_hours

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
BATCH = 100  # opinions locked and written together: others wait for less than half a second
BATCHES_PER_READ = 10  # for so many batches limits, escalation policy, rules and recipients are read once


def check(number: str, *, now: datetime | None = None) -> str | None:
    """Do the next thing that is due on one opinion; returns what was done, or None when nothing was due or another
    worker holds it."""
    now = now or timezone.now()
    due = Opinion.objects.filter(number=number, next_check_at__lte=now)
    with cached_reads(), transaction.atomic():
        done = process_due(due, now)
    return done[0] if done else None  # nothing is due, or another worker is at it


def check_enqueued(number: str, *, now: datetime | None = None) -> None:
    """Do what is due after something became due on the opinion `number`: the newest first, a BATCH at most, in one
    transaction.

    So a backlog holds up nobody who has just saved; and of many messages that arrive together the first do the work,
    the others end after one statement. If anything fails, this opinion is processed alone, and the sweep finds the
    one to blame.
    """
    now = now or timezone.now()
    due = Opinion.objects.due_for_check(now).order_by("-next_check_at")
    # In order, so that the planner uses the index; `exists` may read the whole table.
    if due.values("pk").first() is None:
        return
    try:
        with cached_reads(), transaction.atomic():
            process_due(due[:BATCH], now)
    except Exception:
        log.exception("what was due with %s failed, it is processed alone", number)
        check(number, now=now)


def process_due(due: QuerySet[Opinion], now: datetime) -> list[str]:
    """Lock these opinions, except those that others hold, and do the next thing due on each; returns what was done,
    empty when nothing was. Call inside a transaction and `cached_reads()`."""
    rows = sorted(skip_locked(due.select_related("lead_agency", "category", "flag")), key=_letters_in_order)
    if not rows:
        return []
    store_shingles(opinion for opinion in rows if opinion.status == Status.REGISTERED)
    with batch_writes() as batch:
        return [_process_one(opinion, now, batch) for opinion in rows]


def _letters_in_order(opinion: Opinion) -> tuple[str, bool]:
    """Sort so that letters take the locks of their number series in one order (hand-over before supervision, county
    by county), and two workers never wait for each other."""
    hands_over = opinion.status == Status.REGISTERED or opinion.letter_owed == LetterOwed.HANDOVER
    return opinion.county_id, not hands_over


def _process_one(opinion: Opinion, now: datetime, batch: Batch) -> str:
    """Do the next thing due on a locked opinion; returns what."""
    with reuse_locked_rows(of_system=opinion):
        done = _run_next(opinion, max(now, opinion.changed_at))
    if done is None:
        opinion.next_check_at, opinion.leased_until = escalation.next_check(opinion, now), None
        batch.note(opinion, ["next_check_at", "leased_until"])
    return done or "looked"


def _run_next(opinion: Opinion, at: datetime) -> str | None:
    """Return the action that was taken, None if no rule asked for one."""
    number, version = opinion.number, opinion.version
    if opinion.status == Status.REGISTERED:
        after = auto_triage(opinion, at=at)
        return None if after.version == version else "auto_triage"
    if opinion.suspended_on:
        resume(number, by=SYSTEM, at=at)
        return "resume"
    if opinion.status == Status.ANSWERED and _reports_back_itself(opinion):
        report_back(number, by=SYSTEM, how="sms", at=at)
        return "report_back"
    if opinion.status == Status.REPORTED_BACK:
        close(number, by=SYSTEM, at=at)
        return "close"
    return _escalate(opinion, at)


def _reports_back_itself(opinion: Opinion) -> bool:
    """Return True if the answer asked for a check immediately: the system tells the citizen by text message."""
    assert opinion.next_check_at and opinion.answered_at  # noqa: S101  set by the answer, and the query asks for it
    return opinion.next_check_at <= opinion.answered_at


def _escalate(opinion: Opinion, at: datetime) -> str | None:
    """Issue the hand-over letter that waited for the office to open, else take the next level of the escalation
    policy."""
    if opinion.letter_owed == LetterOwed.HANDOVER and office_hours.is_open(at):
        issue_handover(opinion.number, by=SYSTEM, at=at)
        return "issue_handover"
    level = escalation.next_level(opinion)
    if level is None or escalation.level_at(opinion, level, at) > at:
        return None
    agency = opinion.lead_agency
    if opinion.status in WITH_AGENCY and agency and not able_to_act(agency):
        why = {"rule": "nobody", "agency": agency.name}
        hand_on(opinion.number, by=SYSTEM, why=why, at=at)
        return "hand_on"
    notify(opinion.number, by=SYSTEM, kind=level.kind, level=level, at=at)
    return "notify"


def sweep(*, now: datetime | None = None, batch: int = BATCH) -> dict[str, int]:
    """Do everything that is due; returns how often each thing was done.

    Any number of workers may sweep concurrently: each locks its own small batch, passing over rows that others hold,
    and writes it in one transaction. A killed worker's batch is free again immediately. If anything in a batch fails,
    its opinions are processed one by one; the one that fails is logged, tried again when its lease ends, and holds up
    no other.
    """
    done: Counter[str] = Counter()
    while True:
        with cached_reads():
            for _ in range(BATCHES_PER_READ):
                # Each batch at its own time: a lease from the start of a long sweep would have ended before it began.
                results = _batch(now or timezone.now(), batch)
                if not results:
                    return dict(done)
                done.update(results)


def _batch(now: datetime, batch: int) -> list[str]:
    """Return what was done on the next opinions that are due; empty when there are none."""
    try:
        with transaction.atomic():
            return process_due(Opinion.objects.due_for_check(now).order_by("next_check_at")[:batch], now)
    except Exception:
        log.exception("a batch failed, its opinions are processed one by one")
        if not (numbers := lease(now, batch)):
            raise  # no opinion is to blame
        return [what for number in numbers if (what := _checked(number, now))] or ["looked"]


def _checked(number: str, now: datetime) -> str | None:
    try:
        return check(number, now=now)
    except Exception:
        log.exception("check of %s failed", number)
        return "failed"


def lease(now: datetime, batch: int) -> list[str]:
    """Reserve up to `batch` opinions that are due for this worker until LEASE runs out; returns their numbers."""
    with transaction.atomic():
        due = skip_locked(Opinion.objects.due_for_check(now).order_by("next_check_at")).only("pk", "number")
        rows = list(due[:batch])
        Opinion.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=now + LEASE)
    return [row.number for row in rows]
