"""Copies that no hash of the whole picture finds (crops, captions, borders, letterboxes), from local features.

Two pictures are a candidate when at least VOTES of their features have codes within RADIUS bits and lie to one another
as in one picture (``local_votes``). The codes are searched exactly, by the same search as hashes, new against all.

What is everywhere says nothing, and its pairs grow with the square of the store. Three things are cut, each counted:
codes that very many features share (``balls``: a watermark, a stamp) are set aside; a code keeps no more than
``per_code`` of its nearest; and where even so too many comparisons are foreseen, all pictures are searched with fewer
of their features. All three depend on the store: a pair that was found stays, but one that was cut in a large store
may have been found had its pictures come earlier. Where nothing is cut, the pairs are the same in whatever order
pictures come. Mirrored copies are not found here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.images.feature_record import FEATURE, MOST_FEATURES, read_features
from dedup_assets.matching.balls import find_balls
from dedup_assets.matching.expand import expand_across
from dedup_assets.matching.hashes import WORDS, collapse
from dedup_assets.matching.keep import Caps
from dedup_assets.matching.local_votes import MOST_SHARED, count_votes
from dedup_assets.matching.search import BUDGET, find_pairs
from dedup_assets.matching.tally import Population

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedup_assets.matching.hashes import Classes

# Measured on 300 real photographs: of crops by 15 % a side 34 bits find 89 %, 36 bits 91 %; of 720,000 pairs of parts
# of unrelated photographs 55 and 67 become candidates; 36 bits take half as many comparisons again.
RADIUS = 34
# With 4, a third fewer unrelated pairs and one more of those crops in twenty lost.
VOTES = 3
# Codes near one code that it keeps: few codes of real photographs have others than those of copies near them.
PER_CODE = 32
# Codes searched at a time, as new ones against all that came before, so that the pairs of a part are held and no more.
BLOCK = 1_000_000
# No cap on all codes together: the one on each bounds a block.
_ENDLESS = 1 << 62


@dataclass(frozen=True)
class Common:
    """Pairs of pages that share features.

    Attributes:
        a, b: uint32, numbers of pages, ``a < b``, in ascending order; at least one of each pair is new.
        votes: uint16, features that agree, from VOTES to MOST_SHARED.
        codes: features searched.
        set_aside: of those, how many are everywhere and were not compared.
        features: how many of each page's features were searched at most.
        total, kept: pairs of features within the radius; all (exact), and those that may vote.
        predicted, comparisons: foreseen, and made.
    """

    a: NDArray[np.uint32]
    b: NDArray[np.uint32]
    votes: NDArray[np.uint16]
    codes: int
    set_aside: int
    features: int
    total: int
    kept: int
    predicted: int
    comparisons: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What was cut before the search, in words."""
        notes = []
        if self.features < MOST_FEATURES:
            notes.append(f"only {self.features} of {MOST_FEATURES} local features of each photograph were compared")
        if self.set_aside:
            notes.append(f"{self.set_aside:,} of {self.codes:,} local features are everywhere and were not compared")
        return tuple(notes)


