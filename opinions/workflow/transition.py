"""The one write path: lock the row through the actor's scope → check → change → one ledger row → outbox → commit.

Every action of the workflow runs inside `transition(...)`; no other code sets a status. Any failure undoes the whole
transition, and Celery hears of it only after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.actors import CITIZEN, SYSTEM, Actor, actor_of
from accounts.models import User
from common.security.encrypted_spans import PartlyEncryptedTextField
from common.security.uploads import Upload
from common.text import sms_length
from letters.models import Draft
from opinions.lifecycle.errors import Refused, Stale
from opinions.lifecycle.origins import IMPORT, PORTAL, RULE, SMS, WEB
from opinions.lifecycle.transitions import ACTIONS, Action, refusal, who
from opinions.models import Attachment, Event, EventText, JointPart, Opinion
from opinions.models.redaction import HIDES
from studios.permissions.scope import roles_over

from . import deadlines, escalation
from .batching import write_event
from .column_changes import changes, columns
from .unit_of_work import atomic, current

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Facts with free text; the first of them that a text message has is shortened.
FREE_WORDS = ("answer", "question", "note", "reason")
WORDS = [
    field.attname for field in Opinion._meta.concrete_fields if isinstance(field, PartlyEncryptedTextField)
]
IMPORTERS = {"clerk", "triage_officer"}


@dataclass
class Transition:
    """One action being taken: change `opinion`, put facts into `data` (no personal data: it can never be erased) and
    text into `text`. Rows in `extra_rows` are saved with the ledger row, as their `event`. `recheck_immediately` asks
    the system to check the opinion right after the commit. `to` is the status it leads to; None keeps the status."""

    action: Action
    opinion: Opinion
    by: Actor
    via: str
    at: datetime
    role: str
    to: str | None
    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    # Of each: whom it goes to, patterns of subject and body, their facts.
    messages: list[tuple[dict[str, Any], StrOrPromise, StrOrPromise, dict[str, Any]]] = field(
        default_factory=list
    )
    extra_rows: list[Any] = field(default_factory=list)
    recheck_immediately: bool = False

    @property
    def today(self) -> date:
        """The office's local date of the action."""
        return timezone.localdate(self.at)

    def attach(self, uploads: Iterable[Upload]) -> None:
        """Attach photos and PDFs that come with this action; its ledger row holds their digests."""
        sequence = self.opinion.version + 1
        attached = [Attachment.of(upload, opinion=self.opinion, sequence=sequence) for upload in uploads]
        self.extra_rows += attached
        if attached:
            self.data["files"] = [attachment.digest for attachment in attached]

    def notify_staff(
        self, recipients: Iterable[User], subject: StrOrPromise, body: StrOrPromise, **more: Any
    ) -> None:
        """Queue an inbox message for each staff member. `subject` and `body` are translatable patterns over the
        opinion's number, title, agency, due (the answer's deadline) and what `more` adds. An import notifies nobody:
        what was done on paper is news to no one, and what still waits is in the work lists."""
        for user in [] if self.via == IMPORT else recipients:
            self.messages.append(({"channel": "inbox", "recipient": user}, subject, body, more))

    def notify_citizen(
        self, subject: StrOrPromise, body: StrOrPromise, *, of: Opinion | None = None, **more: Any
    ) -> None:
        """Queue one text message to the citizen (`of` another opinion: to that one's), worded now; nothing when there
        is no number to send it to. Free text (FREE_WORDS) is cut to fit a text message."""
        opinion = of or self.opinion
        if opinion.citizen_phone and self.via != IMPORT:
            more = {"number": opinion.number, "title": opinion.title, **more}
            if free := next((name for name in FREE_WORDS if more.get(name)), ""):
                fixed = self.worded(body, more | {free: "", "link": ""})
                more[free] = sms_length.first_words(more[free], sms_length.room(fixed))
            self.messages.append(({"channel": "sms", "address": opinion.citizen_phone}, subject, body, more))

    def worded(self, pattern: StrOrPromise, more: Mapping[str, Any]) -> str:
        """Return a message's text, in the office's language whatever the language of the person who acts. A date
        among the facts is a deadline."""
        opinion = self.opinion
        facts = {
            "number": opinion.number,
            "title": opinion.title,
            "agency": opinion.lead_agency or "",
            "due": "",
        }
        with override(settings.LANGUAGE_CODE):
            if due := opinion.handling_due_on or opinion.due_on:
                facts["due"] = deadlines.date_text(due)
            facts |= {
                name: deadlines.date_text(fact) if isinstance(fact, date) else fact
                for name, fact in more.items()
            }
            return str(pattern) % facts


