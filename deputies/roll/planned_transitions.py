"""A term transition that is decided for a day to come: entered, shown, changed and withdrawn; done on its day.

Until then nothing changes: seats, accounts, sessions and studios stay as they are. The sweep does what is
due, once however often it runs.
"""

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import AccessRecord, User
from deputies.activities.access import Refused
from deputies.models import Deputy, Mandate, PlannedTransition, Term

from .term_transition import begin_term, carry_out, lock_and_propose, lock_term
from .transition_preview import incoming_of, propose, seats_of, terms_of

log = logging.getLogger(__name__)


def planned_for(user: User) -> QuerySet[PlannedTransition]:
    """Return the planned transitions of the congresses whose deputies the person enters, the next first."""
    rows = PlannedTransition.objects.filter(term__in=terms_of(user)).select_related("term", "entered_by")
    return rows.order_by("starts_on", "pk")


def enter(
    *,
    term: Term,
    number: int,
    starts_on: date,
    going: dict[int, int | None],
    by: User,
    seen: str,
    request: HttpRequest | None = None,
    at: datetime | None = None,
) -> Term | PlannedTransition:
    """Begin the new term when its day has come and return it; else plan it, in place of what was planned before.

    Raises PermissionDenied, Refused or Stale as `begin_term` does.
    """
    facts = {"term": term, "number": number, "starts_on": starts_on, "going": going, "by": by, "seen": seen}
    with transaction.atomic():
        if starts_on <= timezone.localdate(at):
            PlannedTransition.objects.filter(term=term).delete()
            return begin_term(**facts, request=request, at=at)  # type: ignore[arg-type]  # the same keywords
        change = lock_and_propose(**facts)  # type: ignore[arg-type]
        plan, _new = PlannedTransition.objects.update_or_create(
            term=change.term,
            defaults={
                "number": number,
                "starts_on": starts_on,
                "going": [[one.deputy.pk, one.successor and one.successor.pk] for one in change.leavers],
                "entered_by": by,
                "entered_at": at or timezone.now(),
                "problem": "",
            },
        )
        _record(plan, "planned", by, request)
        return plan


def withdraw(pk: int, *, by: User, request: HttpRequest | None = None) -> None:
    """Undo what was planned. Raises PlannedTransition.DoesNotExist when it was done or withdrawn already, or outside
    the person's area."""
    with transaction.atomic():
        plan = planned_for(by).select_for_update(of=("self",)).get(pk=pk)
        _record(plan, "withdrawn", by, request)
        plan.delete()


def _record(plan: PlannedTransition, did: str, by: User, request: HttpRequest | None) -> None:
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=str(plan.term),
        area_code=plan.term.area_code,
        details={
            "change_over": did,
            "number": plan.number,
            "starts_on": plan.starts_on.isoformat(),
            "goes": len(plan.going),
        },
    )


def do_due(*, now: datetime | None = None) -> int:
    """Do every planned transition whose day has come; return how many. One that cannot be done says why on its page,
    holds up no other and is tried again by the next sweep."""
    due = PlannedTransition.objects.filter(starts_on__lte=timezone.localdate(now))
    return sum(_do(pk, now) for pk in due.values_list("pk", flat=True))


def _do(pk: int, now: datetime | None) -> bool:
    try:
        with transaction.atomic():
            seen = PlannedTransition.objects.select_related("term").filter(pk=pk).first()
            if seen is None:
                return False
            term = lock_term(seen.term, seen.number)
            plan = PlannedTransition.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if (
                plan is None or plan.number != seen.number or plan.starts_on > timezone.localdate(now)
            ):  # done, changed or withdrawn while this one waited
                return False
            going = still_going(plan, term)
            carry_out(propose(term=term, number=plan.number, starts_on=plan.starts_on, going=going), by=None)
            plan.delete()
            return True
    except Refused as refused:
        PlannedTransition.objects.filter(pk=pk).exclude(problem=str(refused)).update(problem=str(refused))
        return False
    except Exception:
        log.exception("the planned term transition %s could not be done", pk)
        return False


def still_going(plan: PlannedTransition, term: Term) -> dict[int, int | None]:
    """Return who goes, without those who have left meanwhile; a successor who has left takes over nothing."""
    sitting = {mandate.deputy_id for mandate in seats_of(term)}
    leaving = {deputy: successor for deputy, successor in plan.leaving.items() if deputy in sitting}
    there = (sitting - set(leaving)) | {deputy.pk for deputy in incoming_of(term, plan.number)}
    return {deputy: successor if successor in there else None for deputy, successor in leaving.items()}


def begin_seats(*, now: datetime | None = None) -> int:
    """Bring into office those whose seat begins on a day that has come (by-election, 补选); return how many."""
    today = timezone.localdate(now)
    sits = Mandate.objects.filter(
        ended_on=None, began_on__lte=today, term__starts_on__lte=today, term__ends_on=None
    )
    return Deputy.objects.filter(active=False, pk__in=sits.values("deputy")).update(active=True)
