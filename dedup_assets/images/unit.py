"""The unit of a delivery's images: names below a department's root in, one Parquet file of fingerprints out.

Put here what a worker does for a delivery. Keep out SQL and engines: a unit knows neither.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.engines.hand import hold, release
from dedup_assets.engines.unit import is_written, write
from dedup_assets.images.fingerprint import Fingerprint, fingerprint, without
from dedup_assets.images.limits import Limits
from dedup_assets.images.reasons import MissingError, UnreadableError
from dedup_assets.images.store import open_store

if TYPE_CHECKING:
    from dedup_assets.engines.engine import Unit
    from dedup_assets.images.store import Store

READ_FILE = pa.schema(
    {
        "storage_uri": pa.string(),
        "change_token": pa.string(),
        "status": pa.string(),  # ok, unreadable, missing
        "reason": pa.string(),
        "sha256": pa.string(),
        "byte_size": pa.int64(),
        "media_type": pa.string(),
        "width": pa.int32(),
        "height": pa.int32(),
        "frames": pa.int32(),
        "phash64": pa.uint64(),
        "phash256_0": pa.uint64(),
        "phash256_1": pa.uint64(),
        "phash256_2": pa.uint64(),
        "phash256_3": pa.uint64(),
        "quality": pa.int32(),
        "low_information": pa.bool_(),
        "exif_captured_at": pa.string(),
        "gps_latitude": pa.float64(),
        "gps_longitude": pa.float64(),
    }
)


def read_unit(unit: Unit) -> dict[str, int]:
    """Unit function: ``items`` (storage_uri, byte_size, change_token) of ``root`` to rows of READ_FILE at ``output``.

    Gives the number of images (``read``) and bytes (``bytes_read``) that were really read: none when the file was
    there already.
    """
    if is_written(unit):
        return {"read": 0, "bytes_read": 0}
    limits = Limits(**unit["limits"])
    store = open_store(unit["root"])
    rows = []
    for place, (uri, byte_size, token) in enumerate(unit["items"]):
        hold(place, limits.seconds)
        rows.append(_row(store, unit, limits, {"storage_uri": uri, "byte_size": byte_size, "change_token": token}))
    release()
    write(unit, pa.Table.from_pylist(rows, schema=READ_FILE))
    sizes = [row["byte_size"] for row in rows if row["sha256"]]
    return {"read": len(sizes), "bytes_read": sum(sizes)}


def _row(store: Store, unit: Unit, limits: Limits, seen: dict[str, Any]) -> dict[str, Any]:
    lost = unit.get("lost")
    if unit.get("blind"):
        return _columns(without("unreadable", lost), seen)
    try:
        data, state = store.read(seen["storage_uri"], limits.max_bytes)
    except MissingError as error:
        return _columns(without("missing", error.reason), {"storage_uri": seen["storage_uri"]})
    except UnreadableError as error:
        return _columns(without("unreadable", error.reason), seen)
    return _columns(fingerprint(data, limits, lost, unit.get("refused")), {**seen, "change_token": state.token})


def _columns(found: Fingerprint, seen: dict[str, Any]) -> dict[str, Any]:
    row = {**dict(found), **seen}
    row["byte_size"] = seen.get("byte_size") if found["byte_size"] is None else found["byte_size"]
    small, large = row.pop("phash64"), row.pop("phash256")
    row["phash64"] = struct.unpack(">Q", small)[0] if small else None
    words = struct.unpack(">4Q", large) if large else (None,) * 4
    return {**row, **{f"phash256_{number}": word for number, word in enumerate(words)}}
