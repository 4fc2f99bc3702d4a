"""The compiled search: general pigeonhole (``plan``) on several threads, with nearly equal hashes taken apart first.

Work is cut into *jobs* (one set of hashes within itself, or against another), each done by bands or, where that is
cheaper, by comparing all with all; and jobs into *tasks*, which know nothing of one another and can run in any order:
the totals are sums, and what is kept does not depend on order (``keep``).

Skew. 50,000 scans that are nearly alike fall into the same bucket of every band, and each of their pairs would be
compared once a band. A ball of hashes within half the radius of one centre holds only true pairs, so comparing it all
with all costs one comparison a pair, which nothing can undercut; only what lies outside is searched by bands.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching import kernel
from dedup_assets.matching.balls import find_balls
from dedup_assets.matching.hashes import WORDS
from dedup_assets.matching.keep import id_bits
from dedup_assets.matching.kernel import Buckets, Buffer, Counts, Earlier
from dedup_assets.matching.plan import Band, Plan, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dedup_assets.matching.tally import Population, Tally

# Hashes of one tile of an all-with-all job. Long enough for vector instructions; short, because the pairs of a ball
# are all kept until each member has met a tile's worth of others (keep.horizons), and that is when memory is needed.
TILE = 256
# Slices of an all-with-all job, at most: many, so that the members of a ball meet one another evenly.
SLICES = 256
# Pairs a task writes before it hands them over, at least.
BUFFER = 1 << 18


@dataclass(frozen=True)
class Job:
    """Hashes (numbers within the population) to compare with one another, or, with ``right``, with others.

    Those of ``left`` all have new items. ``plan`` is None where comparing all with all is cheaper. ``radius``: of the
    pairs to find.
    """

    left: NDArray[np.uint32]
    right: NDArray[np.uint32] | None
    plan: Plan | None
    radius: int

    @property
    def comparisons(self) -> int:
        """Comparisons of the whole job."""
        return _all_with_all(self.left, self.right) if self.plan is None else self.plan.comparisons


def make_jobs(population: Population, radius: int, wide_radius: int | None = None) -> list[Job]:
    """All comparisons that the search needs, each pair of hashes in one job at most.

    Pairs of two wide hashes are searched up to ``wide_radius``: the wide within themselves, the others within
    themselves, and the one against the other.
    """
    wide = population.wide
    if wide is None or wide_radius in (None, radius) or not wide.any():
        return _jobs_within(population, np.ones(len(population.words), dtype=bool), radius)
    assert wide_radius is not None
    new = population.fresh > 0
    sides = [(new & wide, ~wide), (new & ~wide, ~new & wide)]
    across = [_job(population.words, left, right, radius) for left, right in sides if left.any() and right.any()]
    return [*_jobs_within(population, wide, wide_radius), *_jobs_within(population, ~wide, radius), *across]


def _jobs_within(population: Population, members: NDArray[np.bool_], radius: int) -> list[Job]:
    """The comparisons of the members with one another."""
    ball = np.zeros(len(population.words), dtype=np.int64)
    ball[members] = find_balls(population.words if members.all() else population.words[members], radius)
    # What is no member is neither new nor old here.
    new, old = members & (population.fresh > 0), members & (population.fresh <= 0)
    # The many hashes that are neither new nor in a ball are a side of one job alone, because sorting them takes long.
    sides = [
        (new & (ball == 0), None),
        (new, old & (ball == 0)),
        (new & (ball == 0), old & (ball > 0)),
        (new & (ball > 0), new & (ball == 0)),
    ]
    for number in range(1, int(ball.max(initial=0)) + 1):
        mine, earlier = ball == number, (ball > 0) & (ball < number)
        sides += [(new & mine, None), (new & mine, old & (mine | earlier)), (new & earlier, old & mine)]
        sides += [(new & mine, new & earlier)]
    return [_job(population.words, left, right, radius) for left, right in sides if left.any() and _some(right)]


def search(tally: Tally, jobs: list[Job], threads: int) -> None:
    """Do the jobs, and add every pair within the radius to the tally."""
    tasks = [task for job in jobs for task in _tasks(tally.population, job)]
    # The longest first, so that the threads end together.
    queue = iter([run for _, run in sorted(tasks, key=lambda task: -task[0])])
    lock = threading.Lock()

    def work() -> Tally:
        own = tally.sibling()
        while True:
            with lock:
                run = next(queue, None)
            if run is None:
                return own
            run(own)

    with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="search") as pool:
        for future in [pool.submit(work) for _ in range(threads)]:
            tally.take_over(future.result())


def _all_with_all(left: NDArray[np.uint32], right: NDArray[np.uint32] | None) -> int:
    return left.size * (left.size - 1) // 2 if right is None else left.size * right.size


def _job(words: NDArray[np.uint64], left: NDArray[np.bool_], right: NDArray[np.bool_] | None, radius: int) -> Job:
    one = np.flatnonzero(left).astype(np.uint32)
    return plan_job(words, one, None if right is None else np.flatnonzero(right).astype(np.uint32), radius)


def _some(side: NDArray[np.bool_] | None) -> bool:
    return side is None or bool(side.any())


def plan_job(words: NDArray[np.uint64], one: NDArray[np.uint32], other: NDArray[np.uint32] | None, radius: int) -> Job:
    """The job of comparing the hashes that ``one`` numbers with one another, or with those that ``other`` numbers."""
    plan = make_plan(words[one], None if other is None else words[other], radius)
    return Job(one, other, plan if _is_cheaper(plan, _all_with_all(one, other)) else None, radius)


def _is_cheaper(plan: Plan, all_with_all: int) -> bool:
    return sum(plan.costs) < all_with_all


def _tasks(population: Population, job: Job) -> Iterator[tuple[int, Callable[[Tally], None]]]:
    """The job's tasks, each with its weight."""
    if job.plan is not None:
        for place, cost in enumerate(job.plan.costs):
            yield cost, partial(_band_task, population, job, place)
        return
    # Tiles are buckets, and the masks pair every tile with every other.
    sides = (job.left,) if job.right is None else (job.left, job.right)
    tiles = 1 << (max(-(-side.size // TILE) for side in sides) - 1).bit_length()
    buckets = [_tiled(population, side, tiles) for side in sides]
    slices = np.array_split(np.arange(tiles, dtype=np.int64), min(tiles, SLICES))
    for masks in slices:
        yield job.comparisons // len(slices), partial(_all_task, job.radius, buckets[0], buckets[-1], masks)


def _all_task(radius: int, left: Buckets, right: Buckets, masks: NDArray[np.int64], tally: Tally) -> None:
    _scan(tally, radius, (left, right), masks)


def _band_task(population: Population, job: Job, place: int, tally: Tally) -> None:
    assert job.plan is not None
    band, earlier = job.plan.bands[place], job.plan.bands[:place]
    left = _sorted(population, job.left, band)
    right = left if job.right is None else _sorted(population, job.right, band)
    _scan(tally, job.radius, (left, right), band.masks, earlier)


def _tiled(population: Population, members: NDArray[np.uint32], tiles: int) -> Buckets:
    starts = np.minimum(np.arange(tiles + 1, dtype=np.int64) * TILE, members.size)
    return Buckets(np.ascontiguousarray(population.words[members].T), members, starts)


def _sorted(population: Population, members: NDArray[np.uint32], band: Band) -> Buckets:
    words = population.words if members.size == len(population.words) else population.words[members]
    out = Buckets(
        np.empty((WORDS, members.size), dtype=np.uint64),
        np.empty(members.size, dtype=np.uint32),
        np.empty((1 << band.width) + 1, dtype=np.int64),
    )
    kernel.sort_into_buckets(words, band.start, band.width, out)
    return out._replace(ids=members[out.ids])


def _scan(
    tally: Tally,
    radius: int,
    sides: tuple[Buckets, Buckets],
    masks: NDArray[np.int64],
    before: tuple[Band, ...] = (),
) -> None:
    """Run the kernel over all left buckets, emptying its buffer whenever it is full."""
    left, right = sides
    room = max(BUFFER, int(np.diff(right.starts).max()))
    buffer = Buffer(np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.uint16))
    earlier = Earlier(
        np.array([band.bits for band in before], dtype=np.uint64).reshape(-1, WORDS),
        np.array([band.threshold for band in before], dtype=np.uint64),
    )
    counts = Counts(
        tally.population.weights,
        tally.population.fresh,
        tally.degree,
        tally.histogram,
        tally.reach,
        np.uint64(id_bits(tally.reach.size)),
    )
    near = np.uint64(radius)
    state = np.zeros(kernel.STATE, dtype=np.int64)
    done = False
    while not done:
        done = kernel.scan(left, right, left is right, masks, near, earlier, counts, buffer, state)
        written = int(state[kernel.WRITTEN])
        tally.keep(buffer.a[:written].copy(), buffer.b[:written].copy(), buffer.distance[:written].copy())
        state[kernel.WRITTEN] = 0
    tally.comparisons += int(state[kernel.COMPARED])
