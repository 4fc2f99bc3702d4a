"""Excel manifests: the first sheet of a workbook, its first row with anything in it as header.

Put here how cells become text, and the limits that keep a hostile workbook from filling memory. A number that the
workbook holds as an integer has no ".0"; leading zeros survive only in text cells, and the registry judges the rest.
"""

from __future__ import annotations

import json
import struct
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from itertools import repeat
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from dedup_assets.deliveries.header import HeaderError, lacking, match
from dedup_assets.deliveries.manifest import Batch, Batcher, UnreadableManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup_assets.deliveries.contract import Contract
    from dedup_assets.deliveries.manifest import Remarks

# Limits of what is unpacked. Workbooks of 100,000 manifest rows take 60 to 90 MB; spreadsheet XML packs 10 to 25 fold.
UNPACKED_BYTES = 512 * 1024**2
SUSPECT_BYTES = 16 * 1024**2
EXPANSION = 200
ROWS = 1_048_576  # Excel's own limit
COLUMNS = 1_024

# What zipfile, expat and openpyxl raise on archives and parts that are damaged, encrypted or made up. The XML errors of
# the standard library and of lxml, which openpyxl takes where it is installed, are both a SyntaxError.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, SyntaxError, EOFError, OSError,
    KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_xlsx(file: BinaryIO, contract: Contract, remarks: Remarks) -> Iterator[Batch]:
    """The batches of an Excel manifest; rows without any value are no rows. As ``manifest.Reader``."""
    rows = _rows(file, remarks)
    names = next(rows, None)
    if names is None:
        return
    try:
        header = match([name or "" for name in names], contract)
    except HeaderError as error:
        raise UnreadableManifestError(str(error)) from error
    missing = lacking(header, contract)
    if missing:
        raise UnreadableManifestError(missing)
    remarks.unknown += [name for name in header.extra if name]
    remarks.absent += header.absent
    labels = [name or f"column {at}" for at, name in enumerate(names, 1)]
    batcher = Batcher(header.positions)
    for row in rows:
        raw = json.dumps(dict(zip([*labels, *_beyond(labels, row)], row, strict=False)), ensure_ascii=False)
        if len(row) > len(names):
            batcher.reject("columns", "holds a value to the right of the last header", raw)
        else:
            batcher.add([*row, *repeat(None, len(names) - len(row))], raw)
        if batcher.full:
            yield batcher.take()
    yield batcher.take()


def _beyond(labels: Sequence[str], row: Sequence[str | None]) -> list[str]:
    return [f"column {at}" for at in range(len(labels) + 1, len(row) + 1)]


def _rows(file: BinaryIO, remarks: Remarks) -> Iterator[list[str | None]]:
    """The rows that hold anything, as text, without the empty cells at their end."""
    try:
        formulas = _inspect(file)
        written = _sheet(file, remarks, values=False)
        # A formula cell's text is its last computed value, which only a second look shows; where a program wrote the
        # formula and no value ("=..." given as text ends up so), its text is the formula.
        computed: Iterable[Sequence[Any]] = _sheet(file, None, values=True) if formulas else repeat(())
        for seen, values in zip(written, computed, strict=False):
            row = _row(seen, values)
            if row:
                yield row
    except UnreadableManifestError:
        raise
    except _DAMAGE as error:
        raise UnreadableManifestError(f"it is damaged or no Excel workbook ({type(error).__name__})") from error


def _row(seen: Sequence[Any], values: Sequence[Any]) -> list[str | None]:
    """One row as text; ``values`` are the same cells with formulas computed, or nothing."""
    if len(seen) > COLUMNS:
        raise UnreadableManifestError(f"a row has more than {COLUMNS:,} columns")
    row = [_text(cell.value) for cell in seen]
    for at, value in enumerate(values):
        if seen[at].data_type == "f" and value.value is not None:
            row[at] = _text(value.value)
    while row and (row[-1] is None or not row[-1].strip()):
        row.pop()
    return row


def _inspect(file: BinaryIO) -> bool:
    """Hold the archive to the limits; whether a sheet of it holds formulas.

    zipfile never unpacks more than the size that an entry declares, so the declared sizes can be relied on.
    """
    if file.read(4) == b"\xd0\xcf\x11\xe0":
        raise UnreadableManifestError("it is password-protected or an old .xls; save it as .xlsx without a password")
    formulas = False
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
            raise UnreadableManifestError(
                f"it unpacks to more than {UNPACKED_BYTES:,} bytes; deliver CSV or Parquet instead"
            )
        if any(e.file_size > SUSPECT_BYTES and e.file_size > EXPANSION * e.compress_size for e in entries):
            raise UnreadableManifestError(
                f"a part of it unpacks to more than {EXPANSION} times its size, as a ZIP bomb does"
            )
        for entry in entries:
            if "worksheets/" in entry.filename:
                with archive.open(entry) as part:
                    formulas = formulas or _has_formula(part)
    return formulas


def _has_formula(part: IO[bytes]) -> bool:
    tail = b""
    while chunk := part.read(1024**2):
        block = tail + chunk
        if b"<f>" in block or b"<f " in block or b":f>" in block or b":f " in block:
            return True
        tail = block[-3:]
    return False


def _sheet(file: BinaryIO, remarks: Remarks | None, *, values: bool) -> Iterator[Sequence[Any]]:
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that a manifest does not need
        book = openpyxl.load_workbook(file, read_only=True, data_only=values)
    if not book.worksheets:
        raise UnreadableManifestError("the workbook has no sheet")
    if remarks is not None and len(book.worksheets) > 1:
        remarks.notes.append(f"only the first of its {len(book.worksheets)} sheets was read")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # the extent that a file states may be wrong, and would cut rows off
    yield from sheet.iter_rows(max_row=ROWS)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # A cell cannot tell a day from its midnight, and manifests mean the day.
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)
