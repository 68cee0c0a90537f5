"""Register (统一登记): write an opinion down, amend it, move it with its township, withdraw it for the citizen."""

import logging
from collections.abc import Callable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor, actor_of
from accounts.models import User
from common.text.single_line import one_lined
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, WEB
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import EventText, NumberSeries, Opinion
from opinions.workflow import letters, receipts
from studios.models import Township

from . import citizen_sms, deadlines
from .batching import current_unit, write_event
from .merging import unmerge
from .recipients import deputy_of, handlers_of
from .transition import Transition, make_event, reuse_locked_rows, settle, transition

log = logging.getLogger(__name__)
# What the person at the desk writes; everything else is decided on the way.
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


def received_refusal(day: date, today: date) -> str:
    """Why `day` cannot be the day on which what is written down `today` was told; empty when it can."""
    if day > today:
        return _("This day lies in the future.")
    return _("At most 60 days back; what is older is imported.") if today - day > BACK else ""


def register(
    *,
    by: User | Actor,
    township,
    channel,
    title,
    body,
    at=None,
    via=WEB,
    submission_key=None,
    files=(),
    consent="",
    received_on: date | None = None,
    may_text: Callable[[str], bool] | None = None,
    **written,
) -> Opinion:
    """Write one opinion down and start the triage clock; returns it, numbered and, unless writes are being batched,
    saved.

    `received_on` is the day on which it was told, where it stood on paper until now: months and deadlines count from
    that day, and the ledger says when it was written down. `submission_key` (a UUID made with the form) folds a
    double submit: the second returns the first's opinion. Whatever the channel, the citizen gets a query code
    (opinions.workflow.receipts), and a text message where there is a number; not so what an import enters.
    `consent`: which wording of the notice on personal data the citizen agreed to. `may_text(phone)` says
    whether that number may get the text message; without it, it always may. Keywords are the names in WRITTEN. Raises
    PermissionDenied outside the township the actor registers for, Refused.
    """
    unknown = set(written) - set(WRITTEN)
    if unknown:
        raise TypeError(f"not written at registration: {sorted(unknown)}")
    by = actor_of(by)
    _check_may_register(by, township)
    written = one_lined(Opinion, {"title": title, **written})
    opinion = Opinion(township=township, county_id=township.county_id, channel=channel, body=body, **written)
    opinion.submission_key = submission_key
    if opinion.activity and opinion.activity.county_id != opinion.county_id:
        raise Refused(_("The activity took place in another county."), "activity")
    at = at or timezone.now()
    if received_on and (reason := received_refusal(received_on, timezone.localdate(at))):
        raise Refused(reason, "received_on")
    try:
        with transaction.atomic(savepoint=current_unit() is None):
            _save_first(opinion, by, at, via, files, consent, received_on, may_text)
    except IntegrityError:
        # The unique key let the form's first submit through, and this is another.
        if (known := _already(submission_key)) is None:
            raise
        return known
    return opinion


def _already(submission_key):
    return Opinion.objects.filter(submission_key=submission_key).first() if submission_key else None


def _check_may_register(by: Actor, township):
    if not by.is_person:
        return
    person = by.user
    if not deadlines.cached(
        ("may register", person.pk, township.pk), lambda: _registers_for(person, township)
    ):
        raise PermissionDenied(_("You do not register opinions for this township."))


def _registers_for(by, township) -> bool:
    there = Township.objects.visible_to(by, *ACTIONS["register"].roles)
    return there.filter(pk=township.pk).exists()


def _save_first(opinion, by, at, via, files, consent, received_on, may_text):
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
    t = Transition(ACTIONS["register"], opinion, by, via, at, "", None, recheck_immediately=True)
    t.data = {"channel": opinion.channel, "due_on": str(opinion.due_on)}
    if late:
        t.data["received_on"] = str(late)
    t.attach(files)
    event, words = make_event(t)
    settle(t)
    if via != IMPORT:
        t.extra_rows.append(receipts.for_new(opinion, by=by, at=at, consent=consent))
        _tell_of_it(t, text=text)
    beside = [*t.extra_rows, *([words] if words else [])]
    if together := current_unit():
        together.begin(t, event, beside)
        return
    opinion.save(force_insert=True)
    write_event(t, event, beside)


