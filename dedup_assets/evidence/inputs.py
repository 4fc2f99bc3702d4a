"""What the results were made from: every manifest and every reference file, by digest and size.

The files themselves stay where they are; who performs the work again brings them and holds them to this list. Put here
the list. Keep out the laws and documents in force (``documents.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.evidence.canonical import canonical
from dedup_assets.evidence.tables import ask, fetched

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from dedup_assets.evidence.period import Scope
    from dedup_assets.evidence.salt import Openings

# What of a manifest could be looked up or quotes it; of a restricted department a commitment stands for it.
_TELLING = ("delivery_id", "uri", "sha256", "byte_size", "reason")
_COUNTS = ("rows_in", "rows_accepted", "rows_rejected")


def inputs(con: duckdb.DuckDBPyConnection, scope: Scope, opened: Mapping[str, Openings]) -> dict[str, Any]:
    """What ``inputs.json`` says. ``opened``: the openings of each restricted department that has an enclave."""
    manifests = [_manifest(row, scope, opened) for row in _rows(con, "delivery", scope)]
    return {
        "manifests": [each for each in manifests if each is not None],
        "reference_files": list(fetched(con, ask(con, "whole", {"table": "reference_file"}))),
        "registry_state": list(fetched(con, ask(con, "whole", {"table": "registry_state"}))),
    }


def _rows(con: duckdb.DuckDBPyConnection, table: str, scope: Scope) -> list[dict[str, Any]]:
    columns = ask(con, "dated", {"table": table, "departments": scope.names, "as_of": scope.as_of})
    rows = list(fetched(con, columns))
    return sorted(rows, key=lambda row: (row["department"], row["as_of"], row["version"]))


def _manifest(row: dict[str, Any], scope: Scope, opened: Mapping[str, Openings]) -> dict[str, Any] | None:
    row["as_of"] = row["as_of"].isoformat()
    name = row["department"]
    if name in scope.unrestricted:
        return row
    if scope.tier == "committee":
        row = {each: value for each, value in row.items() if each not in _COUNTS}
    told = {each: row[each] for each in _TELLING}
    left = {each: value for each, value in row.items() if each not in _TELLING}
    if name not in opened:
        return left
    return {**left, "commitment": opened[name].commit("delivery", row["delivery_id"], canonical(told)).hex()}
