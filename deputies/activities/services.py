"""The only writer of single activities: planned, changed, announced, cancelled, held; leave and substitution."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.models import Activity, Deputy, MovedAnnouncement, Participation, State
from deputies.models.activities import HOLDS_NOTHING, NO_TIME, NOTICE_DAYS, held_days
from studios.models import Role, Studio, Township

from . import events
from .access import PLANNERS, Refused, check_plans_here, lock, lock_to_plan
from .availability import find_conflict, lock_for_booking
from .events import EventKind

Attendance = Participation.Attendance
WRITTEN = ("kind", "title", "on", "half", "hours", "room", "place")


def plan(
    *,
    by: User | None,
    township: Township,
    on: date,
    deputies: Collection[Deputy] = (),
    studio: Studio | None = None,
    at: datetime | None = None,
    **written: Any,
) -> Activity:
    """Plan one activity. Raises Refused when somebody or the room is taken, PermissionDenied elsewhere."""
    at = at or timezone.now()
    check_plans_here(by, township, studio)
    activity = Activity(
        county_id=township.county_id, township=township, studio=studio, made_by=by, made_at=at
    )
    with booking(deputies, studio):
        _write(activity, on=on, **written)
        _check_free(activity, deputies)
        activity.save(force_insert=True)
        _assign(activity, deputies)
        events.publish_to_deputies(EventKind.PLANNED, deputies, [activity], by=by)
    return activity


@contextmanager
def booking(deputies: Iterable[Deputy], studio: Studio | None) -> Iterator[None]:
    """Open a transaction in which times are taken: what the database refuses comes out as Refused."""
    try:
        with transaction.atomic():
            lock_for_booking(deputies, studio)
            yield
    except IntegrityError as error:
        raise Refused(_("Somebody has just taken one of these times. Look again.")) from error


def _write(activity: Activity, *, on: date, **written: Any) -> None:
    unknown = set(written) - set(WRITTEN)
    if unknown:
        raise TypeError(f"not written with an activity: {sorted(unknown)}")
    for name, value in written.items():
        setattr(activity, name, value)
    if activity.room and activity.studio is None:
        raise Refused(_("A room belongs to a studio: choose the studio, or write the place."), "room")
    activity.takes(on, activity.half)


def _check_free(activity: Activity, deputies: Collection[Deputy]) -> None:
    problem = find_conflict(
        on=activity.on,
        half=activity.half,
        studio=activity.studio,
        room=activity.room,
        deputies=list(deputies),
        besides=activity if activity.pk else None,
    )
    if problem:
        raise Refused(problem)


def _assign(activity: Activity, deputies: Iterable[Deputy]) -> None:
    days = held_days(activity.on, activity.half)
    Participation.objects.bulk_create(
        Participation(activity=activity, deputy=deputy, **days)
        for deputy in sorted(deputies, key=lambda d: d.pk)
    )


def _keep(activity: Activity) -> Activity:
    activity.version += 1
    activity.save()
    return activity


def change(
    pk: int,
    *,
    by: User | None,
    version: int | None = None,
    deputies: Collection[Deputy],
    on: date,
    at: datetime | None = None,
    **written: Any,
) -> Activity:
    """Change a coming activity; on another day it has to be announced again, and citizens read from which day an
    announced one was moved."""
    with booking(deputies, None):
        activity = lock_to_plan(pk, by, version=version)
        lock_for_booking([], activity.studio)
        if not activity.is_coming:
            raise Refused(_("The activity is over or cancelled and can no longer be changed."))
        was = (activity.on, activity.half)
        moved = (on, written.get("half", activity.half)) != was
        before = _facts(activity)
        _write(activity, on=on, **written)
        if moved:
            if activity.announced_on:
                MovedAnnouncement.objects.create(
                    activity=activity, was_on=was[0], was_half=was[1], moved_at=at or timezone.now()
                )
            activity.state, activity.announced_on = State.PLANNED, None
        _check_free(activity, deputies)
        _keep(activity)
        concerned = _reassign(activity, deputies)
        concerned[EventKind.CHANGED] = concerned[EventKind.CHANGED] if _facts(activity) != before else []
        for what, people in concerned.items():
            events.publish_to_deputies(what, people, [activity], by=by)
    return activity


def _facts(activity: Activity) -> list[Any]:
    return [getattr(activity, name) for name in WRITTEN]


def _reassign(activity: Activity, deputies: Iterable[Deputy]) -> dict[EventKind, list[Deputy]]:
    """Assign `deputies` instead of those named before; who is on leave stays on record. Return who comes in, stays
    and goes, by what there is to tell them."""
    rows = {row.deputy_id: row for row in activity.participations.select_related("deputy")}
    taking = {pk for pk, row in rows.items() if not row.is_excused}
    wanted = {deputy.pk: deputy for deputy in deputies}
    gone = [pk for pk in taking if pk not in wanted]
    days = held_days(activity.on, activity.half)
    activity.participations.filter(deputy__in=gone).update(attendance=Attendance.RELEASED, **NO_TIME)
    for pk, row in rows.items():
        if pk in wanted and row.is_excused:
            row.attendance, row.reason = Attendance.ASSIGNED, ""
            row.save(update_fields=["attendance", "reason", *_set(row, days)])
        elif pk in wanted:
            row.save(update_fields=_set(row, days))
    _assign(activity, [deputy for pk, deputy in wanted.items() if pk not in rows])
    return {
        EventKind.PLANNED: [deputy for pk, deputy in wanted.items() if pk not in taking],
        EventKind.CHANGED: [deputy for pk, deputy in wanted.items() if pk in taking],
        EventKind.OFF: [rows[pk].deputy for pk in gone],
    }


def _set(row: Participation, days: dict[str, date | None]) -> list[str]:
    for name, value in days.items():
        setattr(row, name, value)
    return list(days)


def announce(pk: int, *, by: User | None, version: int | None = None, at: datetime | None = None) -> Activity:
    """Announce it to the public, at least three days ahead (docs/adr/0019)."""
    today = timezone.localdate(at or timezone.now())
    with transaction.atomic():
        activity = lock_to_plan(pk, by, version=version)
        if activity.state != State.PLANNED:
            raise Refused(_("Only what is planned can be announced."))
        if today > activity.announce_by_on:
            raise Refused(
                _("It is too late: an activity is announced at least %d days ahead. Move it to a later day.")
                % NOTICE_DAYS
            )
        activity.state, activity.announced_on = State.ANNOUNCED, today
        return _keep(activity)


def cancel(
    pk: int, *, by: User | None, version: int | None = None, reason: str, at: datetime | None = None
) -> Activity:
    """Cancel it; everybody and the room are free again."""
    with transaction.atomic():
        activity = lock_to_plan(pk, by, version=version)
        if not activity.is_coming:
            raise Refused(_("The activity is over or cancelled and can no longer be changed."))
        activity.state, activity.cancel_reason = State.CANCELLED, reason
        activity.morning_on = activity.afternoon_on = None
        taking = activity.participations.exclude(HOLDS_NOTHING)
        people = [row.deputy for row in taking.select_related("deputy")]
        taking.update(attendance=Attendance.RELEASED, **NO_TIME)
        _keep(activity)
        events.publish_to_deputies(EventKind.CANCELLED, people, [activity], by=by, words=reason)
        return activity


def hold(
    pk: int,
    *,
    by: User | None,
    version: int | None = None,
    people_met: int,
    summary: str = "",
    present: Iterable[Deputy] = (),
    at: datetime | None = None,
) -> Activity:
    """Record what came of it: who was there and how many people were met. Can be corrected later."""
    today = timezone.localdate(at or timezone.now())
    with transaction.atomic():
        activity = lock_to_plan(pk, by, version=version)
        if activity.state == State.CANCELLED:
            raise Refused(_("It was cancelled."))
        if activity.on > today:
            raise Refused(_("It has not taken place yet."))
        activity.state, activity.people_met, activity.summary = State.HELD, people_met, summary
        there = {deputy.pk for deputy in present}
        rows = activity.participations.exclude(attendance__in=Participation.FREE)
        rows.filter(deputy__in=there).update(attendance=Attendance.PRESENT)
        rows.exclude(deputy__in=there).update(attendance=Attendance.ABSENT)
        return _keep(activity)


def excuse(
    pk: int,
    *,
    by: User | None,
    version: int | None = None,
    deputy: Deputy,
    reason: str,
    substitute: Deputy | None = None,
    at: datetime | None = None,
) -> Activity:
    """Record a leave (请假): the deputy is free, the substitute takes the place. A deputy may take their own."""
    with booking([deputy, *([substitute] if substitute else [])], None):
        activity, roles = lock(pk, by, version=version)
        own = by is not None and Role.DEPUTY in roles and deputy.user_id == by.pk
        if by is not None and not own and not roles.intersection(PLANNERS):
            raise PermissionDenied(_("You plan no activities here."))
        if not activity.is_coming:
            raise Refused(_("The activity is over or cancelled and can no longer be changed."))
        row = activity.participations.filter(deputy=deputy).exclude(attendance__in=Participation.FREE).first()
        if row is None:
            raise Refused(_("%s is not taking part.") % deputy.name, "deputy")
        row.attendance, row.reason = Attendance.LEAVE, reason
        row.morning_on = row.afternoon_on = None
        row.save()
        if substitute:
            _stand_in(activity, row, substitute)
        _keep(activity)
        if own:
            events.publish(
                EventKind.LEAVE, [activity.made_by], [activity], by=by, words=f"{deputy.name} {reason}"
            )
        events.publish_to_deputies(EventKind.EXCUSED, [deputy], [activity], by=by, words=reason)
        events.publish_to_deputies(
            EventKind.STANDS_IN, [substitute] if substitute else [], [activity], by=by, words=deputy.name
        )
        return activity


def _stand_in(activity: Activity, row: Participation, substitute: Deputy) -> None:
    _check_free_of_it(activity, substitute)
    Participation.objects.update_or_create(
        activity=activity,
        deputy=substitute,
        defaults={
            "attendance": Attendance.ASSIGNED,
            "stands_in_for": row,
            "reason": "",
            **held_days(activity.on, activity.half),
        },
    )


def _check_free_of_it(activity: Activity, substitute: Deputy) -> None:
    there = activity.participations.filter(deputy=substitute).exclude(attendance__in=Participation.FREE)
    if there.exists():
        raise Refused(_("%s is taking part already.") % substitute.name, "substitute")
    if problem := find_conflict(on=activity.on, half=activity.half, deputies=[substitute]):
        raise Refused(problem, "substitute")
