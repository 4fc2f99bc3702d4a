"""The search as a banded hash join in DuckDB (``candidate.sql``): the oracle of the compiled search and its fallback.

Needs nothing compiled. At 256 bits and a radius of 31 it was measured at 3 s for 100,000 hashes and 9 s for 300,000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from dedup_assets.matching.hashes import BITS
from dedup_assets.matching.plan import pairs_by_distance, values
from dedup_assets.warehouse.sql import query

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.tally import Population, Tally

BANDS = 16
BAND_BITS = 16
BATCH = 1 << 18


def comparisons(population: Population, radius: int, wide_radius: int | None = None) -> int:
    """How many pairs ``search`` compares, exactly."""
    new, old = population.sides()
    total = _comparisons(population.words[new], population.words[old], radius)
    if wide_radius is not None and wide_radius > radius and population.wide is not None:
        new, old = (side[population.wide[side]] for side in (new, old))
        total += _comparisons(population.words[new], population.words[old], wide_radius)
    return total


def _comparisons(new: NDArray[np.uint64], old: NDArray[np.uint64], radius: int) -> int:
    total = 0
    for start in range(0, BITS, BAND_BITS):
        fresh, rest = (np.bincount(values(side, start, BAND_BITS), minlength=1 << BAND_BITS) for side in (new, old))
        for curve in (pairs_by_distance(fresh, None), pairs_by_distance(fresh, rest)):
            total += sum(curve[: radius // BANDS + 1])
    return total


def search(tally: Tally) -> None:
    """Add every pair within the radius to the tally, band after band."""
    population = tally.population
    _search(tally, np.ones(len(population.words), dtype=bool), -1, tally.radius)
    if tally.farthest > tally.radius:
        _search(tally, tally.wide, tally.radius, tally.farthest)
    tally.comparisons += comparisons(population, tally.radius, tally.farthest)


def _search(tally: Tally, members: NDArray[np.bool_], above: int, radius: int) -> None:
    """Add the pairs of the members that are more than ``above`` and at most ``radius`` bits apart."""
    with duckdb.connect(":memory:") as con:
        con.register("candidate_hash", _table(tally.population, members))
        for band in range(BANDS):
            bound = {"band": band, "radius": radius, "flips": radius // BANDS}
            for batch in con.sql(query("matching", "candidate"), params=bound).to_arrow_reader(BATCH):
                a, b, distance = (column.to_numpy() for column in batch.columns)
                far = distance > above
                tally.add(a[far], b[far], distance[far])


def _table(population: Population, members: NDArray[np.bool_]) -> pa.Table:
    words = {f"h{word}": population.words[members, word] for word in range(population.words.shape[1])}
    numbers = np.flatnonzero(members).astype(np.uint32)
    return pa.table({"id": numbers, **words, "fresh": population.fresh[members] > 0})
