"""Open opinions follow when their township merges or splits; ended ones keep the township of their day.

Number and history stay: the ledger says from where to where and by which decree. An administrator who changes
townships may count these opinions but not read them.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import OPEN
from opinions.models import Opinion
from studios.areas.change_handlers import ChangeHandler, Move

from .register import move as move_one


def _open(move: Move) -> QuerySet[Opinion]:
    rows = Opinion.objects.filter(township__in=move.away, status__in=OPEN)
    if not move.whole:
        of_studios = Q(studio__in=move.studios) | Q(studio__belongs_to__in=move.studios)
        rows = rows.filter(of_studios | Q(pk__in=move.returning.get("opinions", ())))
    return rows.order_by("number")  # the order in which several opinions are locked


def _move(move: Move, *, at: datetime, by: Any, why: dict) -> int:
    moved = list(_open(move).values_list("number", flat=True))
    for number in moved:
        move_one(number, township=move.to, why=why)
    return len(moved)


HANDLER = ChangeHandler("opinions", _("open opinions"), _open, _move, named=False)
