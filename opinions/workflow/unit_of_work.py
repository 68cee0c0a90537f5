"""What the actions inside a block share: settings read once, rows that stay locked, changes written together
(ADR 0014). Without a block around it each action reads, locks and writes by itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from accounts.actors import SYSTEM, Actor
from opinions.models import Opinion

if TYPE_CHECKING:
    from .batching import Batch

T = TypeVar("T")


@dataclass(frozen=True)
class UnitOfWork:
    """What is shared now; of each part None where nothing is."""

    reads: dict[Hashable, Any] | None = None
    rows: dict[tuple[str, Actor], Opinion] | None = (
        None  # by number, and by whose scope it was locked through
    )
    batch: Batch | None = None


NOTHING = UnitOfWork()
_current: ContextVar[UnitOfWork] = ContextVar("unit of work", default=NOTHING)


def current() -> UnitOfWork:
    """Return what the actions share at this moment."""
    return _current.get()


@contextmanager
def sharing(**parts: Any) -> Iterator[UnitOfWork]:
    """Share these parts of a UnitOfWork inside the block, in addition to those that are shared already."""
    token = _current.set(replace(_current.get(), **parts))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


@contextmanager
def cached_reads() -> Iterator[None]:
    """Read limits, policies and everything else that goes through `cached` only once inside the block, for work on
    many opinions in a row. Keep it short: changes that a county makes meanwhile apply from the next block on."""
    with sharing(reads={}):
        yield


def cached(key: Hashable, read: Callable[[], T]) -> T:
    """Return what `read()` returns; inside `cached_reads` it is called only the first time."""
    reads = current().reads
    if reads is None:
        return read()
    if key not in reads:
        reads[key] = read()
    return reads[key]


@contextmanager
def reuse_locked_rows(*, of_system: Opinion | None = None) -> Iterator[None]:
    """Keep an opinion locked through a person's scope for that person's next action instead of fetching it again: for
    actions that follow each other immediately, and for an import, which takes each opinion through all of them.
    Blocks inside one another are one.

    `of_system` is one that the caller has locked for the system already. The caller holds one transaction around the
    block, so that the lock lasts, and any failure undoes it whole, so that the row in memory and the stored one never
    differ.
    """
    if current().rows is not None and of_system is None:
        yield
        return
    with sharing(rows={(of_system.number, SYSTEM): of_system} if of_system else {}):
        yield


def atomic() -> transaction.Atomic:
    """Return a transaction for one action: inside a batch the caller's, without a savepoint, because a failure undoes
    the whole batch."""
    return transaction.atomic(savepoint=current().batch is None)
