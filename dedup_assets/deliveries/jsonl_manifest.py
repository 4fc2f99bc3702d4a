"""JSON Lines manifests: one object a line.

Put here how a line becomes cells. Numbers keep their literal text: ``007`` is no JSON number, but ``1.50`` and
``5016003016`` are, and neither may turn into something else on the way.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

from dedup_assets.deliveries.header import Header, HeaderError, match
from dedup_assets.deliveries.manifest import Batch, Batcher, UnreadableManifestError
from dedup_assets.deliveries.text_lines import lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.manifest import Remarks

# Objects of one manifest have few sets of keys; the cap keeps a manifest where each has its own from filling memory.
_KEY_SETS = 256
_UNKNOWN_NAMES = 1_000


class _RowError(ValueError):
    def __init__(self, rule: str, detail: str, column: str | None = None) -> None:
        super().__init__(detail)
        self.rule, self.detail, self.column = rule, detail, column


def read_jsonl(file: BinaryIO, contract: Contract, remarks: Remarks) -> Iterator[Batch]:
    """The batches of a JSON Lines manifest; blank lines are no rows. As ``manifest.Reader``.

    The header is the union of all keys: a required column that no object has makes the manifest unreadable.
    """
    parser = _Parser(contract)
    batcher = Batcher({column.name: at for at, column in enumerate(contract.columns)})
    # Lines end at \n alone: a lone carriage return is white space inside a JSON text.
    with text_of(file, remarks, newline="\n") as text:
        for line in lines_of(text):
            raw = line.strip()
            if not raw:
                continue
            try:
                batcher.add(parser.cells(raw), raw)
            except _RowError as error:
                batcher.reject(error.rule, error.detail, raw, error.column)
            if batcher.full:
                yield batcher.take()
    parser.conclude(remarks)
    yield batcher.take()


class _Parser:
    """Turns lines into cells in the contract's order, and remembers which keys it met."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._decode = json.JSONDecoder(
            object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str
        ).decode
        self._header = lru_cache(maxsize=_KEY_SETS)(self._match)
        self._met: set[str] = set()
        self._unknown: dict[str, None] = {}  # in the order met
        self._objects = 0

    def cells(self, raw: str) -> Sequence[str | None]:
        """The cells of one line.

        Raises _RowError when the line is no object of single values under distinct keys.
        """
        try:
            document = self._decode(raw)
        except json.JSONDecodeError as error:
            raise _RowError("columns", f"is not valid JSON: {error.msg} at character {error.colno}") from error
        except RecursionError as error:
            raise _RowError("columns", "is nested too deeply") from error
        if not isinstance(document, dict):
            raise _RowError("columns", "is no JSON object")
        header = self._header(tuple(document))
        self._objects += 1
        values = tuple(document.values())
        cells: list[str | None] = []
        for column in self._contract.columns:
            at = header.positions.get(column.name)
            cells.append(None if at is None else _text(values[at], column.source))
        if "\\u" in raw:
            _refuse_surrogates(cells)
        return cells

    def conclude(self, remarks: Remarks) -> None:
        """Remark on keys that the contract lacks and columns that no object had.

        Raises UnreadableManifestError when a required column is among the latter.
        """
        absent = [column for column in self._contract.columns if column.name not in self._met]
        missing = [column.source for column in absent if column.required]
        if self._objects and missing:
            raise UnreadableManifestError(
                f"no object has the required key{'s' * (len(missing) > 1)} {', '.join(missing)}"
            )
        if self._objects:
            remarks.absent += [column.source for column in absent]
        remarks.unknown += self._unknown

    def _match(self, keys: tuple[str, ...]) -> Header:
        try:
            header = match(keys, self._contract)
        except HeaderError as error:
            raise _RowError("columns", str(error)) from error
        self._met.update(header.positions)
        if len(self._unknown) < _UNKNOWN_NAMES:
            self._unknown.update(dict.fromkeys(header.extra))
        return header


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RowError("columns", "has the same key twice in one object")
    return found


def _text(value: object, source: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    kind = "a list" if isinstance(value, list) else "an object"
    raise _RowError("format", f"holds {kind} where one value is expected", source)


def _refuse_surrogates(cells: list[str | None]) -> None:
    try:
        for cell in cells:
            if cell is not None:
                cell.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _RowError("encoding", "holds half of a surrogate pair, which is no character") from error
