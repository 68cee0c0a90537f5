"""What of this app follows when townships merge or split: deputies sit for the unit in force, and what is still to
come of their activities takes place there. What was held stays where it was held."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from studios.areas.change_handlers import ChangeHandler, Move, keep_former, returning

from .models import Activity, Deputy, DeputyFormerTownship
from .models.activities import COMING


def _of_studios(move: Move, rows: QuerySet, going: Q) -> QuerySet:
    """Keep, in a split, only what belongs to the studios that leave; of a merger undone also what is `going` back."""
    if move.whole:
        return rows
    return rows.filter(Q(studio__in=move.studios) | Q(studio__belongs_to__in=move.studios) | going)


def _deputies(move: Move) -> QuerySet:
    going = returning(move, move.returning.get("deputies", ()))
    rows = _of_studios(move, Deputy.objects.filter(township__in=move.away), going)
    return rows.order_by("name_pinyin", "id")


def _activities(move: Move) -> QuerySet:
    rows = Activity.objects.filter(township__in=move.away)
    if move.undoes:  # what its studios held meanwhile was held in their own township
        rows = rows.filter(on__gte=move.undoes)
    else:
        rows = rows.filter(state__in=COMING, on__gte=timezone.localdate())
    return _of_studios(move, rows, Q(pk__in=move.returning.get("activities", ()))).order_by("on", "id")


def _moves(rows: Callable[[Move], QuerySet]) -> Callable[..., int]:
    def go(move: Move, *, at: datetime, by: User | None, why: dict[str, Any]) -> int:
        return rows(move).order_by().update(township=move.to)

    return go


def _move_deputies(move: Move, *, at: datetime, by: User | None, why: dict[str, Any]) -> int:
    moving = _deputies(move).order_by()
    keep_former(DeputyFormerTownship, moving, move, at)
    return moving.update(township=move.to)


CHANGE_HANDLERS = [
    ChangeHandler("deputies", _("deputies"), _deputies, _move_deputies),
    ChangeHandler("activities", _("activities to come"), _activities, _moves(_activities)),
]
