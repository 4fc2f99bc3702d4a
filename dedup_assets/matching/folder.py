"""Pairs among the images of some folders: what ``dedup match`` prints.

All files of all folders are compared with one another, so a pair may lie within one folder or across two, and each pair
comes once. No warehouse, and nothing that starts slowly: no DuckDB, and no numba below ten thousand images.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup_assets.matching.expand import expand
from dedup_assets.matching.hashes import collapse, from_hex
from dedup_assets.matching.keep import Caps, horizons, limit_of, nominated
from dedup_assets.matching.search import RADIUS, find_pairs
from dedup_assets.matching.tally import Population
from dedup_assets.matching.verdict import Candidate, HashJudge, Judgement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dedup_assets.matching.verdict import Judge

    Fingerprint = Mapping[str, Any]

# All empty files have this digest; they are copies of nothing.
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# Lines that a script still reads in a minute.
MOST_PAIRS = 1_000_000


def match_fingerprints(
    fingerprints: Sequence[Fingerprint],
    radius: int = RADIUS,
    *,
    cap: int = MOST_PAIRS,
    judge: Judge | None = None,
    notice: Callable[[str], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """One dict a pair: ``a, b`` (paths, in the order of the input), ``distance``, ``verdict``, ``evidence``.

    ``fingerprints``: dicts with ``path, status, sha256, phash256`` (64 hexadecimal digits), ``quality`` and
    ``low_information``. Equal bytes are ``exact_file`` at distance 0, whether they can be decoded or not; empty files
    are never paired. Readable contents within ``radius`` of 256 bits get the judge's verdict (by default
    ``undecided``), unless one of them is of low information. A path that comes twice is one file. Pairs come in the
    order of the input.

    When there are more than ``cap`` pairs, each file's nearest come, as many as the cap allows, and ``notice`` is told
    how many there are.

    Raises SearchError when the radius is out of range.
    """
    files = list({each["path"]: each for each in fingerprints if _is_file(each)}.values())
    # Where a decoder gave up on one copy of a file and not on another, the better answer holds for both.
    contents = {each["sha256"]: each for each in sorted(files, key=_is_searchable)}
    pairs, total = _pairs([contents[each["sha256"]] for each in files], radius, Caps(max(1, len(files)), cap))
    if notice and len(pairs) < total:
        notice(f"{total:,} pairs in all, more than {cap:,}: only the {len(pairs):,} nearest are given")
    judged = _judged(files, pairs, contents, radius, judge or HashJudge())
    for pair in pairs:
        one, other = files[pair.a], files[pair.b]
        if one["sha256"] == other["sha256"]:
            found = Judgement("exact_file", {"sha256": one["sha256"]})
        else:
            found = judged[_ordered(one, other)]
        yield {
            "a": one["path"],
            "b": other["path"],
            "distance": pair.distance,
            "verdict": found.verdict,
            "evidence": dict(found.evidence),
        }


@dataclass(frozen=True, slots=True, order=True)
class _Pair:
    """Numbers of two files, ``a < b``, and the distance of their hashes."""

    a: int
    b: int
    distance: int


def _is_file(fingerprint: Fingerprint) -> bool:
    return fingerprint["sha256"] is not None and fingerprint["sha256"] != EMPTY_SHA256


def _is_searchable(fingerprint: Fingerprint) -> bool:
    return fingerprint["status"] == "ok" and not fingerprint["low_information"]


def _pairs(files: Sequence[Fingerprint], radius: int, caps: Caps) -> tuple[list[_Pair], int]:
    """The pairs that are kept, in order, and how many there are in all.

    Files are classed by hash; those without a hash to compare by digest, each such class near to itself alone.
    """
    # Within one hash the first by digest count as nearest, so what a cap leaves depends on nothing else.
    by_digest = sorted(range(len(files)), key=lambda number: files[number]["sha256"])
    alike = [number for number in by_digest if _is_searchable(files[number])]
    alone = [number for number in by_digest if not _is_searchable(files[number])]
    classes = collapse(from_hex([files[number]["phash256"] for number in alike]))
    found = find_pairs(Population.all_new(classes.words, classes.weights), radius, caps)
    copies = np.unique([files[number]["sha256"] for number in alone], return_counts=True)[1].astype(np.int64)
    weights = np.concatenate([classes.weights, copies])
    limit = limit_of(np.concatenate([found.degree, copies - 1]), weights, caps)
    starts = np.concatenate([[0], np.cumsum(weights)]).astype(np.int64)
    a, b, distance = expand(found, starts, limit)
    kept = nominated(a, b, distance, horizons(a, b, distance, len(files), limit))
    numbers = np.concatenate([np.array(alike, np.int64)[classes.order], np.array(alone, np.int64)])
    columns = (numbers[a[kept]].tolist(), numbers[b[kept]].tolist(), distance[kept].tolist())
    pairs = sorted(_Pair(min(one, other), max(one, other), apart) for one, other, apart in zip(*columns, strict=True))
    return pairs, found.total + int((copies * (copies - 1) // 2).sum())


def _ordered(one: Fingerprint, other: Fingerprint) -> tuple[str, str]:
    low, high = sorted((str(one["sha256"]), str(other["sha256"])))
    return low, high


def _judged(
    files: Sequence[Fingerprint],
    pairs: Sequence[_Pair],
    contents: Mapping[str, Fingerprint],
    radius: int,
    judge: Judge,
) -> dict[tuple[str, str], Judgement]:
    """A judgement for each pair of distinct contents, by their digests; copies of a content are judged once."""
    distances = {
        _ordered(files[pair.a], files[pair.b]): pair.distance
        for pair in pairs
        if files[pair.a]["sha256"] != files[pair.b]["sha256"]
    }
    candidates = [
        Candidate(low, high, distance, radius, contents[low]["quality"], contents[high]["quality"])
        for (low, high), distance in sorted(distances.items())
    ]
    return {(each.sha256_a, each.sha256_b): found for each, found in zip(candidates, judge(candidates), strict=True)}
