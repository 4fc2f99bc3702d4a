"""What the tests of the deliveries room share: a pool in memory, manifests in four formats, a landing zone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell import WriteOnlyCell

from dedup_assets.deliveries.contract import Contract, load_contract
from dedup_assets.deliveries.department import Department, load_department
from dedup_assets.deliveries.landing import calendar
from dedup_assets.deliveries.read import DeliveryReport, read_deliveries

if TYPE_CHECKING:
    from datetime import date

DEPARTMENTS = Path(__file__).resolve().parent.parent / "dedup_assets" / "defs" / "departments"
SCHEMA = Path(__file__).resolve().parent.parent / "dedup_assets" / "warehouse" / "schema"
FORMATS = ("csv", "jsonl", "parquet", "xlsx")
LADBS = load_department(DEPARTMENTS / "ladbs_permits")
LADBS_CONTRACT = load_contract(DEPARTMENTS / "ladbs_permits" / "contract.yaml")
TABLES = ("delivery", "image_record", "rejected_row", "period")

Row = dict[str, Any]


def pool() -> duckdb.DuckDBPyConnection:
    """A pool in memory with this room's tables, empty."""
    con = duckdb.connect()
    for name in TABLES:
        con.execute((SCHEMA / f"{name}.sql").read_text(encoding="utf-8"))
    return con


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """Every table of the room, whole, in one order."""
    return {name: con.execute(f"select * from {name} order by all").fetchall() for name in TABLES}


def ours(number: int, **cells: str | None) -> Row:
    """A good row under our names, different for each ``number``."""
    row: Row = {
        "image_id": f"L-{number:04d}",
        "storage_uri": f"images/L-{number:04d}.jpg",
        "captured_at": "2025-01-02T10:11:12",
        "declared_sha256": f"{number:064x}",
        "byte_size": str(1000 + number),
        "permit_number_raw": f"14010-10000-{number:05d}",
        "apn_raw": f"50160030{number:02d}",
    }
    return row | cells


def manifest(form: str, rows: list[Row], contract: Contract = LADBS_CONTRACT, header: list[str] | None = None) -> bytes:
    """Rows under our names as a manifest of a department, every cell as text."""
    sent = [contract.to_source(row) for row in rows]
    return written(form, sent, header or [column.source for column in contract.columns])


def written(form: str, rows: list[Row], header: list[str]) -> bytes:
    """Rows under any names, as CSV, JSON Lines, Parquet or XLSX with text cells only."""
    out = io.BytesIO()
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([header, *([row.get(name) for name in header] for row in rows)])
        return text.getvalue().encode()
    if form == "jsonl":
        return "".join(json.dumps({name: row.get(name) for name in header}) + "\n" for row in rows).encode()
    if form == "parquet":
        columns = [pa.array([row.get(name) for row in rows], pa.string()) for name in header]
        pq.write_table(pa.Table.from_arrays(columns, names=header), out)
        return out.getvalue()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("manifest")
    for line in [header, *([row.get(name) for name in header] for row in rows)]:
        cells = [WriteOnlyCell(sheet, value=value) for value in line]
        for cell in cells:
            if cell.data_type == "f":
                cell.data_type = "s"
        sheet.append(cells)
    book.save(out)
    return out.getvalue()


class Landing:
    """A landing zone with one department, and its pool."""

    def __init__(self, root: Path, department: Department = LADBS, contract: Contract = LADBS_CONTRACT) -> None:
        self.root, self.department, self.contract = root, department, contract
        self.con = pool()
        self.notices: list[str] = []

    def put(self, as_of: str, content: bytes, name: str = "manifest.csv") -> Path:
        folder = self.root / self.department.name / as_of
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        return folder / name

    def read(self, extra: date | None = None, con: duckdb.DuckDBPyConnection | None = None) -> DeliveryReport:
        dates = calendar(str(self.root), [self.department], extra)
        return read_deliveries(
            con or self.con, str(self.root), self.department, self.contract, dates, self.notices.append
        )

    def one(self, form: str, content: bytes) -> DeliveryReport:
        """Deliver one manifest and read it."""
        self.put("2025-01-31", content, f"manifest.{form}")
        return self.read()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.con.execute(statement).fetchall()

    def rejected(self) -> list[tuple[Any, ...]]:
        return self.rows("select row_no, column_name, rule, raw from rejected_row order by all")

    def accepted(self) -> list[str]:
        return [row[0] for row in self.rows("select image_id from image_record order by row_no")]

    def status(self) -> tuple[str, str | None]:
        (found,) = self.rows("select status, reason from delivery")
        return found[0], found[1]

    def periods(self) -> dict[str, str]:
        return {str(row[0]): row[1] for row in self.rows("select as_of, status from period order by as_of")}
