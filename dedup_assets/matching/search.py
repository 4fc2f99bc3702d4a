"""All pairs of hashes within a radius, exactly: chooses the method, and refuses what would take too long.

Three methods give the same result, and tests hold them to it: numpy brute force for small stores, which has nothing to
load; the compiled pigeonhole for large ones; DuckDB's banded join where numba is not installed. Keep out the reading
and writing of tables (``match_contents``) and of folders (``folder``).
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from dedup_assets.matching import brute
from dedup_assets.matching.keep import Caps
from dedup_assets.matching.tally import Found, Population, SearchError, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

Method = Literal["brute force", "bands", "sql"]

# 256-bit pHashes of copies that were resized, recompressed or brightened lie within 31 bits, and 16 bands with one
# flip find exactly that; distinct photographs lie above 70 (field notes, image matching, sections 4 and 5).
RADIUS = 31
# Photographs cropped by 3 %, turned by 2 degrees or stamped with a date lie within 60 bits (the same, section 5).
WIDE_RADIUS = 60
# Comparisons that numpy makes (1.4e8/s) in the time that loading and compiling the kernel takes.
SMALL = 100_000_000
# Comparisons above which a search is refused: about an hour and a half on two cores.
BUDGET = 10**13


def find_pairs(
    population: Population,
    radius: int = RADIUS,
    caps: Caps | None = None,
    *,
    wide_radius: int | None = None,
    threads: int | None = None,
    budget: int = BUDGET,
    method: Method | None = None,
    notice: Callable[[str], None] | None = None,
) -> Found:
    """Every pair of hashes within ``radius`` bits of which at least one stands for a new item.

    Pairs of two wide hashes (``Population.wide``) are found up to ``wide_radius``.

    The totals, degrees and histogram are exact whatever ``caps`` (default: ``Caps()``) keeps of the pairs.
    ``threads``: default, one a core. ``method``: chosen by the number of comparisons unless given. ``notice`` is told
    what a long search is going to cost.

    Raises SearchError when the radius is out of range, or more than ``budget`` comparisons would be needed.
    """
    tally = Tally(population, radius, caps or Caps(), wide_radius)
    if method is None:
        method = choose(brute.comparisons(population))
    if method == "brute force":
        predicted = brute.comparisons(population)
        refuse_above(budget, predicted)
        brute.search(tally)
    elif method == "bands":
        from dedup_assets.matching import pigeonhole

        jobs = pigeonhole.make_jobs(population, radius, tally.farthest)
        predicted = sum(job.comparisons for job in jobs)
        refuse_above(budget, predicted)
        _tell(notice, population, predicted)
        pigeonhole.search(tally, jobs, threads or os.cpu_count() or 1)
    else:
        from dedup_assets.matching import banded_sql

        predicted = banded_sql.comparisons(population, radius, tally.farthest)
        refuse_above(budget, predicted)
        _tell(notice, population, predicted)
        banded_sql.search(tally)
    return tally.found(predicted, method)


def choose(comparisons: int) -> Method:
    """The method that is fastest for so many comparisons as brute force would make."""
    if comparisons <= SMALL:
        return "brute force"
    return "bands" if find_spec("numba") else "sql"


def refuse_above(budget: int, predicted: int) -> None:
    """Raise SearchError when more comparisons are foreseen than the budget allows."""
    if predicted > budget:
        raise SearchError(
            f"this search would make {predicted:,} comparisons, more than its budget of {budget:,}: "
            "take a smaller radius, set aside images that all look alike, or raise the budget"
        )


def _tell(notice: Callable[[str], None] | None, population: Population, predicted: int) -> None:
    if notice:
        new = int((population.fresh > 0).sum())
        notice(f"comparing {new:,} new hashes with {len(population.words):,}: {predicted:,} comparisons to make")
