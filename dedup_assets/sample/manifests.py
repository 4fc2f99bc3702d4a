"""Manifests: what each department hands in for each date, in its own columns and its own format.

The department's contract says how our columns are called there and which format is the usual one. Put here how rows are
written, and how a manifest is spoilt. Keep out what the rows say (``population.py``, ``planting/``).
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from dedup_assets.deliveries.contract import Contract, load_contract
from dedup_assets.sample.pictures.noise import digest
from dedup_assets.sample.plan import DEPARTMENTS, Plan, Record, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from dedup_assets.sample.files import File

SourceRow = dict[str, str | None]
Rows = list[tuple[SourceRow, str]]  # with how the row breaks its contract, usually not at all
ZIP_TIME = (2026, 1, 1, 0, 0, 0)  # a workbook is a ZIP archive, which keeps a time for each part


def write_manifests(landing: Path, contracts: Path, plan: Plan, files: Mapping[str, File]) -> int:
    """Write every manifest of every department below ``landing``; gives the number of manifests.

    Raises ContractError when a department's contract cannot be read.
    """
    written = 0
    for department in DEPARTMENTS:
        contract = load_contract(contracts / department / "contract.yaml")
        name = contract.formats[0]
        previous = b""
        for at in range(plan.calendar.deliveries):
            trouble = plan.calendar.trouble(department, at)
            if trouble == "missing":
                continue
            rows = _rows(plan, department, at, contract, files)
            good = WRITERS[name](_columns(contract), [] if trouble == "empty" else rows)
            folder = landing / department / plan.calendar.as_of(at).isoformat()
            folder.mkdir(parents=True)
            manifests = {f"manifest.{name}": good}
            if trouble == "unreadable":
                manifests = {f"manifest.{name}": good[: len(good) * 3 // 5]}
            elif trouble == "repeated":
                manifests = {f"manifest.{name}": previous}
            elif trouble == "corrected":
                faulty = WRITERS[name](_columns(contract), _faulty(contract, rows))
                manifests = {f"manifest.{name}": faulty, f"manifest.2.{name}": good}
            for file, data in manifests.items():
                (folder / file).write_bytes(data)
            previous = good
            written += len(manifests)
    return written


def row_of(plan: Plan, record: Record, at: int, files: Mapping[str, File]) -> Row:
    """The record in delivery number ``at``, under our column names, with the facts of its file of that time."""
    row = dict(record.row)
    held = [change for change in record.changes if change.holds(at)]
    path = next((change.file for change in reversed(held) if change.file), record.file)
    if path is not None:
        file = files.get(path)
        row |= {
            "storage_uri": plan.uri(path),
            "declared_sha256": file.sha256 if file else digest(plan.seed, "declared", path),
            "byte_size": str(file.byte_size) if file else "48213",
            "media_type": "image/jpeg",
        }
    for change in held:
        row |= change.values
    return row


def shown(plan: Plan, record: Record) -> set[str]:
    """Paths of the files that a record points to in any delivery."""
    paths = set()
    for at in range(plan.calendar.deliveries):
        if record.listed(at):
            held = [change.file for change in record.changes if change.holds(at) and change.file]
            paths.add(held[-1] if held else record.file)
    return {path for path in paths if path}


def _rows(plan: Plan, department: str, at: int, contract: Contract, files: Mapping[str, File]) -> Rows:
    listed = [record for record in plan.records[department] if record.listed(at)]
    return [(contract.to_source(row_of(plan, record, at, files)), record.breaks) for record in listed]


def _columns(contract: Contract) -> list[str]:
    return [column.source for column in contract.columns]


def _faulty(contract: Contract, rows: Rows) -> Rows:
    """The first export of a delivery that was corrected: it broke off, and lacks the batches."""
    batch = next(column.source for column in contract.columns if column.name == "batch_id")
    return [({**row, batch: None}, breaks) for row, breaks in rows[: len(rows) * 3 // 5]]


def _csv(columns: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row, breaks in rows:
        cells = [row[column] or "" for column in columns]
        writer.writerow([*cells, "stray field"] if breaks == "wrong_field_count" else cells)
    return text.getvalue().encode("utf-8")


def _jsonl(columns: Sequence[str], rows: Rows) -> bytes:
    lines = []
    for row, breaks in rows:
        line = json.dumps({column: row[column] for column in columns}, ensure_ascii=False)
        lines.append(line[: len(line) // 2] if breaks == "broken_json" else line)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _parquet(columns: Sequence[str], rows: Rows) -> bytes:
    table = pa.table({column: pa.array([row[column] for row, _ in rows], pa.string()) for column in columns})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _xlsx(columns: Sequence[str], rows: Rows) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Images")
    sheet.append(list(columns))
    for row, _ in rows:
        sheet.append([row[column] for column in columns])
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving into it
                data = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(name, ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


WRITERS: dict[str, Callable[[Sequence[str], Rows], bytes]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