def _tell_of_it(t, *, text) -> None:
    """The citizen gets a receipt where `text` says so, the deputy hears what was told to them."""
    opinion = t.opinion
    if opinion.citizen_phone and not text:
        log.info("no text as receipt for %s: its phone got enough today", opinion.number)
    if text:
        t.notify_citizen(
            _("We have received your opinion %(number)s"),
            _(
                "[%(office)s People's Congress] We have received what you told us; by %(day)s it will be passed to the "
                "agency responsible. Look it up with your query code. %(ask)s"
            ),
            day=citizen_sms.month_day(opinion.due_on),
            **citizen_sms.facts(opinion),
        )
    t.notify_staff(
        [user for user in deputy_of(opinion) if user != t.by.user],
        _("Told to you: %(number)s"),
        _("A citizen told you “%(title)s”. You will hear when it is answered and evaluated."),
    )


def next_number(county_id: str, year: int) -> str:
    """`433101-2026-000123`: county, year, serial. Call inside the transaction that uses it."""
    if (last := _one_more(county_id, year)) is None:
        NumberSeries.objects.bulk_create(
            [NumberSeries(county_id=county_id, year=year)], ignore_conflicts=True
        )
        last = _one_more(county_id, year)
    return f"{county_id}-{year}-{last:06d}"


def _one_more(county_id: str, year: int) -> int | None:
    """The series' next serial, its row locked until the transaction ends; None if there is no such series."""
    one_more = (
        "UPDATE opinions_numberseries SET last = last + 1 WHERE county_id = %s AND year = %s RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(one_more, [county_id, year])
        return (cursor.fetchone() or [None])[0]


def amend(number, *, by, version=None, at=None, via=WEB, **written) -> Opinion:
    """Correct what was written down (更正), until an agency has signed for it. The ledger keeps the former words; an
    agency that has it already is told, and its letters that say otherwise are issued again."""
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
        if "citizen_phone" in changed:
            receipts.follow_phone(opinion)
        if opinion.township.county_id != opinion.county_id:
            raise Refused(_("An opinion stays in the county that numbered it."), "township")
        if opinion.status == Status.REGISTERED:
            t.recheck_immediately = True
        else:
            letters.correct(t, changed)
            _tell_agency(t)
        if {"keep_secret", "citizen_name"} & changed.keys():
            _hide_anew(opinion)
    return opinion


def _tell_agency(t) -> None:
    body, numbers = _("“%(title)s” was corrected before you signed for it; please read it again."), {}
    if "reissued" in t.data:
        body = _(
            "“%(title)s” was corrected before you signed for it; please read it again. %(letters)s replaces %(void)s."
        )
        numbers = {"letters": "、".join(t.data["reissued"]), "void": "、".join(t.data["void"])}
    t.notify_staff(handlers_of(t.opinion.lead_agency_id), _("Corrected: %(number)s"), body, **numbers)


def _hide_anew(opinion) -> None:
    """What was said before is stored again, so that the name to be kept secret is hidden in it, and no other."""
    for words in EventText.objects.filter(event__opinion=opinion).select_related("event"):
        words.event.opinion = opinion
        words.save(update_fields=["text"])


def move(number, *, by=SYSTEM, version=None, township, why, at=None, via=WEB) -> Opinion:
    """Its township was merged or split: the opinion follows; number and county stay. `why` names the decree."""
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


def withdraw(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """The citizen takes the opinion back; it can be reconsidered later. Others' opinions that follow it have nothing
    left to follow and go back to triage."""
    with transaction.atomic(), reuse_locked_rows():
        with transition("withdraw", number, by=by, version=version, at=at, via=via) as t:
            opinion = t.opinion
            t.text = reason
            letters.take_back(t, _("The opinion was withdrawn."))
            deadlines.run_on(opinion)
        why = {"rule": "lead_withdrawn", "number": number}
        for follower in opinion.merged.order_by("number"):
            unmerge(follower.number, by=SYSTEM, at=max(t.at, follower.changed_at), via=via, why=why)
    return opinion