@contextmanager
def transition(
    code: str,
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Iterator[Transition]:
    """Lock the opinion `number`, check that `by` may take the action `code` now, yield it to be filled in and write it.

    `by`: an account, or an Actor without one. `version` is the one the person saw; None for callers who saw none. `at`:
    the moment of the action, None for now; never before the opinion's last event. Runs in a transaction of its own, or
    in the caller's while writes are being batched. Raises Opinion.DoesNotExist for a row outside the actor's scope,
    PermissionDenied for a wrong role, Stale and Refused.
    """
    action, by = ACTIONS[code], actor_of(by)
    with atomic():
        opinion = lock(number, by)
        role = _role(action, opinion, by, via)
        if version is not None and version != opinion.version:
            raise Stale(opinion, list(opinion.events.filter(sequence__gt=version).select_related("by")))
        if version is None and via != IMPORT:  # the lock may have waited for a transition that gave it some
            opinion.has_parts = opinion.draft_waits = True  # type: ignore[attr-defined]
        at = _moment(at, opinion)
        if reason := refusal(action, opinion, timezone.localdate(at)):
            raise Refused(reason)
        t = Transition(action, opinion, by, RULE if by is SYSTEM else via, at, role, action.to)
        before = columns(opinion)
        yield t
        _finish(t, before)


def lock(number: str, by: User | Actor) -> Opinion:
    """Fetch and lock the row in one query, through the scope of the actor. Raises Opinion.DoesNotExist outside it."""
    held, by = current().rows, actor_of(by)
    if held is not None and (number, by) in held:
        return held[number, by]
    opinion = _through_scope(by).get(number=number)
    if held is not None:
        held[number, by] = opinion
    return opinion


def prelock(numbers: Iterable[str], by: User | Actor) -> None:
    """Fetch and lock these rows in one query, each for the next actions of `by`. Call inside `reuse_locked_rows`."""
    by, held = actor_of(by), current().rows
    assert held is not None  # noqa: S101  inside reuse_locked_rows
    for opinion in _through_scope(by).filter(number__in=numbers).order_by("number"):
        held[opinion.number, by] = opinion


def _through_scope(by: Actor) -> QuerySet[Opinion]:
    rows = Opinion.objects.select_related("lead_agency", "township")
    # The annotation sets the attribute that Opinion declares.
    rows = rows.annotate(  # type: ignore[no-redef,assignment]
        has_parts=Exists(JointPart.objects.filter(opinion=OuterRef("pk"))),
        draft_waits=Exists(Draft.objects.waiting().filter(about=OuterRef("number"))),
    )
    if by.user:
        rows = rows.visible_alone(by.user).with_roles(by.user)
    return rows.select_for_update(of=("self",))


def _role(action: Action, opinion: Opinion, by: Actor, via: str) -> str:
    """Return the role in which the actor takes the action; PermissionDenied when there is none."""
    roles = roles_over(opinion) if by.is_person else {by.kind}
    allowed = roles & (who(action, opinion) | (IMPORTERS if via == IMPORT else set()))
    if not allowed:
        raise PermissionDenied(_("Your role does not include this action here."))
    return min(allowed)


def _moment(at: datetime | None, opinion: Opinion) -> datetime:
    """Return now, or the given moment; never before the last event, even if the machine's clock was set back."""
    if at is None:
        return max(timezone.now(), opinion.changed_at)
    if at < opinion.changed_at:
        raise Refused(_("This is earlier than what has already happened to the opinion."))
    return at


def _finish(t: Transition, before: dict) -> None:
    opinion = t.opinion
    if t.to is not None:
        opinion.status = t.to
    if opinion.status != before["status"]:
        deadlines.for_status(opinion, t.today)
    event, words = make_event(t, before, from_status=before["status"])
    settle(t)
    changed = [name for name, value in columns(opinion).items() if value != before[name]]
    if set(HIDES) & set(changed):
        changed += [name for name in WORDS if name not in changed]  # what is hidden in them is another
    extra_rows = [words, *t.extra_rows] if words else t.extra_rows
    if batch := current().batch:
        batch.add(t, event, extra_rows, changed)
        return
    opinion.save(update_fields=changed)
    write_event(t, event, extra_rows)


def settle(t: Transition) -> None:
    """Set when the sweep must check again. A lease ends with the change it was taken for."""
    due_at = t.at if t.recheck_immediately else escalation.next_check(t.opinion, t.at)
    t.opinion.next_check_at = due_at
    t.opinion.leased_until = None


def make_event(
    t: Transition, before: Mapping[str, Any] | None, *, from_status: str = ""
) -> tuple[Event, EventText | None]:
    """Return the ledger row of this action, unsaved, and the text written with it (None without one); the row becomes
    the head of the chain. `before`: the opinion's columns before the action, None for a new one."""
    opinion, by = t.opinion, t.by
    salt, digest = EventText.salted(t.text) if t.text else ("", "")
    event = Event(
        opinion=opinion,
        county_id=opinion.county_id,
        sequence=opinion.version + 1,
        action=t.action.code,
        from_status=from_status,
        to_status=opinion.status,
        round=opinion.round,
        at=t.at,
        by=by.user,
        actor=str(by),
        via=PORTAL if by is CITIZEN and t.via != SMS else t.via,
        data={**t.data, "as": t.role},
        changed=changes(opinion, before, len(t.messages)),
        text_digest=digest,
        previous_hash=opinion.ledger_head,
    )
    event.hash = event.computed_hash()
    opinion.version, opinion.ledger_head, opinion.changed_at = event.sequence, event.hash, t.at
    opinion.last_event = event  # for the page that reports what was done
    return event, EventText(salt=salt, text=t.text) if t.text else None
