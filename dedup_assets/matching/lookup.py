"""One picture against all contents of a pool: which of them show the same?

Put here the comparison, which reads and writes nothing of the pool's own tables. Keep out where the contents that are
found are filed (``findings.filed``), and who may be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dedup_assets.matching.channels import find_candidates
from dedup_assets.matching.hashes import from_hex
from dedup_assets.matching.near_pages import PageSet
from dedup_assets.matching.page_verdicts import frames_that_count
from dedup_assets.matching.verdict import Candidate, PagePair, Side, turned_round
from dedup_assets.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    from numpy.typing import NDArray

    from dedup_assets.images.folder import PagedRow
    from dedup_assets.matching.verdict import Judge, Verdict

# Photographs up to which cut copies are looked for too: their features are compared with all others at once, 10 CPU
# seconds for 10,000 photographs (measured for issue 3), and a person waits at a counter.
MOST_LOCAL = 10_000


def look_up(
    con: duckdb.DuckDBPyConnection, picture: PagedRow, judge: Judge
) -> tuple[dict[str, tuple[Verdict, Mapping[str, object]]], bool]:
    """Contents of the pool that may show the same as a picture: verdict and evidence by digest.

    Also returns whether cut copies were looked for. ``picture``: one readable file, as
    ``images.folder.paged_fingerprints`` gives it; in the evidence it is side a. Its own digest is ``exact_file``,
    whether the pool holds it or not. Contents that were fingerprinted by another algorithm version are not compared: a
    run fingerprints them anew.
    """
    sha256 = str(picture["sha256"])
    asked = {"algorithm_version": picture["algorithm_version"], "sha256": sha256}
    found: dict[str, tuple[Verdict, Mapping[str, object]]] = {sha256: ("exact_file", {"sha256": sha256})}
    columns = con.execute(query("matching", "lookup_page"), asked).fetchnumpy()
    own = [page for page in picture["pages"] if not page["low_information"]]
    if not own or not len(columns["sha256"]):
        return found, True
    cuts = int(np.count_nonzero(columns["photograph"])) <= MOST_LOCAL
    features = [page["features"] for page in own]
    if cuts:
        features += [row[0] for row in con.execute(query("matching", "lookup_feature"), asked).fetchall()]
    pages = PageSet(
        words=np.concatenate([from_hex([page["phash256"] for page in own]), _words(columns)]),
        photograph=np.concatenate(
            [np.array([page["photograph"] for page in own], bool), np.asarray(columns["photograph"], bool)]
        ),
        fresh=np.arange(len(own) + len(columns["sha256"])) < len(own),
        content=np.concatenate([np.zeros(len(own), np.int64), _contents(columns["sha256"])]),
        features=features if cuts else (),
    )
    candidates = list(_candidates(pages, picture, columns, len(own)).values())
    for each, judged in zip(candidates, judge(candidates), strict=True):
        first = each.a.sha256 == sha256
        other = each.b.sha256 if first else each.a.sha256
        found[other] = (judged.verdict, judged.evidence if first else turned_round(judged.evidence))
    return found, cuts


def _words(columns: Mapping[str, Any]) -> NDArray[np.uint64]:
    return np.stack([np.asarray(columns[f"phash256_{word}"], dtype=np.uint64) for word in range(4)], axis=1)


def _contents(digests: object) -> NDArray[np.int64]:
    """Numbers of contents from 1, of pages in the order of their digests; 0 is the picture that is asked about."""
    names = np.asarray(digests, dtype=object)
    return np.cumsum(np.concatenate([[True], names[1:] != names[:-1]])).astype(np.int64)


def _candidates(pages: PageSet, picture: PagedRow, columns: Mapping[str, Any], own: int) -> dict[str, Candidate]:
    """Candidates of the picture and one content each, by the content's digest; the lower digest is side a."""
    asked = [page for page in picture["pages"] if not page["low_information"]]
    this = Side(
        str(picture["sha256"]),
        frames_that_count(picture["media_type"], picture["frames"]),
        len(picture["pages"]),
        picture["quality"],
    )
    found: dict[str, tuple[Side, list[PagePair]]] = {}
    for a, b, alike in find_candidates(pages).rows():
        # The picture's pages come first, so that a is one of them; alike.form is that of b beside a.
        place = b - own
        frames, quality = columns["frames"][place], columns["quality"][place]
        side = Side(
            str(columns["sha256"][place]),
            frames_that_count(columns["media_type"][place], int(frames)),
            int(columns["pages"][place]),
            int(quality),
        )
        pair = PagePair(asked[a]["page"], int(columns["page"][place]), *alike)
        found.setdefault(side.sha256, (side, []))[1].append(pair)
    return {sha256: _in_order(this, side, sorted(pairs)) for sha256, (side, pairs) in sorted(found.items())}


def _in_order(this: Side, other: Side, pairs: Sequence[PagePair]) -> Candidate:
    if this.sha256 < other.sha256:
        return Candidate(this, other, tuple(pairs))
    return Candidate(other, this, tuple(sorted(each.turned_round() for each in pairs)))
