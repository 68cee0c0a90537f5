"""The only writer on screen of a deputy's facts and seats: what was entered wrongly, or changes within a term.

A term transition (换届) is done as a whole in term_transition.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from common.security.crypto import mask_phone
from common.security.uploads import Upload
from deputies.activities import events
from deputies.activities.access import Refused, Stale
from deputies.activities.events import EventKind
from deputies.models import Deputy, DeputyFormerTownship, Mandate, Participation, Term
from deputies.models.activities import COMING, NO_TIME
from deputies.register_access import KEEPERS, editable_terms
from studios import history
from studios.permissions.scope import roles_over
from studios.pinyin import name_key

FACTS = ("name", "sex", "ethnic_group", "occupation", "phone", "township", "studio")
RECENT = timedelta(days=366)  # an older reason belongs to an earlier seat
SEAT = ("term", "constituency", "began_on", "ended_on", "end_reason")


@contextmanager
def correcting(pk: int, *, by: User, version: int | None = None) -> Iterator[Deputy]:
    """Yield the deputy, locked, and save it with a new version at the end.

    Raises Deputy.DoesNotExist outside the scope, PermissionDenied in a wrong role, Stale when somebody was first.
    """
    with transaction.atomic():
        rows = Deputy.objects.visible_to(by).with_roles(by).select_related("township", "studio")
        deputy = rows.select_for_update(of=("self",)).get(pk=pk)
        if not roles_over(deputy).intersection(KEEPERS):
            raise PermissionDenied
        if version is not None and version != deputy.version:
            raise Stale(_("Somebody has corrected this deputy since you opened it. Look at it again."))
        yield deputy
        deputy.version += 1
        deputy.save()


def correct_facts(
    pk: int,
    *,
    by: User,
    version: int | None = None,
    photo: Upload | None = None,
    no_photo: bool = False,
    request: HttpRequest | None = None,
    at: datetime | None = None,
    shifts: str = "",
    **facts: Any,
) -> Deputy:
    """Change the facts named in FACTS; `photo` is an Upload that takes the place of the old one. With another studio or
    township, `shifts` says whether the deputy keeps the shifts to come (keep) or not (release)."""
    with correcting(pk, by=by, version=version) as deputy:
        studio = facts.get("studio", deputy.studio)
        if studio and studio.township.county_id != facts.get("township", deputy.township).county_id:
            raise Refused(_("The studio lies in another county than the township."), "studio")
        if (studio, facts.get("township", deputy.township)) != (deputy.studio, deputy.township):
            _settle_shifts(deputy, shifts, by=by, today=timezone.localdate(at))
        if facts.get("township", deputy.township) != deputy.township:
            DeputyFormerTownship.keep(Deputy.objects.filter(pk=pk), at)
        before = {name: _shown(deputy, name) for name in FACTS}
        for name in FACTS:
            setattr(deputy, name, facts.get(name, getattr(deputy, name)))
        deputy.name_pinyin = name_key(deputy, person=True)
        changes = {name: [before[name], _shown(deputy, name)] for name in FACTS}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        if photo or (no_photo and deputy.photo):
            changes["photo"] = _change_photo(deputy, photo)
        if changes:
            history.note(deputy, "facts", by=by, changes=changes, request=request)
    return deputy


def _settle_shifts(deputy: Deputy, shifts: str, *, by: User, today: date) -> None:
    coming = coming_shifts(deputy, today)
    if shifts == "release":
        release(deputy, coming, _("moved to another studio"), by=by)
    elif shifts != "keep" and (count := coming.count()):
        raise Refused(_("There are %d shifts to come: say whether the deputy keeps them.") % count, "shifts")


def _shown(deputy: Deputy, name: str) -> str:
    value = getattr(deputy, name)
    if name == "phone":
        return mask_phone(value) if value else ""
    return deputy.get_sex_display() if name == "sex" else str(value or "")


def _change_photo(deputy: Deputy, photo: Upload | None) -> list[str]:
    """Put the new photo in place of the old one, whose file goes once the change is committed."""
    old, storage = deputy.photo.name, deputy.photo.storage
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    deputy.photo = photo.stored() if photo else ""
    return [_("yes") if old else _("no"), _("yes") if photo else _("no")]


def add_seat(
    pk: int,
    *,
    by: User,
    version: int | None = None,
    request: HttpRequest | None = None,
    at: datetime | None = None,
    **seat: Any,
) -> Mandate:
    """Add a seat that the register does not have, for example after a by-election (补选)."""
    with correcting(pk, by=by, version=version) as deputy:
        mandate = _write_seat(Mandate(deputy=deputy), at, **seat)
        _settle_office(deputy, at, by)
        history.note(deputy, "seat_added", by=by, changes=_changes({}, _seat_facts(mandate)), request=request)
    return mandate


def correct_seat(
    pk: int,
    seat_pk: int,
    *,
    by: User,
    version: int | None = None,
    request: HttpRequest | None = None,
    at: datetime | None = None,
    **seat: Any,
) -> Mandate:
    """Correct the values of a seat named in SEAT. Raises Refused for what cannot be."""
    with correcting(pk, by=by, version=version) as deputy:
        mandate = deputy.mandates.select_related("term").get(pk=seat_pk)
        before = _seat_facts(mandate)
        _write_seat(mandate, at, **seat)
        _settle_office(deputy, at, by)
        if changes := _changes(before, _seat_facts(mandate)):
            history.note(deputy, "seat", by=by, changes=changes, request=request)
    return mandate


def remove_seat(
    pk: int,
    seat_pk: int,
    *,
    by: User,
    version: int | None = None,
    request: HttpRequest | None = None,
    at: datetime | None = None,
) -> None:
    """Remove a seat that never was; one that is over is given its last day instead."""
    with correcting(pk, by=by, version=version) as deputy:
        mandate = deputy.mandates.select_related("term").get(pk=seat_pk)
        before = _seat_facts(mandate)
        mandate.delete()
        _settle_office(deputy, at, by)
        history.note(deputy, "seat_removed", by=by, changes=_changes(before, {}), request=request)


def _write_seat(mandate: Mandate, at: datetime | None, **seat: Any) -> Mandate:
    for name in SEAT:
        setattr(mandate, name, seat.get(name, getattr(mandate, name, None)))
    began, ended, term = mandate.began_on, mandate.ended_on, mandate.term
    known = term.start_is_known
    if began and known and term.starts_on and began < term.starts_on:
        raise Refused(_("The term began later, on %s.") % term.starts_on, "began_on")
    if ended and ended > timezone.localdate(at):
        raise Refused(_("This day lies in the future; enter it when it has come."), "ended_on")
    since = mandate.since if known or began else None
    if ended and ((since and ended <= since) or mandate.since is None):
        raise Refused(_("A seat ends after it began."), "ended_on")
    try:
        with transaction.atomic():
            mandate.save()
    except IntegrityError as error:
        raise Refused(_("The deputy has a seat in this term already."), "term") from error
    return mandate


def coming_shifts(deputy: Deputy, today: date) -> QuerySet[Participation]:
    """Return the deputy's participations still to come, without those they are excused from."""
    rows = deputy.participations.filter(activity__state__in=COMING, activity__on__gte=today)
    return rows.exclude(attendance__in=Participation.FREE)


