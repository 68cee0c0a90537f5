"""The Merkle tree of RFC 6962 (Certificate Transparency): its root and the proof that a leaf is in it. No database."""

import hashlib
from collections.abc import Callable, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows at its right end; holds one hash for each binary digit of its size, never the leaves."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []  # (leaves under it, its hash), ever smaller

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return sum(leaves for leaves, _hash in self.peaks)

    def append(self, digest: bytes, leaves: int = 1) -> None:
        """Add a leaf, or a whole subtree of `leaves` (a power of two, of which the present size is a multiple)."""
        while self.peaks and self.peaks[-1][0] == leaves:
            digest, leaves = node_hash(self.peaks.pop()[1], digest), leaves * 2
        self.peaks.append((leaves, digest))

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.peaks:
            return EMPTY
        found = self.peaks[-1][1]
        for _leaves, digest in reversed(self.peaks[:-1]):
            found = node_hash(digest, found)
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    tree = Growing()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def split(size: int) -> int:
    """Return the largest power of two below `size`: so many leaves are under the left child."""
    return 1 << (size - 1).bit_length() - 1


def path(index: int, size: int, subtree: Callable[[int, int], bytes]) -> list[bytes]:
    """Return the hashes that lead from leaf `index` up to the root of a tree of `size` leaves, the lowest first.

    `subtree(start, end)` returns the root over the leaves from `start` to before `end`.
    """
    start, found = 0, list[bytes]()
    while size > 1:
        left = split(size)
        if index < left:
            found.append(subtree(start + left, start + size))
            size = left
        else:
            found.append(subtree(start, start + left))
            start, index, size = start + left, index - left, size - left
    return found[::-1]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root to which `path` leads from the leaf hash; raises ValueError for a path of the wrong length."""
    node, last, found = index, size - 1, leaf
    for digest in path:
        if last == 0:
            raise ValueError("too long")
        if node & 1 or node == last:
            found = node_hash(digest, found)
            while node and not node & 1:  # the right end of the tree has no sibling at these heights
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, digest)
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("too short")
    return found
