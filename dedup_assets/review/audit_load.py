"""Auditors' results on their way into a pool: the table ``audit_result``, filled from the pool's store.

Put here what becomes of entries in DuckDB. Keep out what they say about the rules (``findings/precision.py``).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.warehouse import query
from dedup_assets.warehouse.atomic import atomic

if TYPE_CHECKING:
    import duckdb

    from dedup_assets.review.audit_store import AuditStore

_SCHEMA = pa.schema(
    [
        ("entry_no", pa.int64()),
        ("entry_sha256", pa.string()),
        ("sample_id", pa.string()),
        ("case_id", pa.string()),
        ("kind", pa.string()),
        ("department", pa.string()),
        ("rule_id", pa.string()),
        ("outcome", pa.string()),
        ("auditor", pa.string()),
        ("audited_on", pa.date32()),
        ("note", pa.string()),
    ]
)


def load_audit_results(con: duckdb.DuckDBPyConnection, store: AuditStore) -> int:
    """Replace ``audit_result`` by what the store says; returns the number of results.

    Raises DecisionError when the store's chain is broken: nothing may follow from what was changed.
    """
    rows = [
        {
            **{name: said[name] for name in _SCHEMA.names if name in said},
            "entry_no": entry.entry_no,
            "entry_sha256": entry.sha256,
            "audited_on": date.fromisoformat(said["audited_on"]),
        }
        for entry, said in store.results()
    ]
    with atomic(con):
        con.execute("delete from audit_result")
        con.register("new_audit_result", pa.Table.from_pylist(rows, schema=_SCHEMA))
        con.execute(query("review", "audit_result"))
        con.unregister("new_audit_result")
    return len(rows)
