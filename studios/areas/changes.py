"""The only writer of mergers, renamings and splits of townships (撤乡并镇): each wholly or not at all.

There is no undo: a change that was wrong is put right by a further change, and both stay on record (ADR 0017).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from studios.errors import Refused, Stale
from studios.models import AreaChange, County, Role, Township
from studios.permissions.scope import scope_of

from .change_handlers import HANDLERS, Move
from .parser import is_code, kind_of

NAMES_SHOWN = 40


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


def fingerprint(move: Move) -> str:
    """Return the digest of the rows that would move: what was shown and what is done are the same or the change is
    refused."""
    digest = hashlib.sha256()
    for handler in HANDLERS:
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
    place = _lock(county, decree)
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
    before = _units([*leaving, *staying])
    Township.objects.filter(pk__in=away).update(valid_to=decree.on, successor=successor)
    # Those merged before are looked after by the unit in force: never a chain (ADR 0017).
    Township.objects.filter(successor__in=away).update(successor=successor)
    return _record(AreaChange.Kind.MERGE, place, decree, before, [successor], move)


@transaction.atomic
def rename(*, county: str, township: str, name: str, decree: Decree) -> AreaChange:
    """Give the same unit another name (and kind, when 乡 becomes 镇); earlier records keep the name of their day.

    Entering the same renaming again changes nothing. Raises Refused for what cannot be.
    """
    place, name = _lock(county, decree), name.strip()
    if done := _entered(AreaChange.Kind.RENAME, county, decree, [township], township, name=name):
        return done
    unit = _in_force(township, county, decree.on, "township")
    before = _units([unit])
    kind = _kind_of(unit.pk, name, place, leaving=[unit])
    if name == unit.name:
        raise Refused(_("It has this name already."), "name")
    unit.former_names = [*unit.former_names, {"name": unit.name, "until": decree.on.isoformat()}]
    unit.name, unit.kind = name, kind
    unit.save(update_fields=["name", "kind", "former_names"])
    return _record(AreaChange.Kind.RENAME, place, decree, before, [unit], None)


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
    place = _lock(county, decree)
    if done := _entered(AreaChange.Kind.SPLIT, county, decree, [township], new.code):
        return done
    unit = _in_force(township, county, decree.on, "township")
    move = Move(
        (unit.pk,), _found(new, place, decree.on), False, tuple(studios), tuple(villages), tuple(accounts)
    )
    _check_expected(move, expect)
    before = _units([unit])
    return _record(AreaChange.Kind.SPLIT, place, decree, before, [unit, move.to], move)


def _lock(code: str, decree: Decree) -> County:
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
    for change in AreaChange.objects.filter(
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
    if Township.objects.filter(pk=new.code).exists():
        raise Refused(_("This code is taken; a new unit has a code of its own."), "code")
    kind = _kind_of(new.code, new.name, county, leaving=ending)
    return Township.objects.create(code=new.code, county=county, name=new.name, kind=kind, valid_from=on)


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


def _units(townships: Iterable[Township]) -> list[dict[str, str]]:
    return [{"code": unit.pk, "name": unit.name} for unit in townships]


def _record(
    kind: str,
    county: County,
    decree: Decree,
    before: list[dict[str, str]],
    after: Iterable[Township],
    move: Move | None,
) -> AreaChange:
    """Move what follows, and record what was done with the names of the day."""
    at, number = decree.at or timezone.now(), decree.number.strip()
    why = {"rule": "township", "kind": str(kind), "decree": number, "on": decree.on.isoformat()}
    moved = {f.code: f.go(move, at=at, by=decree.by, why=why) for f in HANDLERS} if move else {}
    change = AreaChange.objects.create(
        county=county,
        kind=kind,
        on=decree.on,
        decree=number,
        before=before,
        after=_units(after),
        moved=moved,
        at=at,
        by=decree.by,
    )
    audit.record(
        AccessRecord.Action.SET,
        by=decree.by,
        subject=str(change),
        area_code=county.pk,
        details={"moved": moved},
    )
    return change
