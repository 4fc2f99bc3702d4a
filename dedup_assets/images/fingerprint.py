"""Everything that one read of an image's bytes gives, as one flat row.

Put here the row. Keep out where bytes come from (``store.py``) and how many images are done at once (``batch.py``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypedDict

from dedup_assets.images.decode import open_image
from dedup_assets.images.hashes import hashes
from dedup_assets.images.quality import is_low_information, pdq_quality
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.images.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dedup_assets.images.decode import Opened, Page
    from dedup_assets.images.hashes import Hashes
    from dedup_assets.images.limits import Limits


class Fingerprint(TypedDict):
    """The columns of ``content`` but the algorithm version; hashes as bytes (8 and 32), None where not known."""

    sha256: str | None
    byte_size: int | None
    status: str
    reason: str | None
    media_type: str | None
    width: int | None
    height: int | None
    frames: int | None
    phash64: bytes | None
    phash256: bytes | None
    quality: int | None
    low_information: bool | None
    exif_captured_at: str | None
    gps_latitude: float | None
    gps_longitude: float | None
    gps_error_m: float | None


def without(status: str, reason: str | None) -> Fingerprint:
    """A fingerprint that says only why there is none."""
    return Fingerprint(
        sha256=None, byte_size=None, status=status, reason=reason,
        media_type=None, width=None, height=None, frames=None,
        phash64=None, phash256=None, quality=None, low_information=None,
        exif_captured_at=None, gps_latitude=None, gps_longitude=None, gps_error_m=None,
    )  # fmt: skip


def fingerprint(
    data: bytes,
    limits: Limits,
    lost: str | None = None,
    refused: Mapping[str, str] | None = None,
    then: Callable[[Fingerprint, Opened, Page, Hashes], None] | None = None,
) -> Fingerprint:
    """The fingerprint of the file whose bytes are ``data``; of its first page where it has several.

    ``lost``: why it must not be decoded, ``refused``: sha256 to reason, of contents that must not be (they crashed or
    outlasted a worker before, and nothing is tried for ever). ``then`` is called with the fingerprint, the opened file,
    its first page and the hashes of that, when these could be made: ``pages.py`` goes on from there.
    Raises MemoryError when memory runs out; whatever else is wrong with the file is in ``reason``.
    """
    row = without("unreadable", None)
    digest = hashlib.sha256(data).hexdigest()
    row["sha256"], row["byte_size"] = digest, len(data)
    kind = sniff(data)
    row["media_type"] = kind.media_type if kind else None
    row["reason"] = lost or (refused or {}).get(digest)
    if row["reason"]:
        return row
    try:
        _decode_into(row, data, limits, then)
    except UnreadableError as error:
        row["reason"] = error.reason
    else:
        row["status"] = "ok"
    return row


def _decode_into(
    row: Fingerprint,
    data: bytes,
    limits: Limits,
    then: Callable[[Fingerprint, Opened, Page, Hashes], None] | None,
) -> None:
    image = open_image(data, limits)
    page = image.page(0)
    exif = image.exif()
    row["frames"] = image.frames
    found = hashes(page.grey)
    row["width"], row["height"] = page.width, page.height
    row["phash64"], row["phash256"] = found.phash64, found.phash256
    row["quality"] = pdq_quality(found.thumbnail)
    row["low_information"] = is_low_information(found)
    row["exif_captured_at"] = exif.captured_at
    row["gps_latitude"], row["gps_longitude"], row["gps_error_m"] = exif.latitude, exif.longitude, exif.error_m
    if then is not None:
        then(row, image, page, found)
