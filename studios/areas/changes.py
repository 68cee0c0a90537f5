"""The only writer of mergers, renamings and splits of townships (撤乡并镇): each wholly or not at all.

A merger that was wrong is undone (undoing.py); both stay on record (ADR 0017).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from studios.errors import Refused, Stale
from studios.models import AreaChange, County, Membership, Role, Township
from studios.permissions.scope import scope_of

from .change_handlers import HANDLERS, Move
from .parser import is_code, kind_of

NAMES_SHOWN = 40
# Called with every change, in its transaction; apps above add theirs in AppConfig.ready().
RECORDED: list[Callable[[AreaChange], None]] = []


@dataclass(frozen=True)
class NewUnit:
    code: str
    name: str


@dataclass(frozen=True)
class Decree:
    """On whose word: the decree's number, the day from which it holds, and who enters it when."""

    number: str
    on: date
    by: User | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class PreviewRow:
    """What one handler would move: how many, and the first names."""

    label: str | Promise
    count: int
    names: list
    more: int


def preview(move: Move) -> list[PreviewRow]:
    """Return exactly what would move now, by the same rows that will."""
    shown = []
    for handler in HANDLERS:
        rows = handler.rows(move)
        count = rows.count()
        names = [str(row) for row in rows[:NAMES_SHOWN]] if handler.named else []
        shown.append(PreviewRow(handler.label, count, names, count - len(names) if names else 0))
    return shown


def fingerprint(*moves: Move) -> str:
    """Return the digest of the rows that would move: what was shown and what is done are the same or the change is
    refused. More of what arrives at any moment does not count."""
    digest = hashlib.sha256()
    for move in moves:
        for handler in (one for one in HANDLERS if not one.arriving):
            keys = sorted(str(pk) for pk in handler.rows(move).values_list("pk", flat=True))
            digest.update(f"{handler.code}:{','.join(keys)};".encode())
    return digest.hexdigest()


@transaction.atomic
def merge(
    *, county: str, away: Iterable[str], to: str | NewUnit, decree: Decree, expect: str = ""
) -> AreaChange:
    """End the townships `away` (codes) and let `to` (the code of a township in force, or a NewUnit) take over.

    `expect` is the fingerprint of the preview the person saw: Stale when something moved since. Entering the same
    merger again changes nothing and returns what stands. Raises Refused for what cannot be.
    """
    place = lock(county, decree)
    away, target = sorted(set(away)), to.code if isinstance(to, NewUnit) else to
    if done := _entered(AreaChange.Kind.MERGE, county, decree, away, target):
        return done
    leaving = [_in_force(code, county, decree.on) for code in away]
    if not leaving:
        raise Refused(_("Choose at least one township that ends."), "away")
    if target in away:
        raise Refused(_("The successor cannot be one of those that end."), "to")
    if isinstance(to, NewUnit):
        staying, successor = [], _found(to, place, decree.on, ending=leaving)
    else:
        successor = _in_force(to, county, decree.on, "to")
        staying = [successor]
    move = Move(tuple(away), successor)
    _check_expected(move, expect)
    before = units([*leaving, *staying])
    kept = _kept(move)
    Township.objects.filter(pk__in=away).update(valid_to=decree.on, successor=successor)
    # Those merged before are looked after by the unit in force: never a chain (ADR 0017).
    Township.objects.filter(successor__in=away).update(successor=successor)
    return record(AreaChange.Kind.MERGE, place, decree, before, [successor], [move], kept=kept)


@transaction.atomic
def rename(*, county: str, township: str, name: str, decree: Decree) -> AreaChange:
    """Give the same unit another name (and kind, when 乡 becomes 镇); earlier records keep the name of their day.

    Entering the same renaming again changes nothing. Raises Refused for what cannot be.
    """
    place, name = lock(county, decree), name.strip()
    if done := _entered(AreaChange.Kind.RENAME, county, decree, [township], township, name=name):
        return done
    unit = _in_force(township, county, decree.on, "township")
    before = units([unit])
    kind = _kind_of(unit.pk, name, place, leaving=[unit])
    if name == unit.name:
        raise Refused(_("It has this name already."), "name")
    unit.former_names = [*unit.former_names, {"name": unit.name, "until": decree.on.isoformat()}]
    unit.name, unit.kind = name, kind
    unit.save(update_fields=["name", "kind", "former_names"])
    return record(AreaChange.Kind.RENAME, place, decree, before, [unit], [])


@transaction.atomic
def split(
    *,
    county: str,
    township: str,
    new: NewUnit,
    decree: Decree,
    studios: Iterable[int] = (),
    villages: Iterable[str] = (),
    accounts: Iterable[int] = (),
    expect: str = "",
) -> AreaChange:
    """Cut a new unit out of a township that stays. The chosen studios go with their deputies, homes and open
    opinions; the chosen accounts work for both."""
    place = lock(county, decree)
    if done := _entered(AreaChange.Kind.SPLIT, county, decree, [township], new.code):
        return done
    unit = _in_force(township, county, decree.on, "township")
    move = Move(
        (unit.pk,), _found(new, place, decree.on), False, tuple(studios), tuple(villages), tuple(accounts)
    )
    _check_expected(move, expect)
    before = units([unit])
    return record(AreaChange.Kind.SPLIT, place, decree, before, [unit, move.to], [move])


