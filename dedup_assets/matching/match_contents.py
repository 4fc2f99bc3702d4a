"""The matching room's work on a warehouse: new contents against all, ``match``, ``match_group`` and their counts.

Whatever the deliveries' order, and however often it runs, the tables are those of one search of everything: candidates
are exact, what is kept of them is a property of the pages (``keep``), and judges and groups look at nothing else.
(Where a store is so large that the channels ``turned`` and ``local`` cut, they say so.) Keep out how candidates are
found (``channels``), judged (``verdict``) and grouped (``groups``).
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup_assets.matching.channels import CHANNELS, find_candidates
from dedup_assets.matching.group_contents import group_contents
from dedup_assets.matching.keep import Caps
from dedup_assets.matching.match_report import MatchReport
from dedup_assets.matching.near_pages import PageSet
from dedup_assets.matching.page_verdicts import frames_that_count
from dedup_assets.matching.search import BUDGET, RADIUS, WIDE_RADIUS
from dedup_assets.matching.verdict import Candidate, HashJudge, PagePair, Side, canonical_json
from dedup_assets.warehouse.atomic import atomic
from dedup_assets.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import duckdb

    from dedup_assets.matching.channels import Candidates
    from dedup_assets.matching.verdict import Channel, Judge


def match_contents(
    con: duckdb.DuckDBPyConnection,
    algorithm_version: str,
    notice: Callable[[str], None],
    *,
    judge: Judge | None = None,
    radius: int = RADIUS,
    wide_radius: int = WIDE_RADIUS,
    caps: Caps | None = None,
    threads: int | None = None,
    budget: int = BUDGET,
) -> MatchReport:
    """Bring ``candidate_page``, ``match``, ``match_group``, ``searched_page`` and ``candidate_count`` up to date.

    Takes the pages of the given algorithm version that are not of low information. Pages that were not searched before
    are compared with all; when the version, a radius, the caps or the judge have changed, or a searched page is no
    longer there, everything is computed anew. All of it is one transaction (the caller's, if one is open), so a run
    that is killed leaves the tables as they were.

    Raises SearchError when a channel would take more than ``budget`` comparisons, ValueError when a readable content
    has no page.
    """
    run = _Run(con, notice, algorithm_version, judge or HashJudge(), radius, wide_radius, caps or Caps())
    with atomic(con):
        with run.stage("read"):
            pages = run.read()
        found = None
        if pages.fresh.any():
            with run.stage("search"):
                found = find_candidates(
                    pages, radius, wide_radius, run.caps, threads=threads, budget=budget, notice=notice
                )
            run.keep(found)
            with run.stage("groups"):
                group_contents(con)
        return run.report(found)


@dataclass
class _Run:
    """One run: the connection, the settings, and the time each stage took."""

    con: duckdb.DuckDBPyConnection
    notice: Callable[[str], None]
    version: str
    judge: Judge
    radius: int
    wide_radius: int
    caps: Caps
    low_information: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def search(self) -> str:
        """The settings that decide what the tables hold; when they change, all is computed anew."""
        return (
            f"radius {self.radius}, of photographs {self.wide_radius}, {self.caps.per_item} a page, "
            f"{self.caps.cap} in all, judge {self.judge.version}"
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

    def read(self) -> PageSet:
        """The pages to search, in the order of their digests, with what is known of those that were searched."""
        self.low_information, pageless = self.query("pageless", algorithm_version=self.version).fetchall()[0]
        if pageless:
            raise ValueError(f"{pageless:,} contents are readable but have no page: fingerprint them again")
        self.query("searchable", algorithm_version=self.version)
        if self.query("stale", algorithm_version=self.version, search=self.search).fetchall()[0][0]:
            self.notice("the search's settings or contents have changed: comparing everything anew")
            self.con.execute(query("matching", "forget"))
            self.query("searchable", algorithm_version=self.version)
        columns = self.query("searchable_page").fetchnumpy()
        fresh = np.asarray(columns["fresh"], dtype=bool)
        known = self.query("known_pair").fetchnumpy()
        return PageSet(
            words=np.stack([np.asarray(columns[f"phash256_{word}"], dtype=np.uint64) for word in range(4)], axis=1),
            photograph=np.asarray(columns["photograph"], dtype=bool),
            fresh=fresh,
            content=np.asarray(columns["content"], dtype=np.int64),
            features=self._features(fresh.size) if fresh.any() else (),
            degree=np.asarray(columns["degree"], dtype=np.int64),
            known=(
                np.asarray(known["a"], dtype=np.uint32),
                np.asarray(known["b"], dtype=np.uint32),
                np.asarray(known["distance"], dtype=np.uint16),
            ),
        )

    def _features(self, pages: int) -> list[bytes | None]:
        found: list[bytes | None] = [None] * pages
        for number, features in self.query("searchable_feature", algorithm_version=self.version).fetchall():
            found[number] = features
        return found

    def keep(self, found: Candidates) -> None:
        """Store the candidates that are kept now, forget those that no longer are, judge what has changed."""
        with self.stage("candidates"):
            columns = {
                "a": found.a,
                "b": found.b,
                "channel": np.array(CHANNELS)[found.channel],
                "form": found.form,
                "distance": found.distance,
                "votes": found.votes,
            }
            dropped = {"a": found.dropped[0], "b": found.dropped[1]}
            with self.table("found", columns), self.table("dropped", dropped):
                for statement in ("touched", "candidate_dropped", "candidate_page", "untouched"):
                    self.query(statement)
        with self.stage("judge"):
            self._judge()
        with self.stage("count"):
            self._count(found)

    def _judge(self) -> None:
        rows = self.query("candidates", algorithm_version=self.version).fetchall()
        candidates = [Candidate(_side(row[:5]), _side(row[5:10]), tuple(map(_page_pair, row[10]))) for row in rows]
        if not candidates:
            return
        judged = [(each.verdict, canonical_json(each.evidence)) for each in self.judge(candidates)]
        columns: dict[str, object] = {
            "sha256_a": [each.a.sha256 for each in candidates],
            "sha256_b": [each.b.sha256 for each in candidates],
            "distance": [each.distance for each in candidates],
            "verdict": [verdict for verdict, _ in judged],
            "evidence": [evidence for _, evidence in judged],
        }
        with self.table("judged", columns):
            self.query("match")

    def _count(self, found: Candidates) -> None:
        degrees = {"id": np.arange(found.degree.size, dtype=np.uint32), "degree": found.degree}
        with self.table("now_degree", degrees):
            self.query("searched_page", algorithm_version=self.version, search=self.search)
        gained = [("hash", int(far), int(found.histogram[far]), 0) for far in np.flatnonzero(found.histogram)]
        gained += [(name, -1, each.total, each.kept) for name, each in found.reports.items() if name != "hash"]
        names = ("channel", "distance", "total", "kept")
        with self.table("gained", dict(zip(names, zip(*gained, strict=True), strict=True))):
            self.con.execute(query("matching", "candidate_count"))

    @contextmanager
    def table(self, name: str, columns: Mapping[str, object]) -> Iterator[None]:
        """The columns as a table of that name while the block runs."""
        self.con.register(name, pa.table(dict(columns)))
        try:
            yield
        finally:
            self.con.unregister(name)

    def report(self, found: Candidates | None) -> MatchReport:
        """What the tables hold now, and what this run took."""
        contents, pages, new, counts, stored, verdicts, groups = self.query("report").fetchall()[0]
        by_channel = {
            channel: tuple(sum(row[part] for row in counts if row["channel"] == channel) for part in ("total", "kept"))
            for channel in CHANNELS
        }
        reports = found.reports if found else {}
        for name, each in reports.items():
            self.seconds[f"search_{name}"] = each.seconds
        report = MatchReport(
            contents=contents,
            pages=pages,
            new=new,
            low_information=self.low_information,
            total=by_channel["hash"][0],
            kept=by_channel["hash"][1],
            cut={name: total - kept for name, (total, kept) in by_channel.items()},
            candidates={each["channel"]: each["pairs"] for each in stored},
            predicted=sum(each.predicted for each in reports.values()),
            comparisons=sum(each.comparisons for each in reports.values()),
            notes=[note for each in reports.values() for note in each.notes],
            verdicts={each["verdict"]: each["pairs"] for each in verdicts},
            groups={each["basis"]: each["groups"] for each in groups},
            histogram={row["distance"]: row["total"] for row in counts if row["channel"] == "hash"},
            seconds=self.seconds,
        )
        self.notice(
            f"{contents:,} contents ({new:,} new), {pages:,} pages compared: {report.total:,} candidate pairs by hash, "
            f"{report.kept:,} stored; {self.low_information:,} pages of low information set aside"
        )
        return report


def _side(row: tuple[str, str | None, int | None, int, int | None]) -> Side:
    sha256, media_type, frames, pages, quality = row
    return Side(sha256, frames_that_count(media_type, frames), pages, quality)


def _page_pair(row: list[str]) -> PagePair:
    page_a, page_b, channel, form, distance, votes = row
    named: Channel = CHANNELS[CHANNELS.index(channel)]
    return PagePair(int(page_a), int(page_b), named, int(form), int(distance), int(votes))
