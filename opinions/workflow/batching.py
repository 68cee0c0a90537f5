"""What a step has changed is written here: by itself, or, inside `gathered()`, together with other steps (ADR 0014)."""

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
class Gathering:
    """What several steps have changed, to be written at once."""

    created: list = field(default_factory=list)  # opinions
    changed: dict = field(default_factory=dict)  # opinion → names of its columns
    written: list = field(default_factory=list)  # (step, event, rows beside it)

    def add(self, taken, event, beside, names) -> None:
        self.note(taken.opinion, names)
        self.written.append((taken, event, beside))

    def begin(self, taken, event, beside) -> None:
        """A new opinion, and how it began."""
        self.created.append(taken.opinion)
        self.written.append((taken, event, beside))

    def note(self, opinion, names) -> None:
        self.changed.setdefault(opinion, set()).update(names)

    def write(self) -> None:
        Opinion.objects.bulk_create(self.created)
        names = sorted(set().union(*self.changed.values())) if self.changed else []
        if names:
            update_rows(list(self.changed), [Opinion._meta.get_field(name) for name in names])
        for taken, event, _beside in self.written:
            event.opinion = taken.opinion  # whose key a new one did not have
        Event.objects.bulk_create([event for _taken, event, _beside in self.written])
        tables: dict = {}
        for _taken, event, beside in self.written:
            for row in beside:
                row.event = event
                tables.setdefault(type(row), []).append(row)
        for model, rows in tables.items():
            model.objects.bulk_create(rows)
        send([(taken, event) for taken, event, _beside in self.written])


_gathering: ContextVar[Gathering | None] = ContextVar("steps gathered", default=None)


def gathering() -> Gathering | None:
    """Where steps write now; None: each by itself."""
    return _gathering.get()


@contextmanager
def gathered():
    """Inside, steps write nothing; all of it is written at the end, some statements for hundreds of rows. The caller
    holds the transaction and the rows' locks around it; whatever fails undoes all."""
    together = Gathering()
    token = _gathering.set(together)
    try:
        yield together
    finally:
        _gathering.reset(token)
    together.write()


def write_event(taken, event: Event, beside: list) -> None:
    """Save the ledger row and what stands beside it, and queue the messages."""
    event.opinion = taken.opinion
    event.save(force_insert=True)
    for row in beside:
        row.event = event
        row.save(force_insert=True)
    send([(taken, event)])


def send(written) -> None:
    """Write the outbox rows of these steps and their events; they share the opinions' transaction, because a message
    about something that was rolled back could not be called back."""
    if messages := [message for taken, event in written for message in _messages(taken, event)]:
        queue_all(messages)
    for taken, _event in written:
        if taken.check_now and taken.via != IMPORT:  # an import asks for one sweep when all its rows are in
            enqueue("opinions.check", taken.opinion.number)


def _messages(taken, event: Event):
    for place, (to, subject, body, more) in enumerate(taken.messages):
        said = [taken.worded(pattern, more) for pattern in (subject, body)]
        if "recipient" in to:  # a colleague, maybe of the agency
            said = [masked(taken.opinion, text) for text in said]
        yield {
            "key": f"{taken.opinion.number}/{event.sequence}/{place}",
            "subject": said[0],
            "body": said[1],
            "about": taken.opinion.number,
            "topic": taken.action.topic,
            "area": taken.opinion,
            "at": taken.at,
            **to,
        }
