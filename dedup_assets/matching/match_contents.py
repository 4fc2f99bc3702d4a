"""The matching room's work on a warehouse: new contents against all, ``match``, ``match_group`` and their counts.

Whatever the deliveries' order, and however often it runs, the tables are those of one search of everything: the pairs
are exact, what is kept of them is a property of the contents (``keep``), and judges and groups look at nothing else.
Keep out how pairs are found (``search``), judged (``verdict``) and grouped (``groups``).
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup_assets.matching.expand import expand
from dedup_assets.matching.group_contents import group_contents
from dedup_assets.matching.hashes import collapse_ordered
from dedup_assets.matching.keep import Caps, horizons, limit_of, nominated
from dedup_assets.matching.match_report import MatchReport
from dedup_assets.matching.search import BUDGET, RADIUS, find_pairs
from dedup_assets.matching.tally import Population
from dedup_assets.matching.verdict import Candidate, HashJudge, canonical_json
from dedup_assets.warehouse.atomic import atomic
from dedup_assets.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb
    from numpy.typing import NDArray

    from dedup_assets.matching.expand import Pairs
    from dedup_assets.matching.hashes import Classes
    from dedup_assets.matching.tally import Found
    from dedup_assets.matching.verdict import Judge


def match_contents(
    con: duckdb.DuckDBPyConnection,
    algorithm_version: str,
    notice: Callable[[str], None],
    *,
    judge: Judge | None = None,
    radius: int = RADIUS,
    caps: Caps | None = None,
    threads: int | None = None,
    budget: int = BUDGET,
) -> MatchReport:
    """Bring ``match``, ``match_group``, ``searched_content`` and ``candidate_count`` up to date with ``content``.

    Takes contents with status ``ok`` of the given algorithm version that are not of low information. Contents that
    were not searched before are compared with all; when the version, the radius, the caps or the judge have changed,
    or a searched content is no longer there, everything is computed anew. All of it is one transaction (the caller's,
    if one is open), so a run that is killed leaves the tables as they were.

    Raises SearchError when the search would take more than ``budget`` comparisons, ValueError when a content has no
    hash.
    """
    run = _Run(con, notice, algorithm_version, judge or HashJudge(), radius=radius, caps=caps or Caps())
    with atomic(con):
        with run.stage("read"):
            classes, fresh, degree, place = run.read()
        found = None
        if fresh.any():
            with run.stage("search"):
                population = _population(classes, fresh, degree)
                found = find_pairs(population, radius, run.caps, threads=threads, budget=budget, notice=notice)
            pairs = run.keep(classes, found)
            with run.stage("groups"):
                group_contents(con, classes, place, pairs)
        return run.report(classes, int(fresh.sum()), found)


@dataclass
class _Run:
    """One run: the connection, the settings, and the time each stage took."""

    con: duckdb.DuckDBPyConnection
    notice: Callable[[str], None]
    version: str
    judge: Judge
    radius: int
    caps: Caps
    low_information: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def search(self) -> str:
        """The settings that decide what the tables hold; when they change, all is computed anew."""
        return (
            f"radius {self.radius}, {self.caps.per_item} a content, {self.caps.cap} in all, judge {self.judge.version}"
        )

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block."""
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began

    def query(self, name: str, **bound: object) -> duckdb.DuckDBPyConnection:
        """Run one of the room's statements."""
        return self.con.execute(query("matching", name), bound)

    def read(self) -> tuple[Classes, NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
        """Hashes in order, with, for each content: is it new, its degree so far, the rank of its digest."""
        self.low_information, hashless = self.query("set_aside", algorithm_version=self.version).fetchall()[0]
        if hashless:
            raise ValueError(f"{hashless:,} contents are readable but have no hash: fingerprint them again")
        self.query("searchable", algorithm_version=self.version)
        if self.query("stale", algorithm_version=self.version, search=self.search).fetchall()[0][0]:
            self.notice("the search's settings or contents have changed: comparing everything anew")
            self.con.execute(query("matching", "forget"))
            self.query("searchable", algorithm_version=self.version)
        columns = self.query("searched").fetchnumpy()
        words = np.stack([np.asarray(columns[f"phash256_{word}"], dtype=np.uint64) for word in range(4)], axis=1)
        degree, place = (np.asarray(columns[name], dtype=np.int64) for name in ("degree", "place"))
        return collapse_ordered(words), np.asarray(columns["fresh"], dtype=bool), degree, place

    def keep(self, classes: Classes, found: Found) -> Pairs:
        """Judge and store the pairs that are kept now, forget those that no longer are; all that are stored."""
        degree = np.repeat(found.degree, classes.weights)
        limit = limit_of(degree, None, self.caps)
        stored = self.query("stored_pair").fetchnumpy()
        old = tuple(np.asarray(stored[name]) for name in ("a", "b", "distance"))
        a, b, distance, known = _union(old, expand(found, classes.starts, limit))
        chosen = nominated(a, b, distance, horizons(a, b, distance, degree.size, limit))
        with self.stage("judge"):
            self._judge(a[chosen & ~known], b[chosen & ~known], distance[chosen & ~known])
        with self.stage("write"):
            self._drop(a[known & ~chosen], b[known & ~chosen])
            self._count(degree, found)
        return a[chosen], b[chosen], distance[chosen]

    def _judge(self, a: NDArray[np.uint32], b: NDArray[np.uint32], distance: NDArray[np.uint16]) -> None:
        with self.table("new_pair", {"a": a, "b": b, "distance": distance}):
            candidates = [Candidate(*row) for row in self.query("candidates", radius=self.radius).fetchall()]
        if not candidates:
            return
        judged = [(each.verdict, canonical_json(each.evidence)) for each in self.judge(candidates)]
        columns: dict[str, object] = {
            "sha256_a": [each.sha256_a for each in candidates],
            "sha256_b": [each.sha256_b for each in candidates],
            "distance": [each.distance for each in candidates],
            "verdict": [verdict for verdict, _ in judged],
            "evidence": [evidence for _, evidence in judged],
        }
        with self.table("judged", columns):
            self.query("match")

    def _drop(self, a: NDArray[np.uint32], b: NDArray[np.uint32]) -> None:
        if a.size:
            with self.table("dropped_pair", {"a": a, "b": b}):
                self.query("match_dropped")

    def _count(self, degree: NDArray[np.int64], found: Found) -> None:
        with self.table("now_degree", {"id": np.arange(degree.size, dtype=np.uint32), "degree": degree}):
            self.query("searched_degree")
            self.query("searched_content", algorithm_version=self.version, search=self.search)
        distances = np.flatnonzero(found.histogram)
        with self.table("gained", {"distance": distances, "total": found.histogram[distances]}):
            self.con.execute(query("matching", "candidate_count"))

    @contextmanager
    def table(self, name: str, columns: dict[str, object]) -> Iterator[None]:
        """The columns as a table of that name while the block runs."""
        self.con.register(name, pa.table(columns))
        try:
            yield
        finally:
            self.con.unregister(name)

    def report(self, classes: Classes, new: int, found: Found | None) -> MatchReport:
        """What the tables hold now, and what this run took."""
        contents, total, kept, histogram, verdicts, groups = self.query("report").fetchall()[0]
        report = MatchReport(
            contents=contents,
            new=new,
            low_information=self.low_information,
            distinct_hashes=len(classes.words),
            total=total,
            kept=kept,
            predicted=found.predicted if found else 0,
            comparisons=found.comparisons if found else 0,
            method=found.method if found else "",
            verdicts={each["verdict"]: each["pairs"] for each in verdicts},
            groups={each["basis"]: each["groups"] for each in groups},
            histogram={each["distance"]: each["total"] for each in histogram},
            seconds=self.seconds,
        )
        self.notice(
            f"{contents:,} contents ({new:,} new) compared: {total:,} candidate pairs, {kept:,} stored; "
            f"{report.low_information:,} contents of low information set aside"
        )
        return report


def _population(classes: Classes, fresh: NDArray[np.bool_], degree: NDArray[np.int64]) -> Population:
    # Contents with one hash have one degree. That of a hash with new contents does not count: it is searched anew.
    firsts = classes.starts[:-1]
    return Population(classes.words, classes.weights, np.add.reduceat(fresh.astype(np.int64), firsts), degree[firsts])


def _union(
    old: tuple[NDArray[np.generic], ...], new: Pairs
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16], NDArray[np.bool_]]:
    """All pairs, each once with ``a < b``, and which of them were stored before."""
    low, high = np.minimum(old[0], old[1]).astype(np.int64), np.maximum(old[0], old[1]).astype(np.int64)
    keys = np.concatenate([(low << 32) | high, (new[0].astype(np.int64) << 32) | new[1]])
    # Of equal keys the first is taken, and the stored ones come first.
    both, first = np.unique(keys, return_index=True)
    distance = np.concatenate([old[2], new[2]]).astype(np.uint16)[first]
    return (both >> 32).astype(np.uint32), (both & 0xFFFFFFFF).astype(np.uint32), distance, first < low.size
