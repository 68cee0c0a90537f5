"""What a term transition (换届) would come to: who stays, who goes, who comes in, and which shifts go to whom.

Nothing is written here; term_transition.py does it.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.activities.access import Refused
from deputies.activities.availability import BookedSlots
from deputies.models import Deputy, Mandate, Participation, Term
from deputies.models.activities import COMING
from deputies.register_access import editable_terms
from studios.models import Role


@dataclass
class Departing:
    """Who goes, to whom the studio and the shifts go, and which shifts cannot be handed over."""

    mandate: Mandate
    successor: Deputy | None = None
    keeps_seat: str = ""  # another congress in which the person still sits
    handed: list[Participation] = field(default_factory=list)
    left_open: list[Participation] = field(default_factory=list)
    closes_account: bool = False

    @property
    def deputy(self) -> Deputy:
        return self.mandate.deputy

    @property
    def gives_studio(self) -> bool:
        return bool(
            self.successor and self.deputy.studio_id and not self.successor.studio_id and not self.keeps_seat
        )


@dataclass
class TermTransition:
    term: Term
    number: int
    starts_on: date
    stays: list[Mandate]
    leavers: list[Departing]
    newcomers: list[Deputy]

    @property
    def handed(self) -> int:
        return sum(len(leaver.handed) for leaver in self.leavers)

    @property
    def left_open(self) -> int:
        return sum(len(leaver.left_open) for leaver in self.leavers)

    @property
    def digest(self) -> str:
        """Differs when anything that would be done differs."""
        facts: list[Any] = [self.term.pk, self.number, str(self.starts_on), [m.pk for m in self.stays]]
        for one in self.leavers:
            successor = one.successor and one.successor.pk
            shifts = [p.pk for p in one.handed], [p.pk for p in one.left_open]
            facts.append(
                (one.mandate.pk, successor, one.gives_studio, one.keeps_seat, one.closes_account, shifts)
            )
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def terms_of(user: User) -> QuerySet[Term]:
    """Return the running terms of congresses whose deputies the person enters."""
    return editable_terms(user).filter(ends_on=None, starts_on__isnull=False).order_by("area_code")


def seats_of(term: Term) -> list[Mandate]:
    """Return the seats of a term that have not ended, with their deputies."""
    rows = term.mandates.filter(ended_on=None).select_related(
        "deputy__township", "deputy__studio", "deputy__user"
    )
    return list(rows.order_by("deputy__township_id", "deputy__name_pinyin", "pk"))


def incoming_of(term: Term, number: int) -> list[Deputy]:
    """Return those whose seat in the next term is entered already and who do not sit in this one."""
    rows = Deputy.objects.filter(
        mandates__term__area_code=term.area_code,
        mandates__term__level=term.level,
        mandates__term__number=number,
    )
    old = term.mandates.filter(ended_on=None).values("deputy")
    return list(
        rows.exclude(pk__in=old).select_related("township").order_by("township_id", "name_pinyin", "pk")
    )


def propose(*, term: Term, number: int, starts_on: date, going: dict[int, int | None]) -> TermTransition:
    """Propose the transition. `going` names the deputies who leave, each with the key of a successor or None; all
    others stay. Raises Refused for what cannot be."""
    _check(term, number, starts_on)
    seats, newcomers = seats_of(term), incoming_of(term, number)
    stays = [mandate for mandate in seats if mandate.deputy_id not in going]
    successors = {deputy.pk: deputy for deputy in [*(m.deputy for m in stays), *newcomers]}
    wrong = [key for key in going.values() if key and key not in successors]
    if wrong:
        raise Refused(_("Shifts go to somebody who stays or comes in, not to one who leaves as well."))
    leavers = [Departing(m, successors.get(going[m.deputy_id] or 0)) for m in seats if m.deputy_id in going]
    _see_other_seats(leavers, term)
    _share_out(leavers, starts_on)
    return TermTransition(term, number, starts_on, stays, leavers, newcomers)


def _check(term: Term, number: int, starts_on: date) -> None:
    if term.ends_on or term.starts_on is None:
        raise Refused(_("This term has ended or not begun."))
    if number <= term.number:
        raise Refused(_("The new term has a higher number than the old one."), "number")
    if starts_on <= term.starts_on:
        raise Refused(_("The new term begins after the old one."), "starts_on")


def _see_other_seats(leavers: list[Departing], term: Term) -> None:
    keys = [leaver.deputy.pk for leaver in leavers]
    rows = Mandate.objects.filter(deputy__in=keys, ended_on=None).exclude(term=term).select_related("term")
    others = {row.deputy_id: str(row.term) for row in rows}
    only_deputies = _only_deputies(keys)
    for leaver in leavers:
        leaver.keeps_seat = others.get(leaver.deputy.pk, "")
        leaver.closes_account = not leaver.keeps_seat and leaver.deputy.pk in only_deputies


def _only_deputies(keys: list[int]) -> set[int]:
    """Return those with an account that has no other use than being a deputy."""
    rows = Deputy.objects.filter(pk__in=keys, user__is_active=True).values_list(
        "pk", "user__memberships__role"
    )
    roles: dict[int, set] = {}
    for key, role in rows:
        roles.setdefault(key, set()).add(role)
    return {key for key, held in roles.items() if held <= {Role.DEPUTY, None}}


def _share_out(leavers: list[Departing], starts_on: date) -> None:
    """Decide which coming shift goes to whom. A successor who is engaged at the time does not get it."""
    moving = [leaver for leaver in leavers if not leaver.keeps_seat]
    rows = Participation.objects.filter(
        deputy__in=[leaver.deputy.pk for leaver in moving],
        attendance=Participation.Attendance.ASSIGNED,
        activity__state__in=COMING,
        activity__on__gte=starts_on,
    )
    shifts = list(rows.select_related("activity", "deputy").order_by("activity__on", "pk"))
    successors = [leaver.successor for leaver in moving if leaver.successor]
    last = max((shift.activity.on for shift in shifts), default=starts_on)
    taken = BookedSlots(starts_on, last, successors)
    there = set(
        Participation.objects.filter(
            activity__in=[s.activity_id for s in shifts], deputy__in=successors
        ).values_list("activity", "deputy")
    )
    by_deputy = {leaver.deputy.pk: leaver for leaver in moving}
    for shift in shifts:
        leaver, activity = by_deputy[shift.deputy_id], shift.activity
        successor = leaver.successor
        if (
            successor
            and taken.is_free(successor.pk, activity.on, activity.half)
            and (activity.pk, successor.pk) not in there
        ):
            leaver.handed.append(shift)
            taken.note(successor.pk, activity.on, activity.half)
        else:
            leaver.left_open.append(shift)
