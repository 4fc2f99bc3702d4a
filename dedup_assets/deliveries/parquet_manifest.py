"""Parquet manifests. Values come typed, so their text is made here: the shortest text that gives the value back.

Put here how typed columns become text. Columns that the contract does not know are named, never read.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup_assets.deliveries.header import Header, HeaderError, lacking, match
from dedup_assets.deliveries.manifest import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    Batcher,
    UnreadableManifestError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.manifest import Remarks

# A few kilobytes of Parquet can claim billions of equal rows; the city's largest manifest is two orders below this.
ROWS = 50_000_000
COLUMN_CHUNK_BYTES = 1024**3

# What pyarrow raises on files that are damaged or hold values that Python has no type for (a year 200,000, a time
# zone that does not exist).
_DAMAGE = (pa.ArrowException, OSError, ValueError, OverflowError, KeyError)


def read_parquet(file: BinaryIO, contract: Contract, remarks: Remarks) -> Iterator[Batch]:
    """The batches of a Parquet manifest. As ``manifest.Reader``; raw holds the contract's columns only."""
    try:
        parquet, header, names = _opened(file, contract)
        remarks.unknown += header.extra
        remarks.absent += header.absent
        batcher = Batcher({ours: at for at, ours in enumerate(header.positions)})
        for rows in parquet.iter_batches(BATCH_ROWS, columns=names):
            _sort(batcher, [_cells(rows.column(name), name) for name in names], names)
            yield batcher.take()
        yield batcher.take()
    except UnreadableManifestError:
        raise
    except _DAMAGE as error:
        raise UnreadableManifestError(f"it is damaged or no Parquet file ({type(error).__name__})") from error


def _opened(file: BinaryIO, contract: Contract) -> tuple[pq.ParquetFile, Header, list[str]]:
    """The file, its header, and the names in the file of the header's columns, in the order of its positions."""
    metadata = pq.read_metadata(file)
    _hold_to_limits(metadata)
    schema = metadata.schema.to_arrow_schema()
    try:
        header = match(schema.names, contract)
    except HeaderError as error:
        raise UnreadableManifestError(str(error)) from error
    missing = lacking(header, contract)
    if missing:
        raise UnreadableManifestError(missing)
    fields = [schema.field(position) for position in header.positions.values()]
    for each in fields:
        if pa.types.is_nested(each.type):
            raise UnreadableManifestError(f"column {each.name} holds lists or records; it must hold single values")
    # As dictionaries, a long value that a file repeats a billion times is held once.
    text = [each.name for each in fields if _is_text(each.type)]
    return pq.ParquetFile(file, read_dictionary=text), header, [each.name for each in fields]


def _hold_to_limits(metadata: pq.FileMetaData) -> None:
    if metadata.num_rows > ROWS:
        raise UnreadableManifestError(f"it claims {metadata.num_rows:,} rows; the limit is {ROWS:,}")
    groups = (metadata.row_group(at) for at in range(metadata.num_row_groups))
    chunks = (group.column(at) for group in groups for at in range(metadata.num_columns))
    if any(chunk.total_uncompressed_size > COLUMN_CHUNK_BYTES for chunk in chunks):
        raise UnreadableManifestError(
            f"a column expands to more than {COLUMN_CHUNK_BYTES:,} bytes in one row group; write smaller row groups"
        )


def _is_text(kind: pa.DataType) -> bool:
    checks = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(check(kind) for check in checks)


def _cells(column: pa.Array, name: str) -> list[str | bytes | None]:
    """A column of one batch as text; a cell whose bytes are no UTF-8 stays bytes."""
    if pa.types.is_dictionary(column.type):
        if not _is_text(column.type.value_type):
            return _cells(column.dictionary_decode(), name)
        values = column.dictionary.cast(pa.binary())
        size = pc.sum(pc.take(pc.binary_length(values), column.indices)).as_py() or 0
        if size > BATCH_CHARACTERS:
            raise UnreadableManifestError(f"column {name} holds {size:,} bytes in {len(column):,} rows; none may")
        decoded = [_text(value) for value in values.to_pylist()]
        return [None if at is None else decoded[at] for at in column.indices.to_pylist()]
    if pa.types.is_float32(column.type):
        return [None if value is None else str(np.float32(value)) for value in column.to_pylist()]
    return [_text(value) for value in column.to_pylist()]


def _text(value: object) -> str | bytes | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if isinstance(value, date):  # datetime and pandas' Timestamp, which pyarrow gives for nanoseconds, are dates too
        return value.isoformat()
    return str(value)  # of a float, with its .0: the registry knows that damage


def _sort(batcher: Batcher, columns: list[list[str | bytes | None]], names: list[str]) -> None:
    for row in zip(*columns, strict=True):
        spoilt = next((name for name, cell in zip(names, row, strict=True) if isinstance(cell, bytes)), None)
        shown = [cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else cell for cell in row]
        raw = json.dumps(dict(zip(names, shown, strict=True)), ensure_ascii=False)
        if spoilt is None:
            batcher.add(shown, raw)
        else:
            batcher.reject("encoding", "holds bytes that are not UTF-8", raw, spoilt)
