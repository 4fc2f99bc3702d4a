"""Working pictures as bytes, for a cache: without loss, so that no verdict depends on what was cached.

Put here the layout. Keep out where the bytes are kept, and for how long.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.matching.verify.picture import Features, Picture, with_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

STORE_VERSION = 1
_MAGIC = b"DAWP"
_HEAD = struct.Struct("<4sHI")  # magic, version, bytes of the JSON that follows
_LEVEL = 1  # of zlib: four times as fast as the usual one, for a tenth more bytes
_TYPES = {"grey": np.uint8, "colour": np.uint8, "fine": np.uint8, "points": np.float32, "descriptors": np.uint8}


class StoredPictureError(ValueError):
    """The bytes are no working picture of this version: make it anew from the image."""


def to_bytes(picture: Picture) -> bytes:
    """``picture`` with its features and height of type, which are found now if they were not yet.

    The same picture always gives the same bytes. What reads its digest is not kept.
    """
    arrays: dict[str, NDArray[np.generic] | None] = {
        "grey": picture.grey,
        "colour": picture.colour,
        "fine": picture.fine,
        "points": picture.features.points,
        "descriptors": picture.features.descriptors,
    }
    packed = {
        name: zlib.compress(np.ascontiguousarray(each).tobytes(), _LEVEL)
        for name, each in arrays.items()
        if each is not None
    }
    told = {
        "width": picture.width,
        "height": picture.height,
        "pages": picture.pages,
        "is_written": picture.is_written,
        "type_height": picture.type_height,
        "arrays": [[name, list(arrays[name].shape), len(data)] for name, data in packed.items()],  # type: ignore[union-attr]  # None was left out
    }
    text = json.dumps(told, sort_keys=True).encode()
    return _HEAD.pack(_MAGIC, STORE_VERSION, len(text)) + text + b"".join(packed.values())


def from_bytes(data: bytes, *, digest: Callable[[], str] | None = None) -> Picture:
    """The picture that ``to_bytes`` was given; ``digest`` as in ``picture.of_pixels``.

    Raises StoredPictureError when the bytes are cut short, changed, or of another version.
    """
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if (magic, version) != (_MAGIC, STORE_VERSION):
            raise StoredPictureError("not a working picture of this version")
        told = json.loads(data[_HEAD.size : _HEAD.size + length])
        at, arrays = _HEAD.size + length, {}
        for name, shape, size in told["arrays"]:
            raw = zlib.decompress(data[at : at + size])
            arrays[name] = np.frombuffer(raw, _TYPES[name]).reshape(shape)
            at += size
        picture = Picture(
            width=told["width"],
            height=told["height"],
            grey=arrays["grey"],
            colour=arrays.get("colour"),
            fine=arrays.get("fine"),
            is_written=told["is_written"],
            digest=digest,
            pages=told["pages"],
        )
        return with_found(picture, Features(arrays["points"], arrays["descriptors"]), told["type_height"])
    except (struct.error, zlib.error, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise StoredPictureError(f"cannot be read: {error}") from error
    except ValueError as error:
        if isinstance(error, StoredPictureError):
            raise
        raise StoredPictureError(f"cannot be read: {error}") from error
