"""Tables as the rooms before scoring leave them, filled with as few words as possible: shared by the scoring tests."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

import duckdb

from dedup_assets.deliveries.contract import Column, Contract
from dedup_assets.deliveries.department import Department

if TYPE_CHECKING:
    from dedup_assets.scoring.measure import Measure

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in range(1, 5))

# A record with nothing wrong and everything checked.
GOOD: dict[str, Any] = {
    "sha256": "0" * 64,
    "apn": None,
    "permit_number": None,
    "other_subjects": None,
    "file_status": "ok",
    "checksum_status": "agrees",
    "copies_in_department": 1,
    "copies_elsewhere": 0,
    "redundant_in_department": 0,
    "redundant_elsewhere": 0,
    "legitimate_reuse": False,
    "unrelated_parcels": 0,
    "near_candidates": 0,
    "parcel_status": "known",
    "permit_status": "known",
    "identifiers": 2,
    "malformed_identifiers": 0,
    "permit_agreement": "agrees",
    "pin_agreement": "not_applicable",
    "missing_values": 0,
    "mandatory_values": 4,
    "invalid_values": 0,
    "typed_values": 3,
    "untraceable": 0,
    "duplicate_metadata": 0,
    "mismatch_reports": 0,
}
NO_FILE = {"sha256": None, "file_status": "missing", "checksum_status": "not_computed"}
METADATA_ONLY = {
    "sha256": None,
    "file_status": "not_applicable",
    "checksum_status": "not_computed",
    "parcel_status": "not_applicable",
    "permit_status": "not_applicable",
    "permit_agreement": "not_applicable",
    "identifiers": 0,
}


def department(name: str = "alpha", **more: Any) -> Department:
    return Department(name=name, title="A department", system="files", owner="team:files", **more)


def contract(*columns: str, mandatory: bool = True) -> Contract:
    """A contract that maps the columns named; all of them, unless said otherwise."""
    mapped = columns or ("image_id", "storage_uri", "apn_raw", "permit_number_raw", "captured_at")
    stated = tuple(
        Column(
            name=each,
            source=each.upper(),
            required=False,
            mandatory=mandatory,
            unique=False,
            classification="public",
            format=None,
            on_break=None,
        )
        for each in mapped
    )
    return Contract("manifest", "1", "0" * 64, ("csv",), stated)


def pool() -> duckdb.DuckDBPyConnection:
    """An empty pool in memory."""
    con = duckdb.connect()
    for file in resources.files("dedup_assets.warehouse").joinpath("schema").iterdir():
        con.execute(file.read_text(encoding="utf-8"))
    return con


def deliver(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    facts: list[dict[str, Any]] | None = None,
    *,
    status: str = "read",
    rejected: int = 0,
    of: str = "alpha",
) -> None:
    """One date of one department; every fact says how its record differs from ``GOOD``."""
    facts = facts or []
    delivery = None if status in {"missing", "not_due"} else f"{of}-{as_of}"
    con.execute("insert into period values (?, ?, ?, ?, null)", [of, as_of, delivery, status])
    if delivery is None:
        return
    con.execute(
        """insert into delivery values
        (?, ?, ?, 1, 'manifest.csv', 'csv', 'feed', 1, ?, null, true, '1', 'c0de', ?, ?, ?)""",
        [delivery, of, as_of, status, len(facts) + rejected, len(facts), rejected],
    )
    for row_no, fact in enumerate(facts, start=1):
        key = {"delivery_id": delivery, "department": of, "as_of": as_of, "row_no": row_no, "image_id": f"i{row_no}"}
        insert_fact(con, {**GOOD, **key, **fact})


def insert_fact(con: duckdb.DuckDBPyConnection, fact: dict[str, Any]) -> None:
    """A row of ``image_fact``; a column that the fact does not speak of says that it does not apply."""
    silent = {"VARCHAR": "not_applicable", "BOOLEAN": False}
    table = con.table("image_fact")
    row = [
        fact[name] if name in fact else silent.get(str(kind), 0)
        for name, kind in zip(table.columns, table.types, strict=True)
    ]
    con.execute(f"insert into image_fact values ({', '.join('?' * len(row))})", row)


def measures(rows: list[Measure], as_of: date, of: str = "alpha") -> dict[str, tuple[int, int, int]]:
    """A, B and N of one department at one date, by dimension."""
    return {
        each.dimension: (each.defects, each.measured, each.population)
        for each in rows
        if each.as_of == as_of and each.department == of
    }
