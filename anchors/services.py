"""Anchoring: what changed since the last anchor becomes leaves, and the root over all leaves a signed line."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils import timezone

from common.db.database import copy_rows, supports_copy
from common.db.joins import join_whole_tables

from .models import BLOCK, Anchor, Block, Leaf, spelled
from .signing import make_line
from .tree import Growing, leaf_hash, root_of

AT_ONCE = 20 * BLOCK
# kind, key, count, head
LeafValues = tuple[str, str, int, str]


def changed(
    kind: str, rows: QuerySet, *, key: str | Combinable, count: str | Combinable, head: str | Combinable
) -> Iterator[LeafValues]:
    """Yield the leaves of those of `rows` that have none yet for what they are now. `key`, `count` and `head` are
    columns, or expressions over them."""
    key, count, head = (F(one) if isinstance(one, str) else one for one in (key, count, head))
    text = CharField(max_length=64)
    rows = rows.order_by().annotate(leaf_key=Cast(key, text), leaf_count=count, leaf_head=Cast(head, text))
    known = Leaf.objects.filter(
        kind=kind, key=OuterRef("leaf_key"), count=OuterRef("leaf_count"), head=OuterRef("leaf_head")
    )
    rows = rows.filter(~Exists(known)).annotate(leaf_kind=Value(kind))
    values = rows.values_list("leaf_kind", "leaf_key", "leaf_count", "leaf_head")
    # SQLite must have read all before it is written to.
    yield from values.iterator(chunk_size=5000) if supports_copy() else list(values)


def anchor(sources: Iterable[Iterable[LeafValues]], *, now: datetime | None = None) -> Anchor:
    """Add the leaves of all `sources` to the tree, sign its root, and write the line into the file; returns the anchor.

    Two runs at the same time: the second fails on the key of a leaf, and nothing of it is written.
    """
    now = now or timezone.now()
    with transaction.atomic():
        join_whole_tables()
        last = Anchor.objects.last()
        tree, rest = _tree_so_far(last.size if last else 0)
        for source in sources:
            _append(tree, rest, iter(source))
        line = make_line(size=tree.size, root=tree.root(), at=now, previous=last.line if last else "")
        made = Anchor.objects.create(size=tree.size, root=tree.root().hex(), at=now, line=line)
    write_file()
    return made


def _tree_so_far(size: int) -> tuple[Growing, list[bytes]]:
    """Return the tree of the first `size` leaves, and the hashes of those that fill no block yet."""
    tree, whole = Growing(), size // BLOCK
    for root in Block.objects.filter(number__lt=whole).order_by("number").values_list("root", flat=True):
        tree.append(bytes.fromhex(root), BLOCK)
    rest = leaf_hashes(whole * BLOCK, size)
    for digest in rest:
        tree.append(digest)
    return tree, rest


def leaf_hashes(start: int, end: int) -> list[bytes]:
    """Return the hashes of the leaves from `start` to before `end`, as they are stored now."""
    rows = Leaf.objects.filter(place__gte=start, place__lt=end).order_by("place")
    return [leaf_hash(spelled(*row).encode()) for row in rows.values_list("kind", "key", "count", "head")]


def _append(tree: Growing, rest: list[bytes], values: Iterator[LeafValues]) -> None:
    place = tree.size
    while some := list(islice(values, AT_ONCE)):
        _write([(place + after, *value) for after, value in enumerate(some)])
        blocks = []
        for value in some:
            rest.append(leaf_hash(spelled(*value).encode()))
            tree.append(rest[-1])
            place += 1
            if len(rest) == BLOCK:
                blocks.append(Block(number=place // BLOCK - 1, root=root_of(rest).hex()))
                rest.clear()
        Block.objects.bulk_create(blocks)


def _write(rows: list[tuple[int, str, str, int, str]]) -> None:
    if supports_copy():
        copy_rows(Leaf._meta.db_table, "place, kind, key, count, head", rows)
    else:
        Leaf.objects.bulk_create(
            [Leaf(place=p, kind=kind, key=key, count=count, head=head) for p, kind, key, count, head in rows]
        )


def file() -> Path:
    """Return where the lines are kept outside the database."""
    return Path(settings.ANCHORS_FILE)


def file_lines() -> list[str]:
    """Return the lines of the file; empty where there is none."""
    return file().read_text().splitlines() if file().exists() else []


def write_file() -> None:
    """Append the lines that the file has not got yet, however many nights it could not be written."""
    there = len(file_lines())
    lines = list(Anchor.objects.values_list("line", flat=True)[there:])
    file().parent.mkdir(parents=True, exist_ok=True)
    with file().open("a") as out:
        out.writelines(f"{line}\n" for line in lines)
        out.flush()
        os.fsync(out.fileno())
