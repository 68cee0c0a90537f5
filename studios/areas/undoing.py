"""The only writer that undoes a merger of townships: what each had goes back to it, as if it had never been merged.

Only a merger can be undone, once, and not before a later one of the same successor is. What was entered in the
successor since stays there, unless the merger had founded it: then one of the townships takes it over. What has ended
meanwhile keeps the township in which it ended (ADR 0017).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from studios.errors import Refused, Stale
from studios.models import AreaChange, Membership, Role, Township

from .change_handlers import Move
from .changes import Decree, fingerprint, lock, record, units

# What lies in a township in addition to the accounts, which are kept as pairs of user and role.
CHOSEN = ("deputies", "activities", "opinions")


def founded(change: AreaChange) -> bool:
    """Return whether the merger made its successor, which then ends with it."""
    return change.after[0]["code"] not in {unit["code"] for unit in change.before}


def moves_back(change: AreaChange) -> list[Move]:
    """Return what goes back, township by township. Raises Refused where the merger cannot be undone."""
    if change.kind != AreaChange.Kind.MERGE:
        raise Refused(_("Only a merger can be undone; a renaming or split is followed by a further change."))
    if not change.kept:
        raise Refused(_("What this merger moved was not kept yet; put it right by a further change."))
    successor = Township.objects.get(pk=change.after[0]["code"])
    if successor.valid_to:
        raise Refused(_("%s has been merged itself since: undo that first.") % successor)
    away = [code for code in change.kept if code != successor.pk]
    former = list(Township.objects.filter(pk__in=away, successor=successor).order_by("code"))
    taken = Township.objects.current().filter(
        county=change.county_id, name__in=[unit.name for unit in former]
    )
    if founded(change):
        taken = taken.exclude(pk=successor.pk)
    if name := taken.first():
        raise Refused(_("Another township of the county is called %s by now.") % name)
    day = timezone.localdate(change.at)
    return [_move_back(change, successor, unit, day) for unit in former]


def _move_back(change: AreaChange, successor: Township, unit: Township, day: date) -> Move:
    had: dict[str, Any] = change.kept[unit.pk]
    pairs = {(user, role) for user, role in had["memberships"]}
    held = Membership.objects.filter(area_code=successor.pk).values_list("pk", "user", "role")
    return Move(
        (successor.pk,),
        unit,
        whole=False,
        studios=(*had["studios"], *had["homes"]),
        villages=tuple(had["villages"]),
        returning={name: tuple(had[name]) for name in CHOSEN}
        | {"memberships": tuple(pk for pk, user, role in held if (user, role) in pairs)},
        undoes=day,
    )


@transaction.atomic
def undo(
    change: AreaChange, *, by: User, reason: str, rest: str = "", expect: str = "", at: datetime | None = None
) -> AreaChange:
    """Undo the merger, and return the record of that; a second time changes nothing and returns the first.

    `reason` is kept in place of a decree's number; `expect` is the fingerprint of the moves that the person saw. Raises
    Refused for what cannot be, Stale when something moved since.
    """
    at = at or timezone.now()
    decree = Decree(reason, timezone.localdate(at), by, at)
    county = lock(change.county_id, decree)
    if done := AreaChange.objects.filter(undoes=change).first():
        return done
    seen = moves_back(change)
    if expect and fingerprint(*seen) != expect:
        raise Stale(seen, _("Something has changed since the preview: look at it again."))
    former = [move.to for move in seen]
    if founded(change) and rest not in {unit.pk for unit in former}:
        raise Refused(_("Choose the township that takes over what was entered since."), "rest")
    successor = Township.objects.select_for_update(no_key=True).get(pk=change.after[0]["code"])
    before = units([successor])
    _restore(change, former)
    heir = next((unit for unit in former if unit.pk == rest), None) if founded(change) else None
    after = former if heir else [*former, successor]
    moves = _in_order(change, seen, successor, heir)
    done = record(AreaChange.Kind.UNDO, county, decree, before, after, moves, undoes=change)
    if heir:
        Township.objects.filter(successor=successor).update(successor=heir)
        # Ended on its first day: it was in force on none.
        Township.objects.filter(pk=successor.pk).update(valid_to=successor.valid_from, successor=heir)
    return done


def _in_order(
    change: AreaChange, back: list[Move], successor: Township, heir: Township | None
) -> Iterable[Move]:
    """Yield what goes back; then end what people held through the merger; then empty a successor that ends."""
    yield from back
    _end_what_came_with_it(change, successor)
    if heir:
        yield Move((successor.pk,), heir, undoes=timezone.localdate(change.at))


def _restore(change: AreaChange, former: list[Township]) -> None:
    """Put the townships in force again, and give back to each those that had been merged into it before."""
    for unit in former:
        Township.objects.filter(pk=unit.pk).update(valid_to=None, successor=None)
        earlier = change.kept[unit.pk]["predecessors"]
        Township.objects.filter(pk__in=earlier, successor=change.after[0]["code"]).update(successor=unit)


def _end_what_came_with_it(change: AreaChange, successor: Township) -> None:
    """End the memberships over the successor that people hold only since their township was merged into it."""
    before = {tuple(pair) for pair in change.kept[successor.pk]["memberships"]}
    came = {
        tuple(pair)
        for code, had in change.kept.items()
        if code != successor.pk
        for pair in had["memberships"]
    }
    for row in Membership.objects.filter(area_code=successor.pk):
        if (row.user_id, row.role) in came - before:
            row.delete()


def may_undo(change: AreaChange, user: User) -> bool:
    """Return whether the page offers to undo it: a merger that stands, to an administrator of the whole county."""
    rows = AreaChange.objects.visible_to(user, Role.ADMINISTRATOR).standing()
    return rows.filter(pk=change.pk, kind=AreaChange.Kind.MERGE).exists()
