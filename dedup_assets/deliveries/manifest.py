"""What every reader of manifests hands on: batches of text cells, and rows that have not the manifest's shape.

Put here what the four formats share. Keep out how a format is parsed (``csv_manifest.py`` and its neighbours) and what
a cell may hold (``checks.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedup_assets.deliveries.contract import Contract

# Rows in one batch, and characters of raw text after which a batch is closed early: together they bound memory.
# 20,000 rows is where the cost of a batch no longer shows (measured: 5,000 costs 20 % more, 100,000 nothing less).
BATCH_ROWS = 20_000
BATCH_CHARACTERS = 64 * 1024**2
QUOTED_CHARACTERS = 80


class UnreadableManifestError(ValueError):
    """A manifest cannot be read as a whole; the message says why, in words that hold nothing of its content."""


@dataclass(frozen=True)
class Break:
    """One rule that one row breaks. ``column`` is the department's own name, None when the whole row is broken."""

    row_no: int
    column: str | None
    rule: str  # required, format, unique, columns, encoding
    detail: str
    raw: str


@dataclass(frozen=True)
class Batch:
    """Rows of a manifest in order, up to row number ``rows_in``.

    ``rows`` has row_no (int64), raw (text) and one text column for each of our columns that the manifest has; a cell
    that is empty or blank is null. ``breaks`` are the rows that are not in ``rows`` because they lack its shape.
    """

    rows: pa.RecordBatch
    breaks: list[Break]
    rows_in: int


@dataclass
class Remarks:
    """What a reader noticed about a manifest as a whole, beside its rows.

    ``unknown`` and ``absent`` are column names; ``unknown`` come from the file and may be anything.
    """

    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


class Reader(Protocol):
    """Reads one format. ``file`` is seekable and stands at its start."""

    def __call__(self, file: BinaryIO, contract: Contract, remarks: Remarks) -> Iterator[Batch]:
        """The manifest's batches, in order.

        Raises UnreadableManifestError when the manifest as a whole cannot be read; batches before that are void.
        """


class Batcher:
    """Collects rows into batches. ``positions`` says where each of our columns stands in a row's cells."""

    def __init__(self, positions: Mapping[str, int]) -> None:
        self.rows_in = 0
        self._positions = positions
        self._clear()

    def _clear(self) -> None:
        self._numbers: list[int] = []
        self._raws: list[str] = []
        self._cells: list[Sequence[str | None]] = []
        self._breaks: list[Break] = []
        self._characters = 0

    @property
    def full(self) -> bool:
        """Whether it is time to ``take`` the batch."""
        return len(self._raws) + len(self._breaks) >= BATCH_ROWS or self._characters >= BATCH_CHARACTERS

    def add(self, cells: Sequence[str | None], raw: str) -> None:
        """Take in one row that has the manifest's shape; every row has as many cells."""
        self.rows_in += 1
        self._numbers.append(self.rows_in)
        self._raws.append(raw)
        self._cells.append(cells)
        self._characters += len(raw)

    def reject(self, rule: str, detail: str, raw: str, column: str | None = None) -> None:
        """Take in one row that has not the manifest's shape."""
        self.rows_in += 1
        self._breaks.append(Break(self.rows_in, column, rule, detail, raw))
        self._characters += len(raw)

    def take(self) -> Batch:
        """The rows collected since the last ``take``."""
        columns = list(zip(*self._cells, strict=True))
        table = {"row_no": pa.array(self._numbers, pa.int64()), "raw": pa.array(self._raws, pa.string())}
        for name, position in self._positions.items():
            table[name] = blank_to_null(pa.array(columns[position] if columns else [], pa.string()))
        batch = Batch(pa.record_batch(table), self._breaks, self.rows_in)
        self._clear()
        return batch


def blank_to_null(cells: pa.Array) -> pa.Array:
    """Text cells, with null for those that hold nothing but blanks (of any kind)."""
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(cells), ""), None, cells)


def quoted(value: str) -> str:
    """A value for a sentence about it: in quotes, cut short, unprintable characters escaped."""
    shown = value if len(value) <= QUOTED_CHARACTERS else value[: QUOTED_CHARACTERS - 1] + "…"
    if not shown.isprintable():
        shown = shown.encode("unicode_escape", "backslashreplace").decode("ascii")
    return f'"{shown}"'
