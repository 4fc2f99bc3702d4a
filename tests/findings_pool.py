"""One pool of deliveries in memory, filled row by row, for the tests of facts, rules and findings."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Any

import duckdb

from dedup_assets.deliveries.contract import Column, Contract
from dedup_assets.deliveries.department import Department

IDENTIFIERS = {"apn": "apn_raw", "pin": "pin_raw", "permit": "permit_number_raw"}
OF_RECORD = {"apn": ("parcel", "apn"), "pin": ("parcel_pin", "pin"), "permit": ("permit", "permit_number")}
RECORD = {
    "media_type": "image/jpeg",
    "source_system": "PCIS",
    "batch_id": "B-1",
    "missing_values": 0,
    "mandatory_values": 4,
    "typed_values": 3,
    "invalid_values": 0,
}


def digest(*parts: object) -> str:
    """A content's sha256, or any other, from words."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def department(name: str = "ladbs", **more: Any) -> Department:
    """A department document."""
    return Department(
        **{"name": name, "title": f"Title of {name}", "system": "some system", "owner": "team:some_team", **more}
    )


def contract(name: str = "ladbs", *, without: tuple[str, ...] = (), mandatory: tuple[str, ...] = ()) -> Contract:
    """A contract that maps every column that the facts ask for, but those ``without``."""
    columns = [
        "image_id", "storage_uri", "declared_sha256", "captured_at", "uploaded_at", "source_system", "batch_id",
        "permit_number_raw", "apn_raw", "pin_raw", "photo_role", "replaces_image_id", "device_serial",
        "duration_seconds", "subject_ref",
    ]  # fmt: skip
    return Contract(
        name=name,
        version="1.0.0",
        sha256=digest("contract", name, without),
        formats=("csv",),
        columns=tuple(
            Column(
                name=column,
                source=column.upper(),
                required=column == "image_id",
                mandatory=column in mandatory,
                unique=column == "image_id",
                classification="internal",
                format=None,
                on_break=None,
            )
            for column in columns
            if column not in without
        ),
    )


class Pool:
    """A connection to one pool, with every table of the schema, and short ways to fill them."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        files = sorted(resources.files("dedup_assets.warehouse").joinpath("schema").iterdir(), key=str)
        self.con.execute("\n".join(file.read_text(encoding="utf-8") for file in files))

    def insert(self, table: str, **values: Any) -> None:
        """One row."""
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.con.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))

    def rows(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(sql, parameters).fetchall()

    def fact(self, image_id: str, as_of: str = "2025-01-01", name: str = "ladbs") -> dict[str, Any]:
        """The fact of one image record."""
        result = self.con.execute(
            "select * from image_fact where image_id = ? and as_of = ? and department = ?", [image_id, as_of, name]
        )
        columns = [each[0] for each in result.description]
        rows = result.fetchall()
        assert len(rows) == 1, (image_id, len(rows))
        return dict(zip(columns, rows[0], strict=True))

    def period(self, as_of: str = "2025-01-01", status: str = "missing", name: str = "ladbs", **more: Any) -> None:
        """A date of the calendar without a readable delivery."""
        self.insert("period", department=name, as_of=as_of, status=status, **more)

    def delivery(
        self,
        records: list[dict[str, Any]],
        as_of: str = "2025-01-01",
        name: str = "ladbs",
        *,
        version: int = 1,
        in_force: bool = True,
        rejected: int = 0,
        images: bool = True,
    ) -> str:
        """A delivery that was read, its records, their files and identifiers.

        A record is a dict of image_record's columns; further keys: ``content`` (a word; None: file missing),
        ``status`` and ``reason`` of the file. Every other identifier than those told by ``identify`` is taken as it is.
        """
        delivery_id = digest(name, as_of, version)[:16]
        if in_force:
            self.con.execute("delete from period where department = ? and as_of = ?", [name, as_of])
            self.insert("period", department=name, as_of=as_of, delivery_id=delivery_id, status="read")
        self.insert(
            "delivery", delivery_id=delivery_id, department=name, as_of=as_of, version=version, uri=f"{name}/{as_of}",
            format="csv", sha256=digest(delivery_id), byte_size=1, status="read", in_force=in_force,
            contract_version="1.0.0", contract_sha256="c", rows_in=len(records) + rejected,
            rows_accepted=len(records), rows_rejected=rejected,
        )  # fmt: skip
        for row_no, record in enumerate(records, start=1):
            self._record(delivery_id, name, as_of, row_no, dict(record), images=images)
        return delivery_id

    def _record(
        self, delivery_id: str, name: str, as_of: str, row_no: int, record: dict[str, Any], *, images: bool
    ) -> None:
        content = record.pop("content", record["image_id"])
        status = record.pop("status", "ok" if content else "missing")
        reason = record.pop("reason", None if content else "no_such_file")
        sha256 = digest(content) if content else None
        uri = record.pop("storage_uri", f"images/{record['image_id']}.jpg") if images else None
        row = {**RECORD, "declared_sha256": sha256, "storage_uri": uri, **record}
        self.insert("image_record", delivery_id=delivery_id, department=name, as_of=as_of, row_no=row_no, **row)
        if uri:
            self.insert(
                "image_file", delivery_id=delivery_id, department=name, storage_uri=uri, status=status, reason=reason,
                sha256=sha256, byte_size=1, change_token="t", algorithm_version="v",
            )  # fmt: skip
        for kind, column in IDENTIFIERS.items():
            raw = row.get(column)
            if raw and raw.strip() and not self.rows("select 1 from identifier where kind=? and raw=?", [kind, raw]):
                self.identify(kind, raw)

    def identify(self, kind: str, raw: str, status: str = "ok", canonical: str | None = None) -> None:
        """What a raw identifier means; in the registry when its tables hold it."""
        found = None
        if status in {"ok", "repaired"}:
            canonical = canonical or raw
            table, column = {
                "apn": ("parcel", "apn"),
                "pin": ("parcel_pin", "pin"),
                "permit": ("permit", "permit_number"),
            }[kind]
            if self.rows(f"select 1 from {table}"):
                found = bool(self.rows(f"select 1 from {table} where {column} = ?", [canonical]))
        self.con.execute("delete from identifier where kind = ? and raw = ?", [kind, raw])
        self.insert(
            "identifier", kind=kind, raw=raw, canonical=canonical, status=status, repairs=[], candidates=[],
            in_registry=found,
        )  # fmt: skip

    def parcels(self, *apns: str) -> None:
        """Parcels of record."""
        for apn in apns:
            self.insert("parcel", apn=apn, source="parcels.csv")

    def permit(self, number: str, apn: str | None) -> None:
        """A permit of record."""
        self.insert(
            "permit", permit_number=number, family=f"{number[:5]}-{number[12:]}", is_supplement=number[7:11] != "0000",
            apn=apn, apn_raw=apn, apn_status="ok" if apn else "unresolved", source="permits.csv", row_no=1,
        )  # fmt: skip

    def group(self, kind: str, group_id: str, *apns: str) -> None:
        """Related parcels."""
        for apn in apns:
            self.insert("parcel_group", apn=apn, group_kind=kind, group_id=group_id)

    def match(self, a: str, b: str, verdict: str, distance: int = 3) -> None:
        """A pair of contents (words)."""
        low, high = sorted([digest(a), digest(b)])
        self.insert("match", sha256_a=low, sha256_b=high, distance=distance, verdict=verdict, evidence="{}")
