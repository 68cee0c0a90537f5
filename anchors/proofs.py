"""The proof that a record was anchored: its leaf, the way from it up to the signed root, and that anchor's line."""

from dataclasses import dataclass
from typing import Any

from .models import BLOCK, Anchor, Block, Leaf
from .services import leaf_hashes
from .tree import node_hash, path, root_of, split


@dataclass(frozen=True)
class Proof:
    """One leaf under one anchor."""

    leaf: Leaf
    anchor: Anchor
    path: list[str]

    def content(self) -> dict[str, Any]:
        """Return the proof as anybody can check it without this program (static/check_proof.py)."""
        place, line = self.leaf.place, self.anchor.line
        return {"leaf": str(self.leaf), "place": place, "path": self.path, "anchor": line}


def proofs(kind: str, key: str) -> list[Proof]:
    """Return the proofs of a record: each of its leaves under the first anchor over it, oldest first, and the newest
    leaf under the latest anchor too. Empty where nothing is anchored yet."""
    leaves = list(Leaf.objects.filter(kind=kind, key=key).order_by("place"))
    latest = Anchor.objects.last()
    if latest is None or not leaves:
        return []
    found = []
    for leaf in leaves:
        first = Anchor.objects.filter(size__gt=leaf.place).order_by("pk").first()
        if first is not None:
            found.append(_proof(leaf, first))
    if found and found[-1].anchor != latest:
        found.append(_proof(leaves[-1], latest))
    return found


def _proof(leaf: Leaf, anchor: Anchor) -> Proof:
    roots = {
        number * BLOCK: bytes.fromhex(root)
        for number, root in Block.objects.filter(number__lt=anchor.size // BLOCK).values_list(
            "number", "root"
        )
    }

    read: dict[int, list[bytes]] = {}

    def subtree(start: int, end: int) -> bytes:
        if end - start == BLOCK and start in roots:
            return roots[start]
        if end - start > BLOCK:
            middle = start + split(end - start)
            return node_hash(subtree(start, middle), subtree(middle, end))
        first = start // BLOCK * BLOCK
        if first not in read:
            read[first] = leaf_hashes(first, min(first + BLOCK, anchor.size))
        return root_of(read[first][start - first : end - first])

    return Proof(leaf, anchor, [digest.hex() for digest in path(leaf.place, anchor.size, subtree)])
