"""Register (统一登记): enter an opinion, amend it, move it with its township, withdraw it for the citizen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor, actor_of
from accounts.models import User
from common.security.uploads import Upload
from common.text.single_line import one_lined
from common.text.visible import visible
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, WEB, Imported
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Opinion
from opinions.models.redaction import HIDES
from opinions.workflow import letters, receipts, secrecy
from studios.models import Township

from . import deadlines
from .batching import write_event
from .merging import unmerge
from .number_series import next_number
from .register_messages import announce, announce_correction
from .transition import Transition, make_event, settle, transition
from .unit_of_work import atomic, cached, current, reuse_locked_rows

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The columns that the person at the desk fills in; everything else is decided on the way.
WRITTEN = (
    "township",
    "studio",
    "deputy",
    "activity",
    "channel",
    "matter_type",
    "category",
    "urgency",
    "title",
    "body",
    "place",
    "outside_number",
    "recorded_for",
    "citizen_name",
    "citizen_phone",
    "keep_secret",
)


BACK = timedelta(days=60)  # how far back a day of receipt may lie: what is older comes in as an import


def received_refusal(day: date, today: date) -> StrOrPromise:
    """Return why `day` cannot be the day of receipt of what is entered `today`; empty when it can."""
    if day > today:
        return _("This day lies in the future.")
    return _("At most 60 days back; what is older is imported.") if today - day > BACK else ""


def register(
    *,
    by: User | Actor,
    township: Township,
    channel: str,
    title: str,
    body: str,
    at: datetime | None = None,
    via: str = WEB,
    submission_key: UUID | None = None,
    files: Iterable[Upload] = (),
    consent: str = "",
    received_on: date | None = None,
    may_text: Callable[[str], bool] | None = None,
    imported: Imported | None = None,
    **written: Any,
) -> Opinion:
    """Enter one opinion and start the triage clock; returns it, numbered and, unless writes are being batched, saved.

    `received_on` is the day on which it was told, where it was on paper until now: months and deadlines count from
    that day, and the ledger says when it was entered. `submission_key` (made with the form) folds a double submit:
    the second returns the first's opinion. Whatever the channel, the citizen gets a query code
    (opinions.workflow.receipts), and a text message where there is a number; neither for an import. `consent`: which
    wording of the notice on personal data the citizen agreed to. `may_text(phone)` says whether that number may get
    the text message; without it, it always may. `imported`: where it comes from, of an import. Keywords are the names
    in WRITTEN. Raises PermissionDenied outside the township the actor registers for, Refused, TypeError for an unknown
    keyword.
    """
    unknown = set(written) - set(WRITTEN)
    if unknown:
        raise TypeError(f"not written at registration: {sorted(unknown)}")
    by = actor_of(by)
    _check_may_register(by, township)
    written = one_lined(Opinion, {"title": title, **written})
    opinion = Opinion(
        township=township, county_id=township.county_id, channel=channel, body=visible(body), **written
    )
    opinion.submission_key = submission_key
    if imported:
        opinion.imported_with_id, opinion.imported_on = imported.job, imported.on
        opinion.counts_from_on = imported.counts_from
    if opinion.activity and opinion.activity.county_id != opinion.county_id:
        raise Refused(_("The activity took place in another county."), "activity")
    at = at or timezone.now()
    if via == IMPORT and opinion.keep_secret:
        opinion.redacted_at = at  # it was routed on paper
    if received_on and (reason := received_refusal(received_on, timezone.localdate(at))):
        raise Refused(reason, "received_on")
    try:
        with atomic():
            _save_first(opinion, by, at, via, files, consent, received_on, may_text)
    except _AlreadySent as sent:
        return sent.opinion
    return opinion


class _AlreadySent(Exception):
    def __init__(self, opinion: Opinion) -> None:
        super().__init__()
        self.opinion = opinion


def _refuse_second(submission_key: UUID | None) -> None:
    """Raise _AlreadySent if the form's first submit is stored. Call under the lock of the number series, for which the
    second waits: an INSERT that fails would leave the citizen's words in the database's log."""
    if submission_key and (known := Opinion.objects.filter(submission_key=submission_key).first()):
        raise _AlreadySent(known)


def _check_may_register(by: Actor, township: Township) -> None:
    person = by.user
    if person is None:
        return
    if not cached(("may register", person.pk, township.pk), lambda: _registers_for(person, township)):
        raise PermissionDenied(_("You do not register opinions for this township."))


def _registers_for(by: User, township: Township) -> bool:
    there = Township.objects.visible_to(by, *ACTIONS["register"].roles)
    return there.filter(pk=township.pk).exists()


def _follow_merger(opinion: Opinion) -> None:
    """Register in the unit in force if the township has been merged, maybe while this waited for its number. Call under
    the lock of the number series, which a merger takes too."""
    if successor := Township.objects.filter(predecessors=opinion.township_id).first():
        opinion.township = successor


def _save_first(
    opinion: Opinion,
    by: Actor,
    at: datetime,
    via: str,
    files: Iterable[Upload],
    consent: str,
    received_on: date | None,
    may_text: Callable[[str], bool] | None,
) -> None:
    today = timezone.localdate(at)
    late = received_on if received_on and received_on < today else None
    today, told_at = (late, deadlines.midnight(late) + timedelta(hours=12)) if late else (today, at)
    opinion.index_phone()
    opinion.status, opinion.version, opinion.ledger_head = Status.REGISTERED, 0, ""
    opinion.registered_at, opinion.registered_by = told_at, by.user
    deadlines.for_status(opinion, today)
    text = bool(opinion.citizen_phone) and (may_text is None or may_text(opinion.citizen_phone))
    # The number comes last, so that its row is locked for as short a time as can be.
    opinion.number = next_number(opinion.county_id, today.year)
    if via != IMPORT:
        _refuse_second(opinion.submission_key)
        _follow_merger(opinion)
    t = Transition(ACTIONS["register"], opinion, by, via, at, "", None, recheck_immediately=True)
    t.data = {"channel": opinion.channel, "due_on": str(opinion.due_on)}
    if late:
        t.data["received_on"] = str(late)
    if opinion.imported_on:
        t.data["imported_on"] = str(opinion.imported_on)
    t.attach(files)
    if via != IMPORT:
        t.extra_rows.append(receipts.for_new(opinion, by=by, at=at, consent=consent))
        announce(t, text=text)
    event, words = make_event(t, None)
    settle(t)
    extra_rows = [*t.extra_rows, *([words] if words else [])]
    if batch := current().batch:
        batch.begin(t, event, extra_rows)
        return
    opinion.save(force_insert=True)
    write_event(t, event, extra_rows)


def amend(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
    **written: Any,
) -> Opinion:
    """Correct what was entered (更正), until an agency has signed for it. The ledger keeps the former text; an agency
    that has it already is notified, and its letters that say otherwise are issued again."""
    with transition("amend", number, by=by, version=version, at=at, via=via) as t:
        opinion, written = t.opinion, one_lined(Opinion, written)
        changed = {name: value for name, value in written.items() if getattr(opinion, name) != value}
        if not changed:
            raise Refused(_("Nothing was changed."))
        t.data = {"fields": sorted(changed)}
        # Former names and numbers are personal data and not repeated; former words are.
        t.text = "\n".join(str(getattr(opinion, name)) for name in ("title", "body") if name in changed)
        for name, value in changed.items():
            setattr(opinion, name, value)
        opinion.index_phone()
        if {"title", "body", "place", *HIDES} & changed.keys():
            opinion.redacted_at = None  # what the agency would read has not been looked through
        if "citizen_phone" in changed:
            receipts.follow_phone(opinion)
        if opinion.township.county_id != opinion.county_id:
            raise Refused(_("An opinion stays in the county that numbered it."), "township")
        if opinion.status == Status.REGISTERED:
            t.recheck_immediately = True
        else:
            letters.correct(t, changed)
            announce_correction(t)
        if set(HIDES) & changed.keys():
            secrecy.hide_again(opinion)
    return opinion


def move(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    version: int | None = None,
    township: Township,
    why: dict,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Move the opinion to the township that its own was merged or split into; number and county stay. `why` names the
    decree."""
    with transition("move", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        former = opinion.township
        if township.county_id != opinion.county_id:
            raise Refused(_("An opinion stays in the county that numbered it."), "township")
        t.data = {
            "from": former.pk,
            "from_name": former.name,
            "to": township.pk,
            "to_name": township.name,
        }
        t.data["why"] = why
        opinion.township = township
    return opinion


def withdraw(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Withdraw the opinion for the citizen; it can be reconsidered later. Others' opinions that follow it go back to
    triage."""
    with transaction.atomic(), reuse_locked_rows():
        with transition("withdraw", number, by=by, version=version, at=at, via=via) as t:
            opinion = t.opinion
            t.text = reason
            letters.take_back(t, _("The opinion was withdrawn."))
            deadlines.clear_suspension(opinion)
        why = {"rule": "lead_withdrawn", "number": number}
        for follower in opinion.merged.order_by("number"):
            unmerge(follower.number, by=SYSTEM, at=max(t.at, follower.changed_at), via=via, why=why)
    return opinion
