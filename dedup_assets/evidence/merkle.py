"""Merkle trees as RFC 9162 (section 2.1) hashes them, over a stream of leaves with memory of its logarithm.

Put here hashing and proofs. Keep out what a leaf is made of (``leaves.py``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# The root of a tree without leaves: the digest of nothing (RFC 9162, 2.1.1).
EMPTY = hashlib.sha256().digest()

Side = Literal["left", "right"]


def leaf_hash(data: bytes) -> bytes:
    """The digest of a leaf: sha256 over a zero byte and its data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The digest of an inner node: sha256 over a one byte and the digests of its children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Tree:
    """A tree that grows leaf by leaf. It keeps one digest for each whole subtree at its right edge."""

    size: int = 0
    _edge: list[tuple[int, bytes]] = field(default_factory=list)  # leaves below, digest; the largest first

    def add(self, leaf: bytes) -> None:
        """Add a leaf by its digest."""
        self.size += 1
        count = 1
        while self._edge and self._edge[-1][0] == count:
            leaf = node_hash(self._edge.pop()[1], leaf)
            count *= 2
        self._edge.append((count, leaf))

    def root(self) -> bytes:
        """The digest of the whole tree."""
        if not self._edge:
            return EMPTY
        whole = self._edge[-1][1]
        for _, digest in reversed(self._edge[:-1]):
            whole = node_hash(digest, whole)
        return whole


def siblings(index: int, size: int) -> list[tuple[Side, int, int]]:
    """The subtrees beside the way from leaf ``index`` to the root, from the leaf up: side, first leaf, end.

    RFC 9162, 2.1.3.1. Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    first, end = 0, size
    found: list[tuple[Side, int, int]] = []
    while end - first > 1:
        # The largest power of two below the number of leaves.
        middle = first + (1 << (end - first - 1).bit_length() - 1)
        if index < middle:
            found.append(("right", middle, end))
            end = middle
        else:
            found.append(("left", first, middle))
            first = middle
    return found[::-1]


def inclusion_path(leaves: Iterable[bytes], index: int, size: int) -> list[bytes]:
    """The inclusion proof of leaf ``index``: digests of the subtrees of ``siblings``, from one pass over the leaves.

    Raises ValueError when there is no such leaf, or when ``leaves`` are not ``size``.
    """
    places = siblings(index, size)
    trees = {first: Tree() for _, first, _ in places}
    current = Tree()  # collects the leaf itself, which is in no subtree beside its way
    seen = 0
    for leaf in leaves:
        if seen in trees:
            current = trees[seen]
        elif seen == index:
            current = Tree()
        current.add(leaf)
        seen += 1
    if seen != size:
        raise ValueError(f"there are {seen} leaves, not {size}")
    return [trees[first].root() for _, first, _ in places]


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2).

    Raises ValueError when the path is not as long as the way from that leaf.
    """
    places = siblings(index, size)
    if len(places) != len(path):
        raise ValueError(f"the way from leaf {index} of {size} has {len(places)} steps, not {len(path)}")
    return root_along(leaf, [(side, other) for (side, _, _), other in zip(places, path, strict=True)])


def root_along(leaf: bytes, steps: Iterable[tuple[Side, bytes]]) -> bytes:
    """The root above a leaf, from the digests beside its way and the sides that they stand on."""
    for side, other in steps:
        leaf = node_hash(other, leaf) if side == "left" else node_hash(leaf, other)
    return leaf
