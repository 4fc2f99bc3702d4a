"""File names that do not follow the department's own grammar, where such records are wrong far more often than others.

Put here the grammar of a department (``naming_grammar``) and what leaving it costs. The grammar is read from the names
themselves: the commonest shape that spells an identifier, where it holds for most records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.findings.causes.rate import MAX_CHANCE, compare
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

# Share of the named records that a shape must hold to be the department's grammar: below one half there is none.
MIN_SHARE = 0.5

_SCHEMA = pa.schema(
    [
        ("department", pa.string()), ("as_of", pa.date32()), ("grammar", pa.string()), ("wrong", pa.int64()),
        ("outside", pa.int64()), ("wrong_inside", pa.int64()), ("inside", pa.int64()), ("chance", pa.string()),
    ]
)  # fmt: skip


class InconsistentNaming:
    """The cause of ``finding_cause`` that is called inconsistent_naming."""

    name = "inconsistent_naming"
    version = "1"

    def find(self, con: duckdb.DuckDBPyConnection) -> None:
        """Write the grammar of every delivery of the pass, and explain findings outside it where they stand out."""
        for name in ("names", "naming_shape", "naming_grammar"):
            con.execute(query("findings.causes", name))
        counts = con.execute(query("findings.causes", "inconsistent_naming_count"), {"share": MIN_SHARE}).fetchall()
        con.register("new_naming", pa.Table.from_pylist(list(_outstanding(counts)), schema=_SCHEMA))
        con.execute(query("findings.causes", "inconsistent_naming"))
        con.unregister("new_naming")


INCONSISTENT_NAMING = InconsistentNaming()


def _outstanding(counts: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    for department, as_of, grammar, wrong, outside, wrong_inside, inside in counts:
        rates = compare(wrong, outside, wrong_inside, inside)
        if rates.stands_out and rates.chance < MAX_CHANCE:
            yield {
                "department": department,
                "as_of": as_of,
                "grammar": grammar,
                "wrong": wrong,
                "outside": outside,
                "wrong_inside": wrong_inside,
                "inside": inside,
                "chance": f"{rates.chance:.1e}",
            }
