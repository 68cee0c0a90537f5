"""Term transition (换届): a term ends and the next begins. Seen first; then done as a whole, or not at all.

Who stays gets a seat in the new term. Who goes leaves office, hands studio and coming shifts to a successor, and keeps
every record. Whether the successor is free is looked at shift by shift; what cannot be handed over becomes open. What
is decided for a day to come waits for it (planned_transitions.py).
"""

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.services import end_sessions
from deputies.activities import events
from deputies.activities.access import Refused, Stale
from deputies.activities.availability import lock_for_booking
from deputies.activities.events import EventKind
from deputies.models import Deputy, Mandate, Participation, Term
from deputies.models.activities import NO_TIME

from .transition_preview import Departing, TermTransition, incoming_of, propose, seats_of, terms_of


def begin_term(
    *,
    term: Term,
    number: int,
    starts_on: date,
    going: dict[int, int | None],
    by: User,
    seen: str,
    request: HttpRequest | None = None,
    at: datetime | None = None,
) -> Term:
    """Do what `propose` showed and return the new term. Raises Stale when it would be something else by now, Refused
    before its day: until then it is planned (planned_transitions.py)."""
    if starts_on > timezone.localdate(at):
        raise Refused(_("The new term has not begun yet."), "starts_on")
    with transaction.atomic():
        change = lock_and_propose(
            term=term, number=number, starts_on=starts_on, going=going, by=by, seen=seen
        )
        return carry_out(change, by=by, request=request)


def lock_and_propose(
    *, term: Term, number: int, starts_on: date, going: dict[int, int | None], by: User, seen: str
) -> TermTransition:
    """Lock the term and all whom the transition concerns and return what it comes to. Call in a transaction. Raises
    PermissionDenied where the person keeps no register, Stale when it is not what was seen."""
    term = lock_term(term, number)
    if not terms_of(by).filter(pk=term.pk).exists():
        raise PermissionDenied
    change = propose(term=term, number=number, starts_on=starts_on, going=going)
    if change.digest != seen:
        raise Stale(_("Something has changed meanwhile. Look at the new preview."))
    return change


def lock_term(term: Term, number: int) -> Term:
    """Lock the term, and the times of those who sit in it or come in."""
    term = Term.objects.select_for_update().get(pk=term.pk)
    lock_for_booking([m.deputy for m in seats_of(term)] + incoming_of(term, number), None)
    return term


def carry_out(change: TermTransition, *, by: User | None, request: HttpRequest | None = None) -> Term:
    """Do the transition under the locks of `lock_term` and return the new term; `by` None is the system, on the day
    that was planned."""
    new = _begin(change)
    for leaver in change.leavers:
        _leave(leaver)
        _tell(leaver, by)
    _record(change, new, by, request)
    return new


def _begin(change: TermTransition) -> Term:
    term = change.term
    term.ends_on = change.starts_on
    term.save(update_fields=["ends_on"])
    new, made = Term.objects.get_or_create(
        area_code=term.area_code,
        level=term.level,
        number=change.number,
        defaults={"starts_on": change.starts_on},
    )
    if not made:
        new.starts_on, new.start_is_known = change.starts_on, True
        new.save(update_fields=["starts_on", "start_is_known"])
    have = set(new.mandates.values_list("deputy", flat=True))
    Mandate.objects.bulk_create(
        Mandate(deputy=m.deputy, term=new, constituency=m.constituency)
        for m in change.stays
        if m.deputy_id not in have
    )
    term.mandates.filter(ended_on=None).update(ended_on=change.starts_on)
    Deputy.objects.filter(pk__in=[deputy.pk for deputy in change.newcomers]).update(active=True)
    return new


def _leave(leaver: Departing) -> None:
    deputy, successor = leaver.deputy, leaver.successor
    for shift in [*leaver.handed, *leaver.left_open]:
        days = {"morning_on": shift.morning_on, "afternoon_on": shift.afternoon_on}
        Participation.objects.filter(pk=shift.pk).update(
            attendance=Participation.Attendance.RELEASED, reason=_word(), **NO_TIME
        )
        if successor and shift in leaver.handed:
            Participation.objects.create(
                activity=shift.activity, deputy=successor, stands_in_for=shift, **days
            )
    if leaver.keeps_seat:
        return
    if successor and leaver.gives_studio:
        successor.studio_id = deputy.studio_id
        successor.save(update_fields=["studio"])
    deputy.active = False
    deputy.save(update_fields=["active"])
    if deputy.user and leaver.closes_account:
        deputy.user.is_active = False
        end_sessions(deputy.user)
        deputy.user.save(update_fields=["is_active", "session_round"])


def _tell(leaver: Departing, by: User | None) -> None:
    """Tell the successor what was handed over; who leaves for good reads nothing here any more."""
    handed = [shift.activity for shift in leaver.handed]
    successors = [leaver.successor] if leaver.successor else []
    events.publish_to_deputies(EventKind.STANDS_IN, successors, handed, by=by, words=leaver.deputy.name)


def _word() -> str:
    """Return the reason in the office's language: it stays in the records."""
    with override(settings.LANGUAGE_CODE):
        return str(_("term transition"))


def _record(change: TermTransition, new: Term, by: User | None, request: HttpRequest | None) -> None:
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=str(new),
        area_code=new.area_code,
        details={
            "change_over": True,
            "stays": len(change.stays),
            "goes": len(change.leavers),
            "comes": len(change.newcomers),
            "shifts_handed_over": change.handed,
            "shifts_left_open": change.left_open,
        },
    )
