"""What may already be known: a citizen's earlier opinions, and opinions whose titles are much alike.

Both only suggest. The likeness is counted, not learned, so that it can be shown: the share of pairs of
neighbouring characters that two titles have in common.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from common.crypto import phone_index
from opinions.models import Opinion
from opinions.workflow.table import OPEN

CANDIDATES = 500
WITHIN = timedelta(days=365)
SHOWN = 5
# Alike: a third of all pairs in common; or the shorter title almost part of the longer, if it is not a mere word.
ALIKE_JACCARD = 1 / 3
ALIKE_OVERLAP = 0.6
LEAST_SHARED = 3
LEAST_OVERLAP = 5
FILLER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Likeness:
    """`opinion` beside a title: `percent` of all pairs in common, and the `shared` pieces that make it so."""

    opinion: Opinion
    percent: int
    shared: list[str]


def pairs(title: str) -> set[str]:
    """The pairs of neighbouring characters of a title, without punctuation, width and case."""
    plain = FILLER.sub("", unicodedata.normalize("NFKC", title)).casefold()
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def shared_pieces(title: str, other: str) -> list[str]:
    """The longest stretches of `title` that `other` has too, longest first, at most three."""
    common = pairs(title) & pairs(other)
    plain = FILLER.sub("", unicodedata.normalize("NFKC", title)).casefold()
    pieces, piece = [], ""
    for i in range(len(plain)):
        if plain[i : i + 2] in common:
            piece = piece or plain[i]
            piece += plain[i + 1]
        elif piece:
            pieces.append(piece)
            piece = ""
    return sorted(dict.fromkeys(pieces), key=len, reverse=True)[:3]


def likeness(title: str, other: str) -> float | None:
    """The Jaccard share of common pairs, 0 to 1; None when the two are not alike."""
    mine, theirs = pairs(title), pairs(other)
    common = len(mine & theirs)
    if common < LEAST_SHARED:
        return None
    jaccard = common / len(mine | theirs)
    overlap = common / min(len(mine), len(theirs))
    contained = overlap >= ALIKE_OVERLAP and common >= LEAST_OVERLAP
    return jaccard if jaccard >= ALIKE_JACCARD or contained else None


def alike(title: str, *, user, county: str, now: datetime | None = None) -> list[Likeness]:
    """Up to SHOWN opinions of the county with a title like this one, that exist for `user`: open ones first.

    Looks at the latest CANDIDATES of the last year (one query on opinion_county_recent), so it stays quick.
    """
    if len(pairs(title)) < LEAST_SHARED:
        return []
    since = (now or timezone.now()) - WITHIN
    rows = (
        Opinion.objects.visible_to(user)
        .filter(county=county, registered_at__gte=since)
        .only("number", "title", "status", "registered_at")
        .order_by("-registered_at", "-id")[:CANDIDATES]
    )
    found = [(share, row) for row in rows if (share := likeness(title, row.title)) is not None]
    found.sort(key=lambda pair: (pair[1].status not in OPEN, -pair[0]))
    return [
        Likeness(row, round(share * 100), shared_pieces(title, row.title)) for share, row in found[:SHOWN]
    ]


def earlier(phone: str, *, user, roles) -> list[Opinion]:
    """The latest SHOWN opinions told under this number, where one of `roles` counts for `user`; newest first. They
    carry the person's roles over them (`roles_over`).

    Only roles that learn the citizen's identity belong in `roles`: a match alone says whose number it is.
    """
    return list(
        Opinion.objects.visible_to(user, *roles)
        .with_roles(user)
        .filter(phone_index=phone_index(phone))
        .exclude(phone_index="")
        .only("number", "title", "status", "registered_at", "citizen_name")
        .order_by("-registered_at")[:SHOWN]
    )
