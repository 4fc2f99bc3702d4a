"""A source system that never looked for copies: its records are copies far more often than those of the others.

The least specific of the causes of copies: a rate, not a trace. So it is asked last, of the copies that nothing else
explains, and it names the system to look at, not what happened to one photograph.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.findings.causes.rate import MAX_CHANCE, compare
from dedup_assets.matching.wilson import wilson
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()), ("source_system", pa.string()), ("copies", pa.int64()), ("records", pa.int64()),
        ("other_copies", pa.int64()), ("other_records", pa.int64()), ("chance", pa.string()),
        ("low", pa.float64()), ("high", pa.float64()),
    ]
)  # fmt: skip


class LegacySource:
    """The cause of ``finding_cause`` that is called legacy_source."""

    name = "legacy_source"
    version = "2"

    def find(self, con: duckdb.DuckDBPyConnection) -> None:
        """Compare every source system of a delivery with all others, and explain the copies of those that stand out."""
        counts = con.execute(query("findings.causes", "legacy_source_count")).fetchall()
        found = [row for _, rows in groupby(counts, lambda row: row[0]) for row in outstanding(list(rows))]
        con.register("new_source", pa.Table.from_pylist(found, schema=_SCHEMA))
        con.execute(query("findings.causes", "legacy_source"))
        con.unregister("new_source")


LEGACY_SOURCE = LegacySource()


def outstanding(counts: Sequence[tuple[str, str, int, int]]) -> Iterator[dict[str, Any]]:
    """The source systems of one delivery that stand out, as rows of ``new_source``.

    ``counts``: of each system the delivery, its name, its copies that nothing else explains, and its records.
    """
    copies, records = sum(row[2] for row in counts), sum(row[3] for row in counts)
    for delivery_id, system, own, total in counts:
        rates = compare(own, total, copies - own, records - total)
        if rates.stands_out and rates.chance < MAX_CHANCE / len(counts):
            low, high = wilson(own, total)
            yield {
                "delivery_id": delivery_id,
                "source_system": system,
                "copies": own,
                "records": total,
                "other_copies": copies - own,
                "other_records": records - total,
                "chance": f"{rates.chance:.1e}",
                "low": round(low, 4),
                "high": round(high, 4),
            }
