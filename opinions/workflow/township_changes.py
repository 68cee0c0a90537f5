"""Open opinions follow when their township merges or splits; ended ones keep the township of their day.

Number and history stay: the ledger says from where to where and by which decree. An administrator who changes
townships may count these opinions but not read them.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions.lifecycle.statuses import OPEN
from opinions.models import Opinion
from studios.areas.change_handlers import ChangeHandler, Move

from . import number_series
from .batching import batch_writes
from .register import move as move_one
from .transition import prelock
from .unit_of_work import reuse_locked_rows

BATCH = 100


def _open(move: Move) -> QuerySet[Opinion]:
    rows = Opinion.objects.filter(township__in=move.away, status__in=OPEN)
    if not move.whole:
        of_studios = Q(studio__in=move.studios) | Q(studio__belongs_to__in=move.studios)
        rows = rows.filter(of_studios | Q(pk__in=move.returning.get("opinions", ())))
    return rows.order_by("number")  # the order in which several opinions are locked


def _move(move: Move, *, at: datetime, by: Any, why: dict) -> int:
    """Move what is open, then, while no number is given in the county, what came in meanwhile. Those who register
    hardly wait, and what gets its number later is registered in the unit in force."""
    moved = _move_open(move, why)
    number_series.hold(move.to.county_id, timezone.localdate(at).year)
    return moved + _move_open(move, why)


def _move_open(move: Move, why: dict) -> int:
    numbers = list(_open(move).values_list("number", flat=True))
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        with batch_writes(), reuse_locked_rows():
            prelock(part, SYSTEM)
            for number in part:
                move_one(number, township=move.to, why=why)
    return len(numbers)


# People go on registering between the preview and the change, and nothing is decided about single opinions.
HANDLER = ChangeHandler("opinions", _("open opinions"), _open, _move, named=False, arriving=True)
