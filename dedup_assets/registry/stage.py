"""Reference files on their way into the tables: rows staged as text, then their identifiers read.

Put here what moves rows between Python and DuckDB. Keep out what is asserted of the result (``reference.py``).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup_assets.registry import permit, pin
from dedup_assets.registry.folder import File, count_features, read_rows
from dedup_assets.registry.membership import read_apns
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from dedup_assets.registry.identity import Identity

_BATCH = 50_000  # rows a batch: 20 text columns of them are some 50 MB


def stage_file(con: duckdb.DuckDBPyConnection, file: File) -> tuple[int, int]:
    """Put the rows of one file into its staging table; (rows of the file, rows whose cells do not fit its header).

    Raises RegistryError when the file cannot be read.
    """
    if not file.layout.stage:
        return count_features(file), 0
    columns = con.table(file.layout.stage).columns
    rows = read_rows(file)
    rows_in = misfits = 0
    while batch := list(islice(rows, _BATCH)):
        fitting = [{**values, "source": file.name, "row_no": row_no} for row_no, values in batch if values is not None]
        rows_in += len(batch)
        misfits += len(batch) - len(fitting)
        _insert(con, file.layout.stage, columns, fitting)
    return rows_in, misfits


def read_staged(con: duckdb.DuckDBPyConnection) -> None:
    """Read every distinct identifier of the staged rows, then the rows themselves."""
    _keep(con, map(permit.parse, _raw(con, "permit")))
    _keep(con, map(pin.parse, _raw(con, "pin")))
    _keep(con, read_apns(_raw(con, "apn_roll"), _raw(con, "apn_seen"), _raw(con, "apn_lineage")).values())
    con.execute(query("registry", "stage_read"))


def _raw(con: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    return [raw for (raw,) in con.execute(query("registry", "stage_raw"), {"kind": kind}).fetchall()]


def _keep(con: duckdb.DuckDBPyConnection, identities: Iterable[Identity]) -> None:
    columns = con.table("stage_identity").columns
    _insert(con, "stage_identity", columns, [_identity(each) for each in identities])


def _identity(identity: Identity) -> dict[str, object]:
    number = identity.canonical if identity.kind == "permit" else None
    return {
        "kind": identity.kind,
        "raw": identity.raw,
        "canonical": identity.canonical,
        "status": identity.status,
        "family": permit.family(number) if number else None,
        "is_supplement": permit.is_supplement(number) if number else None,
    }


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> None:
    """Append rows to a staging table; a column that the file does not have is null."""
    rows = list(rows)
    if rows:
        arrays = {column: pa.array([row.get(column) for row in rows]) for column in columns}
        con.from_arrow(pa.table(arrays)).insert_into(table)
