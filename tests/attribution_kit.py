"""A few parcels with points, photographs with positions, and what the evidence says of them."""

from __future__ import annotations

import json
from typing import Any

from findings_kit import A, B, C, D, registered
from findings_pool import Pool, digest

# A block: A and its neighbour B 20 m to the east, C 400 m to the north (of one shape with B, see findings_kit), D 2 km.
METRE = 1 / 111_320
LATITUDE, LONGITUDE = 34.044071, -118.290973
EAST = METRE / 0.8286  # degrees of longitude at this latitude
POINTS = {
    A: (LATITUDE, LONGITUDE),
    B: (LATITUDE, LONGITUDE + 20 * EAST),
    C: (LATITUDE + 400 * METRE, LONGITUDE),
    D: (LATITUDE + 2000 * METRE, LONGITUDE + 500 * EAST),
}
RETIRED = "5000000099"


def placed() -> Pool:
    """The registry of ``findings_kit`` with points, and a complete roll of parcels."""
    pool = registered()
    for apn, (latitude, longitude) in POINTS.items():
        point(pool, apn, latitude, longitude)
    pool.insert("reference_file", name="parcels.csv", layout="parcels", sha256="s", byte_size=1, rows_in=4,
                rows_accepted=4, rows_rejected=0)  # fmt: skip
    return pool


def point(pool: Pool, apn: str, latitude: float, longitude: float) -> None:
    """One more point at which a parcel is placed."""
    pool.insert("registry_point", kind="apn", canonical=apn, latitude=latitude, longitude=longitude, source="s")


def at(apn: str, *, north: float = 0.0, east: float = 0.0) -> tuple[float, float]:
    """A position some metres from a parcel's point."""
    latitude, longitude = POINTS[apn]
    return latitude + north * METRE, longitude + east * EAST


def take(pool: Pool, content: str, position: tuple[float, float] | None, error_m: float | None = None) -> None:
    """A content that was taken at a position; none: it has no GPS. ``error_m``: how far off the receiver may be."""
    latitude, longitude = position or (None, None)
    pool.insert(
        "content", sha256=digest(content), algorithm_version="v", byte_size=1, status="ok", gps_latitude=latitude,
        gps_longitude=longitude, gps_error_m=error_m,
    )  # fmt: skip


def deliver(pool: Pool, records: list[dict[str, Any]], **more: Any) -> str:
    """A delivery; ``gps`` of a record is where its picture was taken, under the word of its content or its id.

    ``error_m`` of a record is how far off its receiver may be.
    """
    for record in records:
        if "gps" in record:
            take(pool, record.get("content", record["image_id"]), record["gps"], record.get("error_m"))
    rest = [{key: value for key, value in record.items() if key not in {"gps", "error_m"}} for record in records]
    return pool.delivery(rest, **more)


def retire(pool: Pool, apn: str, *successors: str, day: str = "2024-06-01") -> None:
    """A parcel that was retired, as the registry's tables tell it."""
    for each in successors:
        pool.insert("parcel_lineage", apn=apn, successor=each, effective_date=day, change="split", source="s")
        pool.insert("parcel_successor", apn=apn, successor=each, stale_from=day)
        pool.group("lineage", f"{apn}>{each}", apn, each)
    pool.con.execute("delete from identifier where kind = 'apn' and raw = ?", [apn])
    pool.insert(
        "identifier", kind="apn", raw=apn, canonical=apn, status="stale", repairs=[], candidates=list(successors),
        in_registry=True,
    )  # fmt: skip


def evidence(pool: Pool, image_id: str) -> dict[str, tuple[str, str | None]]:
    """By source: the stance, and the parcel it points to."""
    sql = """select e.source, e.stance, e.apn from parcel_evidence e
             join image_record r using (delivery_id, row_no) where r.image_id = ?"""
    return {source: (stance, apn) for source, stance, apn in pool.rows(sql, [image_id])}


def detail(pool: Pool, image_id: str, source: str) -> dict[str, Any]:
    """What a source saw."""
    sql = """select e.detail from parcel_evidence e join image_record r using (delivery_id, row_no)
             where r.image_id = ? and e.source = ?"""
    ((text,),) = pool.rows(sql, [image_id, source])
    said = json.loads(text)
    assert text == json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return dict(said)


def attribution(pool: Pool, image_id: str) -> tuple[str, str | None, str]:
    """Status, the parcel most supported, and the line of the rule."""
    sql = "select status, parcel, decided_by from attribution where image_id = ?"
    (found,) = pool.rows(sql, [image_id])
    return found
