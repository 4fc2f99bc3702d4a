"""Pages whose hashes are near, from pages to pages: the ``hash`` channel of ``channels``.

Photographs are searched more widely among one another than anything else; pages of one content are no pair; a store
that was searched before is searched by its new pages only, and what is kept of all pairs is what one search of
everything would keep. Keep out how hashes are searched (``search``) and the other channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.expand import expand
from dedup_assets.matching.hashes import collapse
from dedup_assets.matching.keep import Caps, horizons, limit_of, nominated
from dedup_assets.matching.own import own_pairs
from dedup_assets.matching.search import BUDGET, find_pairs
from dedup_assets.matching.tally import Population

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dedup_assets.matching.expand import Pairs
    from dedup_assets.matching.hashes import Classes
    from dedup_assets.matching.own import OwnPairs


@dataclass(frozen=True)
class PageSet:
    """Pages to compare, numbered by their place in these arrays.

    In a lasting order, (sha256, page): it breaks ties where more pairs are found than are kept.

    Attributes:
        words: uint64[n, 4], 256-bit hashes. Pages of low information are not among them.
        photograph: bool[n].
        fresh: bool[n], pages that were not compared before; only pairs with one of them are found.
        content: int64[n], the content that a page belongs to; pages of one content are no pair.
        features: of each page what ``images/features`` made, or None; empty when the local channel is not wanted.
        degree: int64[n], what ``Candidates.degree`` was for the pages that are not fresh; None when all are.
        known: the pairs of the hash channel that are stored (numbers a, numbers b, distance), in any order.
    """

    words: NDArray[np.uint64]
    photograph: NDArray[np.bool_]
    fresh: NDArray[np.bool_]
    content: NDArray[np.int64]
    features: Sequence[bytes | None] = ()
    degree: NDArray[np.int64] | None = None
    known: Pairs | None = None

    def __post_init__(self) -> None:
        sizes = {len(self.words), len(self.photograph), len(self.fresh), len(self.content)}
        sizes |= {len(each) for each in (self.features, self.degree) if each is not None and len(each)}
        if len(sizes) > 1:
            raise ValueError(f"the columns of a set of pages must be equally long, not {sorted(sizes)}")

    @staticmethod
    def all_new(
        words: NDArray[np.uint64],
        photograph: NDArray[np.bool_],
        content: NDArray[np.int64],
        features: Sequence[bytes | None] = (),
    ) -> PageSet:
        """Pages none of which was compared before."""
        return PageSet(words, photograph, np.ones(len(words), dtype=bool), content, features)


@dataclass(frozen=True)
class Near:
    """What the hash channel found.

    Attributes:
        a, b, distance: the pairs that are kept and not known yet, ``a < b``, in ascending order.
        dropped: known pairs (numbers a, numbers b) that are no longer kept, because nearer ones came.
        degree: int64[n], pairs that each page has now. Exact.
        histogram: int64, pairs of which at least one page is new, by distance. Exact.
        limit: how many pairs a page nominates (``keep``).
        predicted, comparisons: foreseen, and made.
    """

    a: NDArray[np.uint32]
    b: NDArray[np.uint32]
    distance: NDArray[np.uint16]
    dropped: tuple[NDArray[np.uint32], NDArray[np.uint32]]
    degree: NDArray[np.int64]
    histogram: NDArray[np.int64]
    limit: int
    predicted: int
    comparisons: int

    @property
    def total(self) -> int:
        """Pairs of which at least one page is new."""
        return int(self.histogram.sum())


def find_near(
    pages: PageSet,
    radii: tuple[int, int],
    caps: Caps,
    *,
    threads: int | None = None,
    budget: int = BUDGET,
    notice: Callable[[str], None] | None = None,
) -> Near:
    """Pairs of pages within the first of two ``radii``, or, of two photographs, the second.

    The rest as in ``channels.find_candidates``.
    """
    classes = collapse(pages.words, pages.photograph)
    own = own_pairs(pages, radii)
    # Pages of one content take places among a page's nearest until they are taken out, so room is made for them: at
    # least the limit that holds afterwards (1 whatever the cap) and as many more.
    room, count = int(own.degree.max(initial=0)), max(1, len(pages.words))
    asked = Caps(caps.per_item + room, max(caps.cap, count) + room * count) if room else caps
    found = find_pairs(
        _population(pages, classes, own),
        radii[0],
        asked,
        wide_radius=radii[1],
        threads=threads,
        budget=budget,
        notice=notice,
    )
    # From here on a page's number is its place by hash, as in the search, until the pairs are handed over.
    degree = np.repeat(found.degree, classes.weights) - own.degree[classes.order]
    limit = limit_of(degree, None, caps)
    pairs, known = _union(pages, classes.order, expand(found, classes.starts, limit + room))
    chosen = nominated(*pairs, horizons(*pairs, degree.size, limit))
    a, b, distance = _numbered(classes.order, pairs, chosen & ~known)
    lost = _numbered(classes.order, pairs, known & ~chosen)
    now = np.empty_like(degree)
    now[classes.order] = degree
    histogram = found.histogram - own.histogram
    return Near(a, b, distance, lost[:2], now, histogram, limit, found.predicted, found.comparisons)


def _population(pages: PageSet, classes: Classes, own: OwnPairs) -> Population:
    firsts = classes.starts[:-1]
    fresh = pages.fresh[classes.order].astype(np.int64)
    # Pages of one hash and kind have one degree, if their own content's pages are counted.
    degree = own.degree if pages.degree is None else pages.degree + own.degree
    return Population(
        classes.words,
        classes.weights,
        np.add.reduceat(fresh, firsts) if fresh.size else fresh,
        degree[classes.order][firsts],
        pages.photograph[classes.order][firsts],
    )


def _union(pages: PageSet, order: NDArray[np.int64], found: Pairs) -> tuple[Pairs, NDArray[np.bool_]]:
    """Known and found pairs, each once with ``a < b``, and which of them were known. Numbers are places by hash."""
    one, other = order[found[0]], order[found[1]]
    # A class of pages comes with all its pages, old ones and those of one content among them.
    gained = (pages.content[one] != pages.content[other]) & (pages.fresh[one] | pages.fresh[other])
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    known = pages.known or (found[0][:0], found[1][:0], found[2][:0])
    one, other = (np.concatenate([place[known[side]], found[side][gained]]) for side in (0, 1))
    keys = (np.minimum(one, other) << 32) | np.maximum(one, other)
    # Of equal keys the first is taken, and the known ones come first.
    both, first = np.unique(keys, return_index=True)
    distance = np.concatenate([known[2].astype(np.uint16), found[2][gained]])[first]
    return ((both >> 32).astype(np.uint32), (both & 0xFFFFFFFF).astype(np.uint32), distance), first < known[0].size


def _numbered(order: NDArray[np.int64], pairs: Pairs, chosen: NDArray[np.bool_]) -> Pairs:
    """The chosen pairs by numbers of pages, ``a < b``, in ascending order."""
    one, other = order[pairs[0][chosen]], order[pairs[1][chosen]]
    a, b = np.minimum(one, other), np.maximum(one, other)
    sorting = np.lexsort((b, a))
    return a[sorting].astype(np.uint32), b[sorting].astype(np.uint32), pairs[2][chosen][sorting]
