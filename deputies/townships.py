"""Deputies follow when their township merges or splits: they sit for the unit in force."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from studios.followers import Follower, Move

from .models import Deputy


def _deputies(move: Move):
    rows = Deputy.objects.filter(township__in=move.away)
    if not move.whole:
        rows = rows.filter(Q(studio__in=move.studios) | Q(studio__belongs_to__in=move.studios))
    return rows.order_by("name_pinyin", "id")


def _move(move: Move, *, at, by, why) -> int:
    return _deputies(move).order_by().update(township=move.to)


FOLLOWER = Follower("deputies", _("deputies"), _deputies, _move)
