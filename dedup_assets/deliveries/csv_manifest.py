"""CSV manifests: comma, semicolon or tab, quotes, line breaks inside quotes.

Put here how CSV is parsed. Python's csv splits, because it hands every field over as the text that was sent; DuckDB's
reader guesses types, quotes and delimiters from a sample, and cannot say which line it dropped.
"""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from dedup_assets.deliveries.header import HeaderError, lacking, match
from dedup_assets.deliveries.manifest import Batch, Batcher, UnreadableManifestError
from dedup_assets.deliveries.text_lines import lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.manifest import Remarks

DELIMITERS = (",", ";", "\t")


def read_csv(file: BinaryIO, contract: Contract, remarks: Remarks) -> Iterator[Batch]:
    """The batches of a CSV manifest; blank lines are no rows. As ``manifest.Reader``."""
    with text_of(file, remarks, newline="") as text:
        lines = _Lines(lines_of(text))
        names, delimiter = _header(lines, contract)
        if not names:
            return
        try:
            header = match(names, contract)
        except HeaderError as error:
            raise UnreadableManifestError(str(error)) from error
        missing = lacking(header, contract)
        if missing:
            raise UnreadableManifestError(missing)
        remarks.unknown += header.extra
        remarks.absent += header.absent
        batcher = Batcher(header.positions)
        for row, problem in _records(lines, delimiter):
            _sort(batcher, row, problem, lines.taken, len(names))
            if batcher.full:
                yield batcher.take()
        yield batcher.take()


class _Lines:
    """Lines, with those of the record in hand remembered so that they can be shown or given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, keep: int) -> None:
        """Give back all lines of the record in hand but the first ``keep``."""
        self._returned.extendleft(reversed(self.taken[keep:]))
        del self.taken[keep:]


def _header(lines: _Lines, contract: Contract) -> tuple[list[str], str]:
    """The first record that is not blank, split by the delimiter that finds most of the contract's columns."""
    best: tuple[int, list[str], str] = (-1, [], DELIMITERS[0])
    keep = 0
    for delimiter in DELIMITERS:
        names, problem = _first(lines, delimiter)
        if not problem:
            try:
                found = len(match(names, contract).positions)
            except HeaderError:  # said again, and raised, once the delimiter is settled
                found = 1
            if found > best[0]:
                best, keep = (found, names, delimiter), len(lines.taken)
        lines.give_back(0)
    if best[0] < 0:
        raise UnreadableManifestError("its header cannot be split into columns; look for a quote that is not closed")
    for _ in range(keep):
        next(lines)
    return best[1], best[2]


def _first(lines: _Lines, delimiter: str) -> tuple[list[str], str | None]:
    lines.taken.clear()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                return row, None
    except csv.Error as error:
        return [], str(error)
    return [], None


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[list[str], str | None]]:
    """Each record with what is wrong with it; ``lines.taken`` are its lines until the next one is asked for.

    A quote that is never closed swallows the lines after it, until the parser gives up. Only its first line is the
    broken row; the lines after it are parsed again, so one bad quote costs one row.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        try:
            row, problem = next(reader), None
        except StopIteration:
            return
        except csv.Error as error:
            row, problem = [], str(error)
            lines.give_back(1)
        yield row, problem


def _sort(batcher: Batcher, row: list[str], problem: str | None, taken: list[str], width: int) -> None:
    raw = "".join(taken).rstrip("\r\n")
    if problem:
        batcher.reject("columns", f"cannot be split into fields: {problem}", raw)
    elif len(row) == width:
        if width > 1 or row[0].strip():
            batcher.add(row, raw)
    elif raw.strip():
        batcher.reject("columns", f"has {len(row)} fields, the header has {width}", raw)
