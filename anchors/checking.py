"""Verification of the anchors: file, signatures, and every root computed again from the leaves."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.joins import join_whole_tables
from common.templatetags.liaison import localdate_long

from .models import BLOCK, Anchor, Block, Leaf, spelled
from .services import file_lines
from .signing import read_line
from .tree import Growing, leaf_hash

NAMED = 20


def problems() -> list[str]:
    """Return a sentence for everything that does not hold of the anchors themselves; empty when all does."""
    stored = list(Anchor.objects.values_list("line", flat=True))
    lines = file_lines()
    wrong = _lines(lines)
    for place, (one, other) in enumerate(zip(lines, stored, strict=False), 1):
        if one != other:
            wrong.append(_("anchor %d in the database is not that of the file") % place)
            break
    if len(stored) < len(lines):
        wrong.append(_("%d anchors of the file are no longer in the database") % (len(lines) - len(stored)))
    elif len(stored) > len(lines):
        wrong.append(_("the file of anchors lacks %d that the database has") % (len(stored) - len(lines)))
    return wrong + _roots(lines or stored)


def _lines(lines: list[str]) -> list[str]:
    """Check signatures, order and links of the lines."""
    previous, size = "", 0
    for place, text in enumerate(lines, 1):
        try:
            line = read_line(text)
        except ValueError as error:
            return [_("anchor %(place)d of the file: %(what)s") % {"place": place, "what": error}]
        if line.previous != (hashlib.sha256(previous.encode()).hexdigest() if previous else ""):
            return [_("anchor %d of the file does not follow the one before it") % place]
        if line.size < size:
            return [_("anchor %d of the file is over fewer leaves than the one before it") % place]
        previous, size = text, line.size
    return []


def _roots(lines: list[str]) -> list[str]:
    """Compute every root again from the leaves, in one pass, and the kept roots of blocks."""
    tree, waiting = Growing(), []
    for text in lines:
        try:
            waiting.append(read_line(text))
        except ValueError:
            break
    waiting.reverse()
    blocks = dict(Block.objects.values_list("number", "root"))
    block, place = Growing(), 0
    rows = Leaf.objects.order_by("place").values_list("place", "kind", "key", "count", "head")
    for found, kind, key, count, head in rows.iterator(chunk_size=5000):
        if wrong := _reached(waiting, tree, place):
            return [wrong]
        if found != place:
            return [_("leaf %d of the anchors is gone") % place]
        digest = leaf_hash(spelled(kind, key, count, head).encode())
        tree.append(digest)
        block.append(digest)
        place += 1
        if place % BLOCK == 0:
            if blocks.get(place // BLOCK - 1) != block.root().hex():
                return [_("the kept root of the leaves up to %d was changed") % place]
            block = Growing()
    if wrong := _reached(waiting, tree, place):
        return [wrong]
    if waiting:
        return [_("leaf %d of the anchors is gone") % place]
    return []


def _reached(waiting: list[Any], tree: Growing, place: int) -> str:
    """Compare the anchors over exactly `place` leaves, the next at the end of `waiting`, and take them off."""
    while waiting and waiting[-1].size == place:
        line = waiting.pop()
        if tree.root().hex() != line.root:
            return _("what was anchored until %(day)s was changed: its root is not that of the leaves") % {
                "day": localdate_long(timezone.localdate(line.at))
            }
    return ""


def leaves_without(kind: str, row: QuerySet[Any]) -> list[tuple[str, int, str]]:
    """Return (key, count, day) of leaves for which `row` (over OuterRef of key, count and head) exists no more."""
    with transaction.atomic():
        join_whole_tables()
        gone = list(Leaf.objects.filter(~Exists(row), kind=kind).order_by("place")[:NAMED])
    return [(leaf.key, leaf.count, day_of(leaf.place)) for leaf in gone]


def day_of(place: int) -> str:
    """Return the day of the first anchor over the leaf at `place`, as people read it."""
    first = Anchor.objects.filter(size__gt=place).order_by("pk").first()
    return localdate_long(timezone.localdate(first.at)) if first else ""


def fewer_than(kind: str, count_of: Callable[[str], int | None]) -> list[tuple[str, int, int]]:
    """Return (key, anchored, now) of what only grows, of this kind, and is smaller than it was; now -1: gone."""
    highest: dict[str, int] = {}
    for key, count in Leaf.objects.filter(kind=kind).order_by("place").values_list("key", "count"):
        highest[key] = max(count, highest.get(key, 0))
    found = []
    for key, most in sorted(highest.items()):
        now = count_of(key)
        if now is None or now < most:
            found.append((key, most, -1 if now is None else now))
    return found
