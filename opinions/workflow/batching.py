"""What a transition has changed is written here: by itself, or, inside `batch_writes()`, together with other
transitions (ADR 0014)."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from common.db.database import update_rows
from common.ops.enqueue import enqueue
from notifications.services import queue_all
from opinions.lifecycle.origins import IMPORT
from opinions.models import Event, Opinion
from opinions.privacy.masking import masked


@dataclass
class UnitOfWork:
    """What several steps have changed, to be written at once."""

    created: list = field(default_factory=list)  # opinions
    changed: dict = field(default_factory=dict)  # opinion → names of its columns
    written: list = field(default_factory=list)  # (step, event, rows beside it)

    def add(self, t, event, beside, names) -> None:
        self.note(t.opinion, names)
        self.written.append((t, event, beside))

    def begin(self, t, event, beside) -> None:
        """A new opinion, and how it began."""
        self.created.append(t.opinion)
        self.written.append((t, event, beside))

    def note(self, opinion, names) -> None:
        self.changed.setdefault(opinion, set()).update(names)

    def write(self) -> None:
        Opinion.objects.bulk_create(self.created)
        names = sorted(set().union(*self.changed.values())) if self.changed else []
        if names:
            update_rows(list(self.changed), [Opinion._meta.get_field(name) for name in names])
        for t, event, _beside in self.written:
            event.opinion = t.opinion  # whose key a new one did not have
        Event.objects.bulk_create([event for _taken, event, _beside in self.written])
        tables: dict = {}
        for _taken, event, beside in self.written:
            for row in beside:
                row.event = event
                tables.setdefault(type(row), []).append(row)
        for model, rows in tables.items():
            model.objects.bulk_create(rows)
        send([(t, event) for t, event, _beside in self.written])


_unit: ContextVar[UnitOfWork | None] = ContextVar("unit of work", default=None)


def current_unit() -> UnitOfWork | None:
    """Where steps write now; None: each by itself."""
    return _unit.get()


@contextmanager
def batch_writes():
    """Inside, steps write nothing; all of it is written at the end, some statements for hundreds of rows. The caller
    holds the transaction and the rows' locks around it; whatever fails undoes all."""
    together = UnitOfWork()
    token = _unit.set(together)
    try:
        yield together
    finally:
        _unit.reset(token)
    together.write()


def write_event(t, event: Event, beside: list) -> None:
    """Save the ledger row and what stands beside it, and queue the messages."""
    event.opinion = t.opinion
    event.save(force_insert=True)
    for row in beside:
        row.event = event
        row.save(force_insert=True)
    send([(t, event)])


def send(written) -> None:
    """Write the outbox rows of these steps and their events; they share the opinions' transaction, because a message
    about something that was rolled back could not be called back."""
    if messages := [message for t, event in written for message in _messages(t, event)]:
        queue_all(messages)
    for t, _event in written:
        if t.recheck_immediately and t.via != IMPORT:  # an import asks for one sweep when all its rows are in
            enqueue("opinions.check", t.opinion.number)


def _messages(t, event: Event):
    for place, (to, subject, body, more) in enumerate(t.messages):
        said = [t.worded(pattern, more) for pattern in (subject, body)]
        if "recipient" in to:  # a colleague, maybe of the agency
            said = [masked(t.opinion, text) for text in said]
        yield {
            "key": f"{t.opinion.number}/{event.sequence}/{place}",
            "subject": said[0],
            "body": said[1],
            "about": t.opinion.number,
            "topic": t.action.topic,
            "area": t.opinion,
            "at": t.at,
            **to,
        }