def lock(code: str, decree: Decree) -> County:
    """Lock the county's row, so that changes follow each other without holding up anybody who records something
    there. An administrator's area must hold the whole county."""
    by = decree.by
    if by is not None:
        scope = scope_of(by)
        if not scope.has(Role.ADMINISTRATOR):
            raise PermissionDenied(_("An administrator changes townships."))
        if not any(len(p) <= 6 and code.startswith(p) for p in scope.prefixes(Role.ADMINISTRATOR)):
            raise County.DoesNotExist
    if not decree.number.strip():
        raise Refused(_("Give the decree's number."), "decree")
    if decree.on > timezone.localdate(decree.at):
        raise Refused(_("A change is entered once it is in force; this day lies in the future."), "on")
    return County.objects.select_for_update(no_key=True).get(pk=code)


def _entered(
    kind: str, county: str, decree: Decree, before: Iterable[str], after: str, name: str = ""
) -> AreaChange | None:
    """Return the same change, entered before: a second click, or a second person."""
    for change in AreaChange.objects.standing().filter(
        county=county, kind=kind, on=decree.on, decree=decree.number.strip()
    ):
        codes = {unit["code"] for unit in change.before}
        named = not name or change.after[0]["name"] == name
        if set(before) <= codes and change.after[-1]["code"] == after and named:
            return change
    return None


def _in_force(code: str, county: str, on: date, field: str = "away") -> Township:
    """Lock and return a township of the county that can still change on that day."""
    unit = Township.objects.select_for_update(of=("self",), no_key=True).filter(pk=code).first()
    if unit is None or unit.county_id != county:
        raise Refused(_("All of them must lie in the county."), field)
    if not unit.counted:
        raise Refused(_("%s is no township and cannot be merged, renamed or split.") % unit, field)
    if unit.valid_to:
        raise Refused(_("%(name)s ended on %(day)s.") % {"name": unit, "day": unit.valid_to}, field)
    if unit.valid_from and on <= unit.valid_from:
        raise Refused(_("%(name)s exists since %(day)s only.") % {"name": unit, "day": unit.valid_from}, "on")
    return unit


def _found(new: NewUnit, county: County, on: date, ending: Iterable[Township] = ()) -> Township:
    """Create a new unit: inside the transaction, so that a preview may make one and roll it back."""
    if not is_code(new.code, 9) or not new.code.startswith(county.pk):
        raise Refused(_("This is no code of a township in the county."), "code")
    # One in force on no day came and went with a merger that was undone: its code is free again.
    undone = Q(valid_to__isnull=False, valid_from=F("valid_to"))
    if Township.objects.filter(pk=new.code).exclude(undone).exists():
        raise Refused(_("This code is taken; a new unit has a code of its own."), "code")
    facts = {"county": county, "name": new.name, "kind": _kind_of(new.code, new.name, county, leaving=ending)}
    ended = {"valid_from": on, "valid_to": None, "successor": None}
    return Township.objects.update_or_create(code=new.code, defaults=facts | ended)[0]


def _kind_of(code: str, name: str, county: County, leaving: Iterable[Township]) -> str:
    kind = kind_of(code, name)
    if kind == Township.Kind.OTHER:
        raise Refused(_("The name of a township ends with 镇, 乡 or 街道."), "name")
    same = (
        Township.objects.current()
        .filter(county=county, name=name)
        .exclude(pk__in=[unit.pk for unit in leaving])
    )
    if same.exists():
        raise Refused(_("Another township of the county has this name."), "name")
    return kind


def _check_expected(move: Move, expect: str) -> None:
    if expect and fingerprint(move) != expect:
        raise Stale(move, _("Something has changed since the preview: look at it again."))


def units(townships: Iterable[Township]) -> list[dict[str, str]]:
    """Return codes and names of the day, as a change keeps them."""
    return [{"code": unit.pk, "name": unit.name} for unit in townships]


def _kept(move: Move) -> dict[str, Any]:
    """Return what each township has before the merger, for the day on which it is undone: the keys of what moves, the
    accounts with their role, also those of the successor, and the townships that were merged into it before."""
    had: dict[str, Any] = {move.to.pk: {}}
    for code in move.away:
        one = replace(move, away=(code,))
        had[code] = {f.code: list(f.rows(one).values_list("pk", flat=True)) for f in HANDLERS}
        had[code]["predecessors"] = list(Township.objects.filter(successor=code).values_list("pk", flat=True))
    for code, what in had.items():
        roles = Membership.objects.filter(area_code=code).order_by("pk").values_list("user", "role")
        what["memberships"] = [list(pair) for pair in roles]
    return had


def record(
    kind: str,
    county: County,
    decree: Decree,
    before: list[dict[str, str]],
    after: Iterable[Township],
    moves: Iterable[Move],
    **more: Any,
) -> AreaChange:
    """Move what follows, record what was done with the names of the day and tell the people; `more` are further
    columns."""
    at, number = decree.at or timezone.now(), decree.number.strip()
    why = {"rule": "township", "kind": str(kind), "decree": number, "on": decree.on.isoformat()}
    moved: dict[str, int] = {}
    for move in moves:
        for f in HANDLERS:
            moved[f.code] = moved.get(f.code, 0) + f.go(move, at=at, by=decree.by, why=why)
    change = AreaChange.objects.create(
        county=county,
        kind=kind,
        on=decree.on,
        decree=number,
        before=before,
        after=units(after),
        moved=moved,
        at=at,
        by=decree.by,
        **more,
    )
    audit.record(
        AccessRecord.Action.SET,
        by=decree.by,
        subject=str(change),
        area_code=county.pk,
        details={"moved": moved},
    )
    for told in RECORDED:
        told(change)
    return change
