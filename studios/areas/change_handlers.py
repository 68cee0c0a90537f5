"""What moves when townships merge or split, and with whom. Apps above add theirs in AppConfig.ready():

    change_handlers.HANDLERS.append(ChangeHandler(...))

Each says which rows of its app belong to those that leave, and moves them inside the caller's transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from studios import history
from studios.models import FormerTownship, Membership, Studio, StudioFormerTownship, Township, Village


@dataclass(frozen=True)
class Move:
    """From the townships `away` to `to`. A merger moves everything; a split only the chosen `studios` with what
    belongs to them, the chosen `villages`, and gives the chosen `accounts` the new unit in addition to the old.

    A merger is undone like a split, which takes also the rows of `returning` ({code of a handler: keys}); `undoes` is
    the day on which the merger was entered."""

    away: tuple[str, ...]
    to: Township
    whole: bool = True
    studios: tuple[int, ...] = ()
    villages: tuple[str, ...] = ()
    accounts: tuple[int, ...] = ()
    returning: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    undoes: date | None = None


@dataclass(frozen=True)
class ChangeHandler:
    """`rows(move)` is what would move now; `go(move, at=, by=, why=)` moves it and says how many. `why` is kept where
    the app keeps reasons. `named` False: rows that those who merge townships may count but not read. `arriving`: more
    come in at any moment, which is no reason to look at the preview again."""

    code: str
    label: str | Promise
    rows: Callable[[Move], QuerySet]
    go: Callable[..., int]
    named: bool = True
    arriving: bool = False


def keep_former(model: type[FormerTownship], rows: QuerySet, move: Move, at: datetime) -> None:
    """Keep, as rows of `model`, where `rows` were until now. What a merger moved and goes back was never elsewhere: the
    row that the merger wrote is deleted. A unit that ends with its merger was in force on no day and is not kept."""
    written: Any = model
    went = (
        written.objects.filter(township=move.to, until=move.undoes) if move.undoes else written.objects.none()
    )
    back = list(went.filter(of__in=rows.order_by()).values_list("of", flat=True))
    if not (move.undoes and move.whole):
        model.keep(rows.exclude(pk__in=back), at)
    went.filter(of__in=back).delete()


def returning(move: Move, keys: Iterable[int]) -> Q:
    """Return the condition for the rows among `keys` that a move takes; in an undoing without those that were moved
    again after the merger, which stay where they were put."""
    return Q(pk__in=keys) & ~Q(former_townships__until__gt=move.undoes) if move.undoes else Q(pk__in=keys)


def _studios(move: Move, kind: str) -> QuerySet:
    rows = Studio.objects.filter(township__in=move.away, kind=kind)
    if not move.whole:
        rows = rows.filter(returning(move, move.studios) | Q(belongs_to__in=move.studios))
    return rows.order_by("township", "name_pinyin", "id")


def _follow_studios(kind: str) -> Callable[..., int]:
    def go(move: Move, *, at: datetime, by: User | None, why: dict) -> int:
        rows = list(_studios(move, kind).select_related("township").select_for_update(of=("self",)))
        moving = Studio.objects.filter(pk__in=[row.pk for row in rows])
        keep_former(StudioFormerTownship, moving, move, at)
        moving.update(township=move.to, version=F("version") + 1)
        for row in rows:
            history.note(row, "moved", by=by, changes={"township": [row.township.name, move.to.name]})
        return len(rows)

    return go


def _villages(move: Move) -> QuerySet:
    rows = Village.objects.filter(township__in=move.away)
    return (rows if move.whole else rows.filter(pk__in=move.villages)).order_by("code")


def _move_villages(move: Move, *, at: datetime, by: User | None, why: dict[str, Any]) -> int:
    return _villages(move).update(township=move.to)


def _memberships(move: Move) -> QuerySet:
    rows = Membership.objects.filter(area_code__in=move.away).select_related("user")
    if not move.whole:
        rows = rows.filter(Q(user__in=move.accounts) | Q(pk__in=move.returning.get("memberships", ())))
    return rows.order_by("user__username", "role")


def _move_memberships(move: Move, *, at: datetime, by: User | None, why: dict[str, Any]) -> int:
    """Move the memberships; in a split the old one stays: those accounts work for both.

    Of a merger undone, `undoing.undo` then ends what they held only through it."""
    rows = list(_memberships(move))
    held = set(Membership.objects.filter(area_code=move.to.pk).values_list("user", "role"))
    for row in rows:
        if (row.user_id, row.role) in held:
            if move.whole:
                row.delete()
            continue
        held.add((row.user_id, row.role))
        if move.whole:
            Membership.objects.filter(pk=row.pk).update(area_code=move.to.pk)
        else:
            export = row.may_export and move.undoes is not None
            Membership.objects.create(
                user_id=row.user_id, role=row.role, area_code=move.to.pk, may_export=export
            )
    return len(rows)


def _kind(kind: str) -> Callable[[Move], QuerySet]:
    return lambda move: _studios(move, kind)


# Villages go first: a studio's village must lie in its township.
HANDLERS: list[ChangeHandler] = [
    ChangeHandler("villages", _("villages"), _villages, _move_villages),
    ChangeHandler("studios", _("liaison studios"), _kind("studio"), _follow_studios("studio")),
    ChangeHandler("homes", _("deputies' homes"), _kind("home"), _follow_studios("home")),
    ChangeHandler("memberships", _("users' memberships"), _memberships, _move_memberships),
]
