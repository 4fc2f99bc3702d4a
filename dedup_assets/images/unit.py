"""The unit of a delivery's images: names below a department's root in, one Parquet file of fingerprints out.

Put here what a worker does for a delivery. Keep out SQL and engines: a unit knows neither.
"""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup_assets.engines.hand import hold, release
from dedup_assets.engines.unit import is_written, write
from dedup_assets.images.fingerprint import without
from dedup_assets.images.limits import Limits
from dedup_assets.images.pages import Paged, fingerprint_pages
from dedup_assets.images.reasons import MissingError, UnreadableError
from dedup_assets.images.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup_assets.engines.engine import Unit
    from dedup_assets.images.store import Store

_HASH = [(f"phash256_{number}", pa.uint64()) for number in range(4)]
_PAGE = pa.struct(
    [
        ("page", pa.int32()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        *_HASH,
        ("quality", pa.int32()),
        ("low_information", pa.bool_()),
        ("photograph", pa.bool_()),
        ("features", pa.binary()),
    ]
)
_UNREAD_PAGE = pa.struct([("page", pa.int32()), ("reason", pa.string())])
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
        **dict(_HASH),
        "quality": pa.int32(),
        "low_information": pa.bool_(),
        "exif_captured_at": pa.string(),
        "gps_latitude": pa.float64(),
        "gps_longitude": pa.float64(),
        "gps_error_m": pa.float64(),
        "pages": pa.list_(_PAGE),
        "unread_pages": pa.list_(_UNREAD_PAGE),
    }
)


def read_unit(unit: Unit) -> dict[str, int]:
    """Unit function: ``items`` (storage_uri, byte_size, change_token) of ``root`` to rows of READ_FILE at ``output``.

    ``refused``: sha256 to reason, of contents that must not be decoded; ``refused_pages``: of those whose first page
    only may be. Gives the number of images (``read``) and bytes (``bytes_read``) that were really read: none when the
    file was there already.
    """
    if is_written(unit):
        return {"read": 0, "bytes_read": 0}
    limits = Limits(**unit["limits"])
    store = open_store(unit["root"])
    rows = []
    for place, (uri, byte_size, token) in enumerate(unit["items"]):
        again = partial(hold, place, limits.seconds)
        again()
        seen = {"storage_uri": uri, "byte_size": byte_size, "change_token": token}
        rows.append(_row(store, unit, limits, seen, again))
    release()
    write(unit, pa.Table.from_pylist(rows, schema=READ_FILE))
    sizes = [row["byte_size"] for row in rows if row["sha256"]]
    return {"read": len(sizes), "bytes_read": sum(sizes)}


def _row(store: Store, unit: Unit, limits: Limits, seen: dict[str, Any], again: Callable[[], None]) -> dict[str, Any]:
    lost = unit.get("lost")
    if unit.get("blind"):
        return _columns(Paged(without("unreadable", lost)), seen)
    try:
        data, state = store.read(seen["storage_uri"], limits.max_bytes)
    except MissingError as error:
        return _columns(Paged(without("missing", error.reason)), {"storage_uri": seen["storage_uri"]})
    except UnreadableError as error:
        return _columns(Paged(without("unreadable", error.reason)), seen)
    paged = fingerprint_pages(
        data,
        limits,
        lost=lost,
        refused=unit.get("refused"),
        first_only=unit.get("first_only"),
        refused_pages=unit.get("refused_pages"),
        hold=again,
    )
    return _columns(paged, {**seen, "change_token": state.token})


def _columns(paged: Paged, seen: dict[str, Any]) -> dict[str, Any]:
    found = paged.fingerprint
    row = _in_words({**dict(found), **seen})
    row["byte_size"] = seen.get("byte_size") if found["byte_size"] is None else found["byte_size"]
    small = row.pop("phash64")
    row["phash64"] = struct.unpack(">Q", small)[0] if small else None
    pages = [_in_words(dict(page)) for page in paged.pages]
    return {**row, "pages": pages, "unread_pages": [dict(page) for page in paged.unread_pages]}


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its 256-bit hash as four numbers."""
    large = row.pop("phash256")
    words = struct.unpack(">4Q", large) if large else (None,) * 4
    return {**row, **{name: word for (name, _), word in zip(_HASH, words, strict=True)}}
