"""From the pairs of a warehouse to its groups: ``match_group``, computed anew whenever pairs have changed.

Keep out the rule by which groups are formed (``groups``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup_assets.matching.groups import complete_link, group_id
from dedup_assets.matching.verdict import DUPLICATE
from dedup_assets.warehouse.sql import query

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from dedup_assets.matching.expand import Pairs
    from dedup_assets.matching.hashes import Classes


def group_contents(con: duckdb.DuckDBPyConnection, classes: Classes, place: NDArray[np.int64], pairs: Pairs) -> None:
    """Write ``match_group`` for the stored pairs (numbers of the temporary table ``searchable``).

    ``place``: int64[n], rank of each content's digest. Contents with one hash are grouped as one: they are at distance
    0 from one another and equally far from everything else, so the rule would join them first.
    """
    key = place[classes.starts[:-1]]  # the items of a class are in the order of their digests
    rows = _named(con, "candidate", _candidate_groups(classes, place, key, pairs))
    verified = con.execute(query("matching", "duplicate_pair"), {"verdicts": sorted(DUPLICATE)}).fetchnumpy()
    one, other, far = (np.asarray(verified[name], dtype=np.int64) for name in ("a", "b", "distance"))
    linked = complete_link(one, other, far, len(place))
    rows += _named(con, "duplicate", [np.array(group) for group in linked])
    columns = zip(("group_id", "basis", "sha256"), zip(*rows, strict=True) if rows else ((), (), ()), strict=True)
    con.register("named", pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
    con.execute(query("matching", "match_group"))
    con.unregister("named")


def _candidate_groups(
    classes: Classes, place: NDArray[np.int64], key: NDArray[np.int64], pairs: Pairs
) -> list[NDArray[np.int64]]:
    """Members of each group of basis ``candidate``, by the rank of their digests."""
    a, b, distance = pairs
    class_of = np.repeat(np.arange(len(key)), classes.weights)
    one, other = class_of[a], class_of[b]
    apart = one != other
    edges = np.unique(np.stack([one[apart], other[apart], distance[apart].astype(np.int64)]), axis=1)
    class_at = np.zeros(len(place), dtype=np.int64)
    class_at[key] = np.arange(len(key))
    linked = complete_link(key[edges[0]], key[edges[1]], edges[2], len(place))
    joined = [class_at[group].tolist() for group in linked]
    alone = np.setdiff1d(np.flatnonzero(classes.weights > 1), [each for group in joined for each in group])
    groups = [*joined, *([each] for each in alone.tolist())]
    return [np.concatenate([place[classes.starts[x] : classes.starts[x + 1]] for x in group]) for group in groups]


def _named(con: duckdb.DuckDBPyConnection, basis: str, groups: list[NDArray[np.int64]]) -> list[tuple[str, str, str]]:
    """Rows of ``match_group`` for groups of ranks."""
    if not groups:
        return []
    numbers = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    con.register("grouped", pa.table({"group_no": numbers, "place": np.concatenate(groups).astype(np.uint32)}))
    members: dict[int, list[str]] = {}
    for number, sha256 in con.execute(query("matching", "group_member")).fetchall():
        members.setdefault(number, []).append(sha256)
    con.unregister("grouped")
    return [(group_id(basis, each), basis, sha256) for each in members.values() for sha256 in each]
