"""Decisions on their way into a pool: the table ``decision``, filled from the pool's store before every run.

Put here what becomes of entries in DuckDB. Keep out what the ledger and the facts make of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.review.entry import Entry, first_fault
from dedup_assets.review.subject import DecisionError
from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from dedup_assets.review.store import DecisionStore

_SCHEMA = pa.schema(
    [
        ("entry_no", pa.int64()),
        ("entry_sha256", pa.string()),
        ("kind", pa.string()),
        ("subject", pa.string()),
        ("sha256_a", pa.string()),
        ("sha256_b", pa.string()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
        ("decided_at", pa.timestamp("us")),
        ("evidence_class", pa.string()),
        ("ended_at", pa.timestamp("us")),
        ("ended_by", pa.string()),
        ("ended_reason", pa.string()),
    ]
)


def load_decisions(con: duckdb.DuckDBPyConnection, store: DecisionStore) -> int:
    """Replace ``decision`` by what the store says, in force and ended; returns the number in force.

    Raises DecisionError when the store's chain is broken, naming the entry: nothing may follow from what was changed.
    """
    entries = store.entries()
    fault = first_fault(entries)
    if fault is not None:
        raise DecisionError(f"{store.path}: {fault.says}; put back its last good copy")
    rows = decision_rows(entries)
    with atomic(con):
        con.execute("delete from decision")
        con.register("new_decision", pa.Table.from_pylist(rows, schema=_SCHEMA))
        con.execute(query("review", "decision"))
        con.unregister("new_decision")
    return sum(each["ended_at"] is None for each in rows)


def decision_rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The rows of ``decision``: each decision with the entry that ended it, an undoing or another decision."""
    standing: dict[str, dict[str, Any]] = {}
    rows = []
    for entry in entries:
        before = standing.pop(entry.subject, None)
        if before is not None:
            before |= {"ended_at": _universal(entry), "ended_by": entry.who, "ended_reason": entry.reason}
        if entry.act == "decide":
            contents = entry.about().contents or (None, None)
            row = {
                "entry_no": entry.entry_no,
                "entry_sha256": entry.sha256,
                "kind": entry.kind,
                "subject": entry.subject,
                "sha256_a": contents[0],
                "sha256_b": contents[1],
                "verdict": entry.verdict,
                "reason": entry.reason,
                "decided_by": entry.who,
                "decided_at": _universal(entry),
                "evidence_class": entry.evidence_class,
                "ended_at": None,
                "ended_by": None,
                "ended_reason": None,
            }
            standing[entry.subject] = row
            rows.append(row)
    return rows


def _universal(entry: Entry) -> datetime:
    """The moment as the table holds it: universal time without a zone."""
    return entry.at.replace(tzinfo=None)
