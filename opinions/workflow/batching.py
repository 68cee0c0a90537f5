"""Writes what transitions have changed: each by itself, or, inside `batch_writes()`, many together (ADR 0014)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from common.db.database import update_rows
from common.ops.enqueue import enqueue
from notifications.services import queue_all
from opinions.lifecycle.origins import IMPORT
from opinions.models import Event, Opinion
from opinions.models.redaction import masked

from .unit_of_work import sharing

if TYPE_CHECKING:
    from .transition import Transition


@dataclass
class Batch:
    """The changes of several transitions, to be written together."""

    created: list[Opinion] = field(default_factory=list)
    changed: dict[Opinion, set[str]] = field(default_factory=dict)  # the names of its columns
    # With each ledger row the rows that belong to it.
    written: list[tuple[Transition, Event, Sequence[Any]]] = field(default_factory=list)

    def add(self, t: Transition, event: Event, extra_rows: Sequence[Any], names: Iterable[str]) -> None:
        """Add an action on an existing opinion: its ledger row, the rows that belong to it, the columns it
        changed."""
        self.note(t.opinion, names)
        self.written.append((t, event, extra_rows))

    def begin(self, t: Transition, event: Event, extra_rows: Sequence[Any]) -> None:
        """Add a new opinion and its first ledger row."""
        self.created.append(t.opinion)
        self.written.append((t, event, extra_rows))

    def note(self, opinion: Opinion, names: Iterable[str]) -> None:
        """Add changed columns of an opinion, without a ledger row."""
        self.changed.setdefault(opinion, set()).update(names)

    def write(self) -> None:
        """Write everything: opinions, ledger rows, the rows that belong to them, messages. Call in the transaction
        that holds the opinions' locks."""
        Opinion.objects.bulk_create(self.created)
        names = sorted(set().union(*self.changed.values())) if self.changed else []
        if names:
            columns: list[Any] = [Opinion._meta.get_field(name) for name in names]
            update_rows(list(self.changed), columns)
        for t, event, _rows in self.written:
            event.opinion = t.opinion  # whose key a new one did not have
        Event.objects.bulk_create([event for _t, event, _rows in self.written])
        tables: dict[type[Any], list[Any]] = {}
        for _t, event, extra_rows in self.written:
            for row in extra_rows:
                row.event = event
                tables.setdefault(type(row), []).append(row)
        for model, rows in tables.items():
            model.objects.bulk_create(rows)
        send([(t, event) for t, event, _rows in self.written])


@contextmanager
def batch_writes() -> Iterator[Batch]:
    """Collect what the transitions inside change and write it at the end, in some statements for hundreds of rows.
    The caller holds the transaction and the rows' locks around it; any failure undoes all of it."""
    batch = Batch()
    with sharing(batch=batch):
        yield batch
    batch.write()


def write_event(t: Transition, event: Event, extra_rows: Sequence[Any]) -> None:
    """Save the ledger row and the rows that belong to it, and queue the messages."""
    event.opinion = t.opinion
    event.save(force_insert=True)
    for row in extra_rows:
        row.event = event
        row.save(force_insert=True)
    send([(t, event)])


def send(written: Sequence[tuple[Transition, Event]]) -> None:
    """Queue the messages of these transitions in the opinions' own transaction, because a message about something
    that was rolled back could not be called back."""
    if messages := [message for t, event in written for message in _messages(t, event)]:
        queue_all(messages)
    for t, _event in written:
        if t.recheck_immediately and t.via != IMPORT:  # an import asks for one sweep when all its rows are in
            enqueue("opinions.check", t.opinion.number)


def _messages(t: Transition, event: Event) -> Iterator[dict[str, Any]]:
    for place, (to, subject, body, more) in enumerate(t.messages):
        texts = [t.worded(pattern, more) for pattern in (subject, body)]
        if "recipient" in to:  # a colleague, maybe of the agency
            texts = [masked(t.opinion, text) for text in texts]
        yield {
            "key": f"{t.opinion.number}/{event.sequence}/{place}",
            "subject": texts[0],
            "body": texts[1],
            "about": t.opinion.number,
            "topic": t.action.topic,
            "area": t.opinion,
            "at": t.at,
            **to,
        }
