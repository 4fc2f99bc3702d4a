"""Candidate pages by all three channels, from arrays: ``hash``, ``turned`` and ``local``.

    hash     256-bit hashes within RADIUS bits, or, of two photographs, within WIDE_RADIUS (``search``)
    turned   photographs of which one in another form is within RADIUS bits of the other (``turned_search``)
    local    photographs that share local features (``local``)

A pure function on arrays, for callers with a warehouse (``match_contents``) and without (``folder``): no DuckDB, and no
numba where there is little to compare. Keep out what a candidate is in the end (verification) and tables.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup_assets.matching.keep import Caps, horizons, nominated
from dedup_assets.matching.local_votes import MOST_SHARED
from dedup_assets.matching.near_pages import PageSet, find_near
from dedup_assets.matching.search import BUDGET, RADIUS, WIDE_RADIUS, find_pairs
from dedup_assets.matching.tally import Population
from dedup_assets.matching.turned_search import find_turned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dedup_assets.matching.verdict import Channel


CHANNELS: tuple[Channel, ...] = ("hash", "turned", "local")
HASH, TURNED, LOCAL = range(3)
# Pairs by local features that one page nominates, those with most votes first: booking photographs have one backdrop,
# and of 49 portraits 1,082 of 1,176 pairs had features in common, 149 of them with STRONG votes. A copy has more of
# them than what only stands before the same wall, and a photograph may have many copies.
LOCAL_PER_PAGE, STRONG_PER_PAGE, STRONG = 4, 32, 12


@dataclass(frozen=True)
class ChannelReport:
    """What one channel counted.

    Attributes:
        total: of hash, pairs of pages within the radius; of turned, pairs and forms; of local, pairs of features. At
            least one of each pair is new. Exact, whatever is kept.
        kept: how many of them were kept; the others were cut, and ``truncated`` says that some were.
        candidates: pairs of pages that came out. Of turned, pages of one content are counted in total and kept too, and
            of local more than one pair of features makes a candidate.
        predicted, comparisons: foreseen before the search, and made.
        seconds: on the clock.
        notes: what else was cut, in words, ready to be shown.
    """

    total: int
    kept: int
    candidates: int
    predicted: int
    comparisons: int
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def truncated(self) -> bool:
        """Whether there were more pairs than were kept, or anything else was cut."""
        return self.kept < self.total or bool(self.notes)


class Alike(NamedTuple):
    """In what way two pages are alike; the fields as in ``Candidates``."""

    channel: Channel
    form: int
    distance: int
    votes: int


@dataclass(frozen=True)
class Candidates:
    """What was found: pairs of pages by channel, each pair once a channel, in ascending order of (channel, a, b).

    Attributes:
        a, b: uint32, numbers of pages, ``a < b``.
        channel: uint8, place in CHANNELS.
        form: uint8, turned: the form of ``b`` that is near ``a``, 1 to 7; else 0.
        distance: int16, bits in which the hashes differ; of turned, that of ``b`` in its form.
        votes: int16, local: features that agree; else 0.
        dropped: pairs of ``PageSet.known`` (numbers a, numbers b) that are no longer kept, because nearer ones came.
        degree: int64[n], pairs of the hash channel that a page has now. Exact.
        histogram: int64, pairs of the hash channel of which one is new, by distance. Exact.
        limit: how many pairs of the hash channel a page nominates (``keep``).
        reports: by channel.
    """

    a: NDArray[np.uint32]
    b: NDArray[np.uint32]
    channel: NDArray[np.uint8]
    form: NDArray[np.uint8]
    distance: NDArray[np.int16]
    votes: NDArray[np.int16]
    dropped: tuple[NDArray[np.uint32], NDArray[np.uint32]]
    degree: NDArray[np.int64]
    histogram: NDArray[np.int64]
    limit: int
    reports: dict[str, ChannelReport] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, int, Alike]]:
        """Number a, number b and the rest of each pair, in order."""
        columns = (each.tolist() for each in (self.a, self.b, self.channel, self.form, self.distance, self.votes))
        for a, b, channel, form, distance, votes in zip(*columns, strict=True):
            yield a, b, Alike(CHANNELS[channel], form, distance, votes)

    def of(self, channel: int) -> NDArray[np.int64]:
        """Places of the pairs of one channel."""
        return np.flatnonzero(self.channel == channel)


def find_candidates(
    pages: PageSet,
    radius: int = RADIUS,
    wide_radius: int = WIDE_RADIUS,
    caps: Caps | None = None,
    *,
    threads: int | None = None,
    budget: int = BUDGET,
    notice: Callable[[str], None] | None = None,
) -> Candidates:
    """All candidate pages by all channels: new ones against all.

    ``caps``: of the pairs kept by the hash and the turned channel. ``threads``: default, one a core. ``budget``:
    comparisons that any one channel may take.

    Where nothing is cut, the pairs are the same whether pages come together or in any number of deliveries. What is cut
    of the hash channel is so too (``keep``); what is cut of the others depends on what was there when a page came.

    Raises SearchError when a radius is out of range or a channel would take more than ``budget`` comparisons,
    ValueError when features are not what ``images/features`` makes.
    """
    caps = caps or Caps()
    began = time.monotonic()
    near = find_near(pages, (radius, max(radius, wide_radius)), caps, threads=threads, budget=budget, notice=notice)
    seconds, kept = time.monotonic() - began, near.a.size
    reports = {"hash": ChannelReport(near.total, kept, kept, near.predicted, near.comparisons, seconds)}
    parts = [_columns(HASH, near.a, near.b, distance=near.distance)]
    for name, find in (("turned", _turned), ("local", _local)):
        began = time.monotonic()
        part, report = find(pages, radius, caps, threads, budget)
        parts.append(part)
        reports[name] = replace(report, seconds=time.monotonic() - began)
        if notice and report.notes:
            notice("; ".join(report.notes))
    a, b, channel, form, distance, votes = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Candidates(
        a, b, channel, form, distance, votes, near.dropped, near.degree, near.histogram, near.limit, reports
    )


def warm_up() -> None:
    """Load what a large search needs. A caller may do it in a thread of its own while images are decoded."""
    two = np.zeros((2, 4), np.uint64)
    two[1] = 1
    find_pairs(Population.all_new(two, np.ones(2, np.int64)), 0, threads=1, method="bands")


def _turned(
    pages: PageSet, radius: int, caps: Caps, threads: int | None, budget: int
) -> tuple[tuple[NDArray[np.generic], ...], ChannelReport]:
    number = np.flatnonzero(pages.photograph)
    found = find_turned(pages.words[number], pages.fresh[number], radius, caps, threads=threads, budget=budget)
    a, b = number[found.a], number[found.b]
    apart = pages.content[a] != pages.content[b]
    columns = _columns(TURNED, a[apart], b[apart], form=found.form[apart], distance=found.distance[apart])
    return columns, ChannelReport(found.total, found.kept, int(apart.sum()), found.predicted, found.comparisons)


def _local(
    pages: PageSet, _radius: int, _caps: Caps, threads: int | None, budget: int
) -> tuple[tuple[NDArray[np.generic], ...], ChannelReport]:
    from dedup_assets.matching import local

    nothing = np.zeros(0, np.int64)
    if not any(pages.features):
        return _columns(LOCAL, nothing, nothing, distance=nothing), ChannelReport(0, 0, 0, 0, 0)
    features = [each if wanted else None for each, wanted in zip(pages.features, pages.photograph, strict=True)]
    found = local.find_common(features, pages.fresh, pages.content, threads=threads, budget=budget)
    # Few votes are far away.
    few = (MOST_SHARED - found.votes).astype(np.uint16)
    chosen, strong = (
        nominated(found.a, found.b, few, horizons(found.a, found.b, few, len(pages.words), limit))
        for limit in (LOCAL_PER_PAGE, STRONG_PER_PAGE)
    )
    chosen |= strong & (found.votes >= STRONG)
    a, b, votes = found.a[chosen], found.b[chosen], found.votes[chosen]
    notes = found.notes
    if a.size < found.a.size:
        notes += (f"{found.a.size - a.size:,} pairs of pictures with features in common left aside: others have more",)
    report = ChannelReport(found.total, found.kept, a.size, found.predicted, found.comparisons, 0.0, notes)
    distance = np.bitwise_count(pages.words[a] ^ pages.words[b]).sum(axis=1)
    return _columns(LOCAL, a, b, distance=distance, votes=votes), report


def _columns(
    channel: int,
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    *,
    form: NDArray[np.integer] | None = None,
    distance: NDArray[np.integer],
    votes: NDArray[np.integer] | None = None,
) -> tuple[NDArray[np.generic], ...]:
    """a, b, channel, form, distance, votes."""
    return (
        a.astype(np.uint32),
        b.astype(np.uint32),
        np.full(a.size, channel, np.uint8),
        np.zeros(a.size, np.uint8) if form is None else form.astype(np.uint8),
        distance.astype(np.int16),
        np.zeros(a.size, np.int16) if votes is None else votes.astype(np.int16),
    )
