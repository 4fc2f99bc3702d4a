"""Taking one manifest in: read it, hold it to its contract, write its rows.

Put here what happens to one delivery, inside a transaction of the caller. Keep out which delivery is read when, and
which one is in force (``read.py``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from dedup_assets.deliveries.checks import hold
from dedup_assets.deliveries.csv_manifest import read_csv
from dedup_assets.deliveries.jsonl_manifest import read_jsonl
from dedup_assets.deliveries.manifest import Break, Remarks, UnreadableManifestError
from dedup_assets.deliveries.parquet_manifest import read_parquet
from dedup_assets.deliveries.xlsx_manifest import read_xlsx
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.manifest import Reader

READERS: dict[str, Reader] = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet, "xlsx": read_xlsx}
_STAGES = ("staged_record", "staged_break", "staged_key")
_BREAK = pa.schema(
    [("row_no", pa.int64())] + [(name, pa.string()) for name in ("column_name", "rule", "detail", "raw")]
)


class BalanceError(AssertionError):
    """Rows of a manifest were lost or counted twice on their way into the tables. Nothing of it was kept."""


@dataclass(frozen=True)
class Delivery:
    """One row of the table ``delivery``."""

    delivery_id: str
    department: str
    as_of: date
    version: int
    uri: str
    format: str | None
    sha256: str
    byte_size: int
    status: str
    reason: str | None
    in_force: bool
    contract_version: str
    contract_sha256: str
    rows_in: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0


def take_in(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, content: BinaryIO, contract: Contract, remarks: Remarks
) -> Delivery:
    """Read ``content``, the manifest of ``delivery``, into image_record and rejected_row; gives what became of it.

    Whatever the tables held of this delivery is replaced. An unreadable manifest leaves no rows.

    Raises BalanceError when rows in are not rows accepted plus rows rejected; the caller must roll back.
    """
    clear(con, delivery.delivery_id)
    for stage in _STAGES:
        con.execute(query("deliveries", stage))
    try:
        rows_in = _stage(con, delivery, content, contract, remarks)
    except UnreadableManifestError as error:
        done = replace(delivery, status="unreadable", reason=f"the manifest cannot be read: {error}")
    else:
        done = _settle_rows(con, delivery, rows_in)
    con.execute(query("deliveries", "unstage"))
    write(con, done)
    return done


def clear(con: duckdb.DuckDBPyConnection, delivery_id: str) -> None:
    """Take the rows of one delivery out of image_record and rejected_row."""
    con.execute("delete from image_record where delivery_id = ?", [delivery_id])
    con.execute("delete from rejected_row where delivery_id = ?", [delivery_id])


def write(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Write the row of ``delivery``, in place of an earlier one."""
    con.execute(query("deliveries", "delivery"), asdict(delivery))


def _stage(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, content: BinaryIO, contract: Contract, remarks: Remarks
) -> int:
    """Rows of the manifest, all of them staged."""
    if delivery.byte_size == 0:
        return 0
    if delivery.format not in contract.formats:
        raise UnreadableManifestError(
            f"its format is {delivery.format}; the contract accepts {', '.join(contract.formats)}"
        )
    rows_in = 0
    for batch in READERS[delivery.format](content, contract, remarks):
        accepted, breaks = hold(batch, contract)
        _insert(con, "insert into staged_record by name select * from arriving", accepted)
        _insert(con, "insert into staged_break by name select * from arriving", _breaks(breaks))
        for column in contract.columns:
            if column.unique:
                _insert(
                    con,
                    "insert into staged_key by name select * from arriving",
                    _keys(accepted, column.name, column.source),
                )
        rows_in = batch.rows_in
    con.execute(query("deliveries", "staged_break_unique"))
    return rows_in


def _settle_rows(con: duckdb.DuckDBPyConnection, delivery: Delivery, rows_in: int) -> Delivery:
    key = {name: getattr(delivery, name) for name in ("delivery_id", "department", "as_of")}
    con.execute(query("deliveries", "image_record"), key)
    con.execute(query("deliveries", "rejected_row"), key)
    found = con.execute(query("deliveries", "balance"), {"delivery_id": delivery.delivery_id}).fetchall()
    accepted, rejected = found[0]
    if rows_in != accepted + rejected:
        raise BalanceError(
            f"{delivery.uri}: {rows_in:,} rows in, {accepted:,} accepted and {rejected:,} rejected; nothing was kept"
        )
    status = "read" if rows_in else "empty"
    reason = None if rows_in else "the manifest has no rows" if delivery.byte_size else "the manifest has 0 bytes"
    return replace(
        delivery, status=status, reason=reason, rows_in=rows_in, rows_accepted=accepted, rows_rejected=rejected
    )


def _insert(con: duckdb.DuckDBPyConnection, statement: str, arriving: pa.Table) -> None:
    if arriving.num_rows:
        con.register("arriving", arriving)
        con.execute(statement)
        con.unregister("arriving")


def _breaks(breaks: Iterable[Break]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "row_no": each.row_no,
                "column_name": each.column,
                "rule": each.rule,
                "detail": each.detail,
                "raw": each.raw,
            }
            for each in breaks
        ],
        schema=_BREAK,
    )


def _keys(accepted: pa.Table, name: str, source: str) -> pa.Table:
    table = pa.table(
        {
            "row_no": accepted.column("row_no"),
            "column_name": pa.array([source] * accepted.num_rows, pa.string()),
            "value": accepted.column(name),
        }
    )
    return table.filter(table.column("value").is_valid())
