"""Holding one batch of rows to the contract: required cells, formats, mandatory cells counted.

Put here what can be judged row by row. Keep out uniqueness, which needs the whole manifest and is done in SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup_assets.deliveries.contract import COLUMNS
from dedup_assets.deliveries.formats import as_mask
from dedup_assets.deliveries.manifest import Batch, Break, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup_assets.deliveries.contract import Column, Contract

    Mask = NDArray[np.bool_]


def hold(batch: Batch, contract: Contract) -> tuple[pa.Table, list[Break]]:
    """The rows of ``batch`` that the contract accepts, and what the others break.

    The table has row_no, raw, every column of ``COLUMNS`` (null where the manifest or the contract has none) and the
    counts missing_values, mandatory_values, typed_values and invalid_values of image_record.
    """
    size = batch.rows.num_rows
    cells = {name: batch.rows.column(name) for name in batch.rows.schema.names}
    rejected = np.zeros(size, dtype=bool)
    counts = {name: np.zeros(size, dtype=np.int32) for name in ("missing", "mandatory", "typed", "invalid")}
    breaks = list(batch.breaks)
    for column in contract.columns:
        counts["mandatory"] += column.mandatory
        values = cells.get(column.name)
        if values is None:  # its reader has refused a manifest that lacks a required column
            counts["missing"] += column.mandatory
            continue
        present = as_mask(pc.is_valid(values))
        counts["missing"] += column.mandatory & ~present
        if column.format:
            counts["typed"] += present
            if column.on_break == "count":
                counts["invalid"] += column.format.broken(values)
        for rule, detail, broken in _fatal(column, values, present):
            breaks += _breaks(batch.rows, broken, column, rule, detail)
            rejected |= broken
    table = {"row_no": cells["row_no"], "raw": cells["raw"]}
    table |= {name: cells.get(name, pa.nulls(size, pa.string())) for name in COLUMNS}
    table["declared_sha256"] = pc.utf8_lower(table["declared_sha256"])
    table |= {f"{name}_values": pa.array(count) for name, count in counts.items()}
    return pa.table(table).filter(pa.array(~rejected)), breaks


def _fatal(column: Column, values: pa.Array, present: Mask) -> Iterator[tuple[str, str, Mask]]:
    """What rejects a row: rule, what is wrong with the value, and where it is."""
    # DuckDB would store a NUL, but no file system can open a path that holds one.
    yield "encoding", "holds a NUL character", as_mask(pc.match_substring(values, "\0"))
    if column.required:
        yield "required", "is blank; the contract requires it", ~present
    if column.format and column.on_break == "reject":
        yield "format", f"is not {column.format.stated}", column.format.broken(values)


def _breaks(rows: pa.RecordBatch, broken: Mask, column: Column, rule: str, detail: str) -> Iterator[Break]:
    for at in np.flatnonzero(broken).tolist():
        value = rows.column(column.name)[at].as_py()
        yield Break(
            row_no=rows.column("row_no")[at].as_py(),
            column=column.source,
            rule=rule,
            detail=detail if value is None else f"{quoted(value)} {detail}",
            raw=rows.column("raw")[at].as_py(),
        )
