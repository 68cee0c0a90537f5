"""What of a deputy and of their sessions anybody may know. Whatever is public is named here and nowhere else."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from deputies.models import Activity, Deputy, MovedAnnouncement, Participation, State
from studios.models import Studio


def public_address(studio: Studio, request: HttpRequest) -> str:
    """Return the address behind the QR code at the studio's door: under the office's own name where it has set one.
    It is printed, so its path never changes."""
    path = f"/p/{studio.code}/"
    return settings.PUBLIC_URL.rstrip("/") + path if settings.PUBLIC_URL else request.build_absolute_uri(path)


def public_deputies(studio: Studio) -> QuerySet[Deputy]:
    """Return the deputies who receive citizens there."""
    return studio.deputies.filter(active=True).order_by("name_pinyin", "id")


def public_page(deputy: Deputy) -> str:
    """Return the path of the deputy's public page; empty for deputies who have none: no longer in office, or without
    a studio."""
    return f"/p/{deputy.studio.code}/deputies/{deputy.pk}/" if deputy.active and deputy.studio else ""


def public_profile(deputy: Deputy) -> dict[str, Any]:
    """Return name, congresses, constituency, occupation, studio: what hangs on the studio's wall. No phone, no
    account."""
    mandates = deputy.mandates.filter(ended_on=None, term__starts_on__isnull=False).select_related("term")
    studio = deputy.studio
    return {
        "name": deputy.name,
        "sex": deputy.get_sex_display(),
        "ethnic_group": deputy.ethnic_group,
        "occupation": deputy.occupation,
        "seats": [row.title for row in mandates],
        "county": str(deputy.township.county),
        "township": str(deputy.township),
        "studio": studio and studio.name,
        "opening_hours": studio.hours_in_words if studio else "",
    }


def announced(studio: Studio, today: date, deputy: Deputy | None = None) -> list[dict[str, Any]]:
    """Return the studio's announced sessions still to come, those cancelled since with the reason, and the days from
    which announced ones were moved, each with the new day; the next first. With `deputy` only those of the deputy."""
    announced_once = Q(announced_on__isnull=False) | Q(moved_from__isnull=False)
    public = Q(state=State.ANNOUNCED) | Q(announced_once, state=State.CANCELLED)
    moved = MovedAnnouncement.objects.filter(activity__studio=studio, was_on__gte=today)
    if deputy:
        taking = Participation.objects.filter(deputy=deputy).exclude(attendance__in=Participation.FREE)
        public &= Q(pk__in=taking.values("activity"))
        moved = moved.filter(activity__in=taking.values("activity"))
    rows = Activity.objects.filter(public, studio=studio, on__gte=today).distinct()
    shown = _sessions(list(rows.select_related("studio", "township").order_by("on", "half", "pk")))
    shown += [
        _moved(one)
        for one in moved.select_related("activity__studio", "activity__township")
        if not one.is_undone
    ]
    return sorted(shown, key=lambda session: session["on"])


def coming(studios: QuerySet[Studio], today: date, most: int) -> list[dict[str, Any]]:
    """Return the next announced sessions of `studios`, at most `most`, as `announced` does; what was called off is left
    to the studio's own page."""
    rows = Activity.objects.filter(
        state=State.ANNOUNCED, on__gte=today, studio__in=studios.order_by().values("pk")
    )
    return _sessions(list(rows.select_related("studio", "township").order_by("on", "half", "pk")[:most]))


def _moved(one: MovedAnnouncement) -> dict[str, Any]:
    """Return the entry of a day from which a session was moved; of one cancelled since, that it is."""
    activity = one.activity
    cancelled = activity.state == State.CANCELLED
    return {
        "name": activity.name,
        "on": one.was_on,
        "half": one.get_was_half_display(),
        "where": activity.where,
        "cancelled": cancelled,
        "reason": activity.cancel_reason if cancelled else "",
        "moved_to": None if cancelled else activity.on,
        "moved_half": activity.get_half_display(),
    }


def _sessions(rows: list[Activity]) -> list[dict[str, Any]]:
    named = Participation.objects.filter(activity__in=rows).exclude(attendance__in=Participation.FREE)
    names: dict[int, list[str]] = {}
    for activity, name in named.order_by("pk").values_list("activity", "deputy__name"):
        names.setdefault(activity, []).append(name)
    return [
        {
            "key": activity.pk,
            "announced_on": activity.announced_on,
            "studio": activity.studio,
            "name": activity.name,
            "on": activity.on,
            "half": activity.get_half_display(),
            "hours": activity.hours,
            "where": activity.where,
            "deputies": names.get(activity.pk, []),
            "cancelled": activity.state == State.CANCELLED,
            "reason": activity.cancel_reason,
        }
        for activity in rows
    ]
