"""The one write path: lock the row through the actor's scope → check → change → one ledger row → outbox → commit.

Every action of the workflow runs inside `transition(...)`; no other code sets a status. Anything that fails undoes the
whole step, and Celery hears of it only after the commit.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.actors import CITIZEN, SYSTEM, Actor, actor_of
from accounts.models import User
from common.security.encrypted_spans import PartlyEncryptedTextField
from common.text import sms_length
from opinions.lifecycle.errors import Refused, Stale
from opinions.lifecycle.origins import IMPORT, PORTAL, RULE, WEB
from opinions.lifecycle.transitions import ACTIONS, Action, refusal, who
from opinions.models import Attachment, Event, EventText, JointPart, Opinion
from studios.permissions.scope import roles_over

from . import deadlines, escalation
from .batching import current_unit, write_event

FREE_WORDS = ("answer", "question", "note", "reason")  # of a text message, the first of them that it has
WORDS = [
    field.attname for field in Opinion._meta.concrete_fields if isinstance(field, PartlyEncryptedTextField)
]
IMPORTERS = {"clerk", "triage_officer"}


@dataclass
class Transition:
    """One action being taken: change `opinion`, put facts into `data` (no personal data: it can never be erased)
    and words into `text`. Rows in `beside` are saved with the ledger row, as their `event`. `check_now` asks the
    system to look at the opinion right after the commit."""

    action: Action
    opinion: Opinion
    by: Actor
    via: str
    at: datetime
    role: str
    to: str | None
    data: dict = field(default_factory=dict)
    text: str = ""
    messages: list = field(default_factory=list)
    extra_rows: list = field(default_factory=list)
    recheck_immediately: bool = False

    @property
    def today(self):
        return timezone.localdate(self.at)

    def attach(self, uploads) -> None:
        """Photos and PDFs (common.security.uploads.Upload) that come with this step; its ledger row holds
        their digests."""
        sequence = self.opinion.version + 1
        attached = [Attachment.of(upload, opinion=self.opinion, sequence=sequence) for upload in uploads]
        self.extra_rows += attached
        if attached:
            self.data["files"] = [attachment.digest for attachment in attached]

    def notify_staff(self, recipients, subject, body, **more):
        """Queue an inbox message for each staff member. `subject` and `body` are translatable patterns over the
        opinion's number, title, agency, due (the answer's deadline) and what `more` adds. An import tells nobody:
        what was done on paper is news to no one, and what still waits stands on the desks."""
        for user in [] if self.via == IMPORT else recipients:
            self.messages.append(({"channel": "inbox", "recipient": user}, subject, body, more))

    def notify_citizen(self, subject, body, *, of=None, **more):
        """Queue one text message to the citizen (`of` another opinion: to that one's), worded now; nothing when
        there is no number to send it to. What somebody wrote (FREE_WORDS) is cut to fit a text message."""
        told = of or self.opinion
        if told.citizen_phone and self.via != IMPORT:
            more = {"number": told.number, "title": told.title, **more}
            if free := next((name for name in FREE_WORDS if more.get(name)), ""):
                fixed = self.worded(body, more | {free: "", "link": ""})
                more[free] = sms_length.first_words(more[free], sms_length.room(fixed))
            self.messages.append(({"channel": "sms", "address": told.citizen_phone}, subject, body, more))

    def worded(self, pattern, more) -> str:
        """A message's words, in the office's language whatever the language of the person who acts. A date among the
        facts is a deadline."""
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
def transition(code, number, *, by, version=None, at=None, via=WEB):
    """Take the action `code` on the opinion `number` as `by`: an account, or an Actor without one.

    `version` is the one the person saw; None for callers who saw none. Raises Opinion.DoesNotExist for a row
    outside the actor's scope, PermissionDenied for a wrong role, Stale and Refused.
    """
    action, by = ACTIONS[code], actor_of(by)
    with transaction.atomic(savepoint=current_unit() is None):
        opinion = lock(number, by)
        role = _role(action, opinion, by, via)
        if version is not None and version != opinion.version:
            raise Stale(opinion, list(opinion.events.filter(sequence__gt=version).select_related("by")))
        if version is None and via != IMPORT:  # the lock may have waited for a step that gave it some
            opinion.has_parts = True
        at = _moment(at, opinion)
        if reason := refusal(action, opinion, timezone.localdate(at)):
            raise Refused(reason)
        t = Transition(action, opinion, by, RULE if by is SYSTEM else via, at, role, action.to)
        before = _columns(opinion)
        yield t
        _finish(t, before)


_held: ContextVar[dict | None] = ContextVar("rows held", default=None)


@contextmanager
def reuse_locked_rows(*, of_system=None):
    """Inside, an opinion locked through a person's scope is not fetched again for that person's next action: for
    actions that follow each other at once, and for an import, which takes each opinion through all of them; one inside
    another is the same. `of_system` is one that the caller has locked for the
    system already. The caller holds one transaction around it, so that the lock lasts, and whatever fails undoes it
    whole, so that the row in hand and the stored one never differ."""
    if _held.get() is not None and of_system is None:
        yield
        return
    token = _held.set({(of_system.number, SYSTEM): of_system} if of_system else {})
    try:
        yield
    finally:
        _held.reset(token)


def lock(number, by: User | Actor) -> Opinion:
    """Fetch and lock the row in one query, through the scope of the actor."""
    held, by = _held.get(), actor_of(by)
    if held is not None and (number, by) in held:
        return held[number, by]
    opinion = _through_scope(by).get(number=number)
    if held is not None:
        held[number, by] = opinion
    return opinion


def prelock(numbers, by) -> None:
    """Inside `reuse_locked_rows`: fetch and lock these rows in one query, each for the next actions of `by`."""
    by = actor_of(by)
    for opinion in _through_scope(by).filter(number__in=numbers).order_by("number"):
        _held.get()[opinion.number, by] = opinion


def _through_scope(by: Actor):
    rows = Opinion.objects.select_related("lead_agency", "township")
    rows = rows.annotate(has_parts=Exists(JointPart.objects.filter(opinion=OuterRef("pk"))))
    if by.is_person:
        rows = rows.visible_alone(by.user).with_roles(by.user)
    return rows.select_for_update(of=("self",))


def _role(action, opinion, by, via) -> str:
    """The role in which the actor takes the action; PermissionDenied when there is none."""
    roles = roles_over(opinion) if by.is_person else {by.kind}
    allowed = roles & (who(action, opinion) | (IMPORTERS if via == IMPORT else set()))
    if not allowed:
        raise PermissionDenied(_("Your role does not include this action here."))
    return min(allowed)


def _moment(at, opinion):
    """Now, or the moment given; never before the last event, even if the machine's clock was set back."""
    if at is None:
        return max(timezone.now(), opinion.changed_at)
    if at < opinion.changed_at:
        raise Refused(_("This is earlier than what has already happened to the opinion."))
    return at


def _columns(opinion) -> dict:
    return {f.attname: getattr(opinion, f.attname) for f in Opinion._meta.concrete_fields}


def _finish(t: Transition, before: dict) -> None:
    opinion = t.opinion
    if t.to is not None:
        opinion.status = t.to
    if opinion.status != before["status"]:
        deadlines.for_status(opinion, t.today)
    event, words = make_event(t, from_status=before["status"])
    settle(t)
    changed = [name for name, value in _columns(opinion).items() if value != before[name]]
    if {"keep_secret", "citizen_name"} & set(changed):
        changed += [name for name in WORDS if name not in changed]  # the name is hidden in them, or no longer
    beside = [words, *t.extra_rows] if words else t.extra_rows
    if together := current_unit():
        together.add(t, event, beside, changed)
        return
    opinion.save(update_fields=changed)
    write_event(t, event, beside)


def settle(t: Transition) -> None:
    """When the sweep must look again. A lease ends with the change it was taken for."""
    due_at = t.at if t.recheck_immediately else escalation.next_check(t.opinion, t.at)
    t.opinion.next_check_at = due_at
    t.opinion.leased_until = None


def make_event(t: Transition, *, from_status="") -> tuple[Event, EventText | None]:
    """The ledger row of this step, unsaved, and the words said with it; it becomes the head of the chain."""
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
        via=PORTAL if by is CITIZEN else t.via,
        data={**t.data, "as": t.role},
        text_digest=digest,
        previous_hash=opinion.ledger_head,
    )
    event.hash = event.computed_hash()
    opinion.version, opinion.ledger_head, opinion.changed_at = event.sequence, event.hash, t.at
    opinion.last_event = event  # in hand for the page that says what was done
    return event, EventText(salt=salt, text=t.text) if t.text else None
