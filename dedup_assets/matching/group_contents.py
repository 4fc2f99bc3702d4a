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


def group_contents(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``match_group`` for the pairs in ``match``: groups of duplicates, and of candidates whatever they are."""
    rows: list[tuple[str, str, str]] = []
    for basis, verdicts in (("candidate", None), ("duplicate", sorted(DUPLICATE))):
        pairs = con.execute(query("matching", "grouped_pair"), {"verdicts": verdicts}).fetchnumpy()
        digests = [row[0] for row in con.execute("select sha256 from paired_content order by place").fetchall()]
        one, other, far = (np.asarray(pairs[name], dtype=np.int64) for name in ("a", "b", "distance"))
        for group in complete_link(one, other, far, len(digests)):
            members = [digests[place] for place in group]
            name = group_id(basis, members)
            rows += [(name, basis, sha256) for sha256 in members]
    columns = zip(("group_id", "basis", "sha256"), zip(*rows, strict=True) if rows else ((), (), ()), strict=True)
    con.register("named", pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
    con.execute(query("matching", "match_group"))
    con.unregister("named")
