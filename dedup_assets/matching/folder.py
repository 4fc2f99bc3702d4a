"""Pairs among the images of some folders: what ``dedup match`` prints.

All files of all folders are compared with one another, so a pair may lie within one folder or across two, and each pair
comes once. No warehouse, and nothing that starts slowly: no DuckDB, and no numba below ten thousand images.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup_assets.matching.channels import find_candidates
from dedup_assets.matching.expand import expand
from dedup_assets.matching.hashes import from_hex
from dedup_assets.matching.keep import Caps, horizons, limit_of, nominated
from dedup_assets.matching.near_pages import PageSet
from dedup_assets.matching.page_verdicts import frames_that_count
from dedup_assets.matching.search import RADIUS
from dedup_assets.matching.tally import Found
from dedup_assets.matching.verdict import Candidate, HashJudge, Judgement, PagePair, Side, turned_round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dedup_assets.matching.channels import Alike
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

    What the evidence says of a side (``quality_a``, ``frames_b``, pages) it says of the file of that name.

    ``fingerprints``: as ``images.folder.paged_fingerprints`` gives them; one without ``pages`` has the one page that
    its ``phash256`` is of. Equal bytes are ``exact_file`` at distance 0, whether they can be decoded or not; empty
    files are never paired. Contents with pages that some channel finds alike get the judge's verdict (by default
    ``undecided``); pages of low information take no part. A path that comes twice is one file. Pairs come in the order
    of the input.

    ``radius``: of the 256-bit hashes of all pages; photographs are searched to 60 bits at least, and also mirrored,
    turned and cut (``channels``).

    When there are more than ``cap`` pairs, each file's nearest come, as many as the cap allows, and ``notice`` is told
    how many there are.

    Raises SearchError when the radius is out of range.
    """
    files = list({each["path"]: each for each in fingerprints if _is_file(each)}.values())
    # Where a decoder gave up on one copy of a file and not on another, the better answer holds for both.
    contents = {each["sha256"]: each for each in sorted(files, key=lambda each: (each["sha256"], _is_read(each)))}
    candidates = _candidates(list(contents.values()), radius, notice)
    pairs, total = _file_pairs(files, list(contents), candidates, Caps(max(1, len(files)), cap))
    if notice and len(pairs) < total:
        notice(f"{total:,} pairs in all, more than {cap:,}: only the {len(pairs):,} nearest are given")
    wanted = [candidates[key] for key in sorted({key for *_, key in pairs if key[0] != key[1]})]
    judged = dict(zip([(each.a.sha256, each.b.sha256) for each in wanted], (judge or HashJudge())(wanted), strict=True))
    for a, b, distance, key in pairs:
        found = judged[key] if key in judged else Judgement("exact_file", {"sha256": key[0]})
        # A judge compares contents in the order of their digests; here a is the file that comes first in the input.
        in_order = str(files[a]["sha256"]) <= str(files[b]["sha256"])
        yield {
            "a": files[a]["path"],
            "b": files[b]["path"],
            "distance": distance,
            "verdict": found.verdict,
            "evidence": dict(found.evidence) if in_order else turned_round(found.evidence),
        }


def _is_file(fingerprint: Fingerprint) -> bool:
    return fingerprint["sha256"] is not None and fingerprint["sha256"] != EMPTY_SHA256


def _is_read(fingerprint: Fingerprint) -> bool:
    return bool(fingerprint["status"] == "ok")


def _pages(fingerprint: Fingerprint) -> list[Mapping[str, Any]]:
    """The pages of a content that take part in the search."""
    if not _is_read(fingerprint):
        return []
    alone = {"page": 0, "photograph": False, "features": None}
    pages = fingerprint.get("pages") or [
        {**alone, **{name: fingerprint[name] for name in ("phash256", "quality", "low_information")}}
    ]
    return [page for page in pages if not page["low_information"]]


def _candidates(
    contents: Sequence[Fingerprint], radius: int, notice: Callable[[str], None] | None
) -> dict[tuple[str, str], Candidate]:
    """Contents with pages that are alike, by their digests, the lower first. ``contents`` in the order of these."""
    held = [(number, page) for number, content in enumerate(contents) for page in _pages(content)]
    pages = PageSet(
        words=from_hex([page["phash256"] for _, page in held]),
        photograph=np.array([page["photograph"] for _, page in held], dtype=bool),
        fresh=np.ones(len(held), dtype=bool),
        content=np.array([number for number, _ in held], dtype=np.int64),
        features=[page["features"] for _, page in held],
    )
    sides = [
        Side(
            each["sha256"],
            frames_that_count(each["media_type"], each.get("frames")),
            len(each.get("pages") or [0]),
            each["quality"],
        )
        for each in contents
    ]
    found = find_candidates(pages, radius, notice=notice)
    alike = sorted((held[a][0], held[b][0], _page_pair(held[a][1], held[b][1], row)) for a, b, row in found.rows())
    return {
        (sides[a].sha256, sides[b].sha256): Candidate(sides[a], sides[b], tuple(pair for *_, pair in each))
        for (a, b), each in groupby(alike, key=lambda row: row[:2])
    }


def _page_pair(a: Mapping[str, Any], b: Mapping[str, Any], alike: Alike) -> PagePair:
    return PagePair(a["page"], b["page"], *alike)


def _file_pairs(
    files: Sequence[Fingerprint],
    digests: Sequence[str],
    candidates: Mapping[tuple[str, str], Candidate],
    caps: Caps,
) -> tuple[list[tuple[int, int, int, tuple[str, str]]], int]:
    """Pairs of files (numbers in order, distance, the digests of their contents), and how many there are in all.

    Files of one content are a class: near to one another, and equally far from everything else.
    """
    rank = {sha256: number for number, sha256 in enumerate(digests)}
    order = np.array(sorted(range(len(files)), key=lambda number: (rank[files[number]["sha256"]], number)), np.int64)
    weights = np.bincount([rank[each["sha256"]] for each in files], minlength=len(digests)).astype(np.int64)
    edges = np.array([[rank[a], rank[b], each.distance] for (a, b), each in candidates.items()], np.int64).reshape(
        -1, 3
    )
    a, b = edges[:, 0], edges[:, 1]
    degree = weights - 1
    np.add.at(degree, a, weights[b])
    np.add.at(degree, b, weights[a])
    distance = edges[:, 2].astype(np.uint16)
    found = Found(a.astype(np.uint32), b.astype(np.uint32), distance, degree, np.zeros(1, np.int64), 0, 0, "")
    limit = limit_of(degree, weights, caps)
    one, other, apart = expand(found, np.concatenate([[0], np.cumsum(weights)]).astype(np.int64), limit)
    kept = nominated(one, other, apart, horizons(one, other, apart, len(files), limit))
    pairs = []
    for i, j, far in zip(order[one[kept]].tolist(), order[other[kept]].tolist(), apart[kept].tolist(), strict=True):
        low, high = sorted((str(files[i]["sha256"]), str(files[j]["sha256"])))
        pairs.append((min(i, j), max(i, j), far, (low, high)))
    return sorted(pairs), int((degree * weights).sum()) // 2