def find_common(
    features: Sequence[bytes | None],
    fresh: NDArray[np.bool_],
    content: NDArray[np.int64],
    *,
    per_code: int = PER_CODE,
    threads: int | None = None,
    budget: int = BUDGET,
) -> Common:
    """Pairs of pages of different contents, at least one of them ``fresh``, that share features.

    ``features``: what ``images/features`` made of each page, None for pages that are not searched; ``fresh``: bool[n];
    ``content``: int64[n].

    Raises ValueError when some features are not whole records, SearchError when even one feature a page would take more
    than ``budget`` comparisons.
    """
    store = _read(features, fresh, content)
    most = MOST_FEATURES
    searched, aside = _thinned(store, most)
    while most > 1 and _too_many(searched, budget):
        most //= 2
        searched, aside = _thinned(store, most)
    found = [_search(part, new, per_code, threads, budget) for part, new in _blocks(searched)]
    columns = [np.concatenate(parts) for parts in zip(_NOTHING, *(each.columns for each in found), strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    return Common(
        columns[0][order].astype(np.uint32),
        columns[1][order].astype(np.uint32),
        columns[2][order].astype(np.uint16),
        codes=len(searched.owner) + aside,
        set_aside=aside,
        features=most,
        total=sum(each.total for each in found),
        kept=sum(each.kept for each in found),
        predicted=sum(each.predicted for each in found),
        comparisons=sum(each.comparisons for each in found),
    )


@dataclass(frozen=True)
class _Store:
    """Features of many pages: FEATURE[c], the page of each (int64[c]), its place in the page, and what pages are."""

    records: NDArray[np.void]
    owner: NDArray[np.int64]
    rank: NDArray[np.int64]
    fresh: NDArray[np.bool_]
    content: NDArray[np.int64]

    @property
    def words(self) -> NDArray[np.uint64]:
        """The codes, uint64[c, 4]."""
        return np.ascontiguousarray(self.records["code"]).view(">u8").astype(np.uint64).reshape(-1, WORDS)

    def only(self, chosen: NDArray[np.bool_]) -> _Store:
        """The store with the chosen features only."""
        return replace(self, records=self.records[chosen], owner=self.owner[chosen], rank=self.rank[chosen])


@dataclass(frozen=True)
class _Block:
    """What one search found: pages a, pages b, votes; and its counts."""

    columns: tuple[NDArray[np.int64], ...]
    total: int
    kept: int
    predicted: int
    comparisons: int


_NOTHING = (np.zeros(0, np.int64),) * 3


def _read(features: Sequence[bytes | None], fresh: NDArray[np.bool_], content: NDArray[np.int64]) -> _Store:
    sizes = np.array([len(each) if each else 0 for each in features], dtype=np.int64) // FEATURE.itemsize
    records = read_features(b"".join(each for each in features if each))
    if sizes.sum() != len(records):
        raise ValueError("some page's features are not whole records: fingerprint the images again")
    first = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return _Store(records, owner, np.arange(len(records)) - first[owner], fresh, content)


def _thinned(store: _Store, most: int) -> tuple[_Store, int]:
    """The store without what is to be cut, and how many codes are everywhere."""
    store = store if most == MOST_FEATURES else store.only(store.rank < most)
    everywhere = find_balls(store.words, RADIUS) > 0
    return (store.only(~everywhere), int(everywhere.sum())) if everywhere.any() else (store, 0)


def _too_many(store: _Store, budget: int) -> bool:
    # More would not be compared if each were with each.
    if int(store.fresh[store.owner].sum()) * len(store.owner) <= budget:
        return False
    from dedup_assets.matching import pigeonhole

    population, _ = _population(store, store.fresh)
    return sum(job.comparisons for job in pigeonhole.make_jobs(population, RADIUS)) > budget


def _population(store: _Store, new: NDArray[np.bool_]) -> tuple[Population, Classes]:
    classes = collapse(store.words)
    fresh = new[store.owner][classes.order].astype(np.int64)
    weights = np.add.reduceat(fresh, classes.starts[:-1]) if fresh.size else fresh
    return Population(classes.words, classes.weights, weights, np.zeros_like(weights)), classes


def _blocks(store: _Store) -> Iterator[tuple[_Store, NDArray[np.bool_]]]:
    """Parts of the store to search, with the pages that are new in each: the old ones, then block upon block."""
    mine = store.fresh[store.owner]
    # Features come in the order of their pages; a page's features stay together.
    block = (np.cumsum(mine) - 1)[mine] // BLOCK
    last = np.full(len(store.fresh), -1, dtype=np.int64)
    np.maximum.at(last, store.owner[mine], block)
    blocks = int(last.max(initial=-1)) + 1
    for number in range(blocks):
        part = store if blocks == 1 else store.only(~mine | (last[store.owner] <= number))
        yield part, last == number


def _search(store: _Store, new: NDArray[np.bool_], per_code: int, threads: int | None, budget: int) -> _Block:
    population, classes = _population(store, new)
    found = find_pairs(population, RADIUS, Caps(per_code, _ENDLESS), threads=threads, budget=budget)
    # Equal codes are no pair of classes: a class with new items is near itself.
    alike = np.flatnonzero((population.weights > 1) & (population.fresh > 0))
    one, other = (np.concatenate([side.astype(np.int64), alike]) for side in (found.a, found.b))
    distance = np.concatenate([found.distance, np.zeros(alike.size, np.uint16)])
    pair, left, right = expand_across(one, other, (classes.starts, classes.starts), per_code)
    once = (one[pair] != other[pair]) | (left < right)
    pair, left, right = pair[once], classes.order[left[once]], classes.order[right[once]]
    fresh = new[store.owner[left]] | new[store.owner[right]]
    pair, left, right = pair[fresh], left[fresh], right[fresh]
    columns = _voted(store, left, right, distance[pair])
    return _Block(columns, found.total, left.size, found.predicted, found.comparisons)


def _voted(
    store: _Store, left: NDArray[np.int64], right: NDArray[np.int64], distance: NDArray[np.uint16]
) -> tuple[NDArray[np.int64], ...]:
    """Pairs of pages with enough votes, from pairs of features."""
    swap = store.owner[left] > store.owner[right]
    left, right = np.where(swap, right, left), np.where(swap, left, right)
    a, b = store.owner[left], store.owner[right]
    apart = store.content[a] != store.content[b]
    left, right, distance, a, b = left[apart], right[apart], distance[apart], a[apart], b[apart]
    order = np.lexsort((distance, b, a))
    left, right, a, b = left[order], right[order], a[order], b[order]
    group, rank, sizes = _grouped(a, b)
    enough = (sizes[group] >= VOTES) & (rank < MOST_SHARED)
    left, right, a, b = left[enough], right[enough], a[enough], b[enough]
    group, rank, sizes = _grouped(a, b)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    votes = count_votes(store.records[left], store.records[right], starts)
    voted = votes >= VOTES
    firsts = starts[:-1][voted]
    return a[firsts], b[firsts], votes[voted]


def _grouped(
    a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of sorted pairs: the group of equal ones that each belongs to, its place there, and the sizes of the groups."""
    new = np.ones(a.size, dtype=bool)
    new[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    group = np.cumsum(new) - 1
    firsts = np.flatnonzero(new)
    return group, np.arange(a.size) - firsts[group], np.diff(np.append(firsts, a.size))
