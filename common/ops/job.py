"""A job in the background: one worker has it in hand, shows that it lives, and another goes on when it dies.

A job is a row. Its state says what is to be done; `attempt` and `heartbeat_at` say who does it (a lease). A worker
claims the row, then writes its progress through `heartbeat`, which fails once another worker has claimed the row: a
worker that was thought dead and comes back writes nothing. The sweep enqueues what nobody has in hand, so that a lost
message costs only time (ADR 0004).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from common.db.database import skip_locked

from .enqueue import enqueue

STALE = timedelta(minutes=2)  # without a heartbeat; a worker gives one every few hundred rows


class LeaseLost(Exception):
    """Another worker has claimed the job, or a person has ended it: what this one was doing is to be undone."""


@dataclass(frozen=True)
class Work:
    """What a state asks for: the Celery `task` that does it, and after which time without a heartbeat nobody is taken
    to be doing it. `waits`: nobody does it yet, so that it may be claimed at any time."""

    task: str
    stale: timedelta = STALE
    waits: bool = False


class BackgroundJob(models.Model):
    """Subclasses have a column `state` and name in WORK the states in which there is something to do."""

    # The number of the lease; each claim takes the next.
    attempt = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)

    WORK: ClassVar[dict[str, Work]] = {}
    state: Any  # a column of the subclass

    class Meta:
        abstract = True

    @property
    def at_work(self) -> bool:
        """Whether there is something to do in it, so that its page asks how far it is."""
        return self.state in self.WORK

    def enqueue(self) -> None:
        """Ask Celery, once the transaction is committed, to do what the state asks for."""
        enqueue(self.WORK[self.state].task, self.pk)

    @classmethod
    def claim(cls, pk: int, *states: str, now: datetime, **values: Any) -> Self | None:
        """Take the job of this key, in one of `states` (all of WORK if none is given), unless a living worker has it.

        Returns it with a lease of its own and with `values` saved (a state to change to, a progress to begin
        with); None when there is nothing to do."""
        free = Q(pk=pk) & _any(
            Q(state=state) if cls.WORK[state].waits else cls._without_worker(state, now)
            for state in states or cls.WORK
        )
        with transaction.atomic():
            job = skip_locked(cls._default_manager.filter(free)).first()
            if job is None:
                return None
            values |= {"attempt": job.attempt + 1, "heartbeat_at": now}
            for name, value in values.items():
                setattr(job, name, value)
            job.save(update_fields=list(values))
        return job

    def heartbeat(self, **values: Any) -> None:
        """Save `values` and that the worker lives. Raises LeaseLost unless it still has the lease and the state."""
        mine = type(self)._default_manager.filter(Q(state=self.state), pk=self.pk, attempt=self.attempt)
        if not mine.update(**{"heartbeat_at": timezone.now(), **values}):
            raise LeaseLost

    @classmethod
    def stalled(cls, now: datetime) -> models.QuerySet[Self]:
        """Return the jobs in which something is to be done and which no living worker has in hand."""
        return cls._default_manager.filter(_any(cls._without_worker(state, now) for state in cls.WORK))

    @classmethod
    def requeue_stalled(cls, *, now: datetime | None = None) -> int:
        """Enqueue, for the sweep, what no living worker has in hand; returns how many."""
        jobs = list(cls.stalled(now or timezone.now()))
        for job in jobs:
            job.enqueue()
        return len(jobs)

    @classmethod
    def _without_worker(cls, state: str, now: datetime) -> Q:
        stale = cls.WORK[state].stale
        silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - stale)
        silent |= Q(heartbeat_at__gt=now + stale)  # of a clock that was wrong
        return Q(state=state) & silent


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found