def release(deputy: Deputy, shifts: QuerySet[Participation], reason: str, *, by: User) -> int:
    """Release the deputy from these shifts and tell those who planned them; return how many."""
    rows = list(shifts.select_related("activity__made_by"))
    Participation.objects.filter(pk__in=[row.pk for row in rows]).update(
        attendance=Participation.Attendance.RELEASED, reason=reason, **NO_TIME
    )
    for planner in {row.activity.made_by for row in rows if row.activity.made_by}:
        own = [row.activity for row in rows if row.activity.made_by == planner]
        events.publish(EventKind.LEAVE, [planner], own, by=by, words=f"{deputy.name} {reason}")
    return len(rows)


def _settle_office(deputy: Deputy, at: datetime | None, by: User) -> None:
    """Set whether the deputy is in office: they sit in a term that has begun. Who resigned, died or left for another
    reason given is released from the shifts to come, and their planners are told; without a reason nobody leaves office
    with shifts to come."""
    today = timezone.localdate(at)
    begun = Q(began_on=None) | Q(began_on__lte=today)
    sits = deputy.mandates.filter(
        begun, ended_on=None, term__starts_on__lte=today, term__ends_on=None
    ).exists()
    if deputy.active and not sits:
        reason = deputy.mandates.exclude(end_reason="").order_by("-ended_on").first()
        coming = coming_shifts(deputy, today)
        if reason and reason.ended_on and reason.ended_on > today - RECENT:
            release(deputy, coming, str(reason.get_end_reason_display()), by=by)
        elif count := coming.count():
            raise Refused(
                _("There are %d shifts to come: note the leave and who stands in there first.") % count
            )
    deputy.active = sits


def _seat_facts(mandate: Mandate) -> dict[str, str]:
    return {
        _("term"): str(mandate.term),
        _("constituency"): mandate.constituency,
        _("sits since"): str(mandate.began_on or ""),
        _("ended on"): str(mandate.ended_on or ""),
        _("why it ended"): str(mandate.get_end_reason_display()),
    }


def _changes(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in before | after}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@transaction.atomic
def correct_term(
    pk: int, *, by: User, number: int, starts_on: date | None = None, request: HttpRequest | None = None
) -> Term:
    """Correct a term's number and first day, for everybody who sits in it. The term before ends on the day on which
    this one starts."""
    term = Term.objects.select_for_update().get(pk=pk)
    if not editable_terms(by).filter(pk=pk).exists():
        raise PermissionDenied
    if (starts_on is None) != (term.starts_on is None):
        raise Refused(_("A term begins with the term transition."), "starts_on")
    if starts_on and starts_on != term.starts_on and starts_on > timezone.localdate():
        raise Refused(_("This day lies in the future; enter it when it has come."), "starts_on")
    old = term.starts_on
    before = (
        Term.objects.filter(level=term.level, area_code=term.area_code, ends_on=old).first() if old else None
    )
    if before and before.starts_on and starts_on and starts_on <= before.starts_on:
        raise Refused(_("The term before began on %s.") % before.starts_on, "starts_on")
    if starts_on and term.ends_on and starts_on >= term.ends_on:
        raise Refused(_("The term ended on %s.") % term.ends_on, "starts_on")
    former = str(term)
    term.number, term.starts_on = number, starts_on
    term.start_is_known = term.start_is_known or starts_on is not None
    try:
        with transaction.atomic():
            term.save()
            if before and old != starts_on:
                before.mandates.filter(ended_on=old).update(ended_on=starts_on)
                Term.objects.filter(pk=before.pk).update(ends_on=starts_on)
    except IntegrityError as error:
        raise Refused(
            _("There is a term with this number already, or a seat that fits no longer.")
        ) from error
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=str(term),
        area_code=term.area_code,
        details={
            "did": "term",
            "changes": _changes(
                {"number": former, "starts_on": str(old or "")},
                {"number": str(term), "starts_on": str(starts_on or "")},
            ),
        },
    )
    return term
