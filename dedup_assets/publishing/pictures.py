"""Small pictures of the photographs that examples show.

Put here the choice, the reading and the shrinking of photographs of unrestricted departments. A thumbnail is made from
bytes whose SHA-256 is the one that was fingerprinted: what is shown is what was measured, a file that was exchanged
since is not shown, and no name in a manifest can make another file appear. It is encoded anew from the pixels alone,
so nothing of the original's EXIF (place, time, camera) is published.

A thumbnail's name follows from the content, so the next publication takes it from the last one and reads nothing.
"""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from dedup_assets.images.reasons import MissingError, UnreadableError
from dedup_assets.images.store import open_store
from dedup_assets.publishing.view import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dedup_assets.images.store import Store
    from dedup_assets.publishing.rows import ExampleRow, Rows, TwinRow

SIDE = 320  # pixels of the longer side: twice the 160 of the page, for dense screens
QUALITY = 78
# The whole site may hold this many pictures: about 3 MB, whatever the number of departments.
MOST = 200
# A department's own site, which shows its findings one by one: about 75 MB.
MOST_OWN = 5_000
# Reading waits for disks and networks, and Pillow lets other threads run while it decodes.
READERS = 4
# Bytes of one photograph that are worth reading for a thumbnail.
MOST_BYTES = 64 * 1024**2
# Pixels that are worth decoding for one. A JPEG is decoded at a fraction of its size, so it never comes near.
MOST_PIXELS = 64_000_000
# Part of every name: raise it when thumbnails are made differently.
MAKING = "1"

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")  # the JPEG plugin opens MPO too


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photograph that an example shows."""

    department: str
    storage_uri: str
    sha256: str
    byte_size: int

    @property
    def name(self) -> str:
        """The file name of its thumbnail. Two records of one content share it."""
        text = f"{MAKING}:{self.sha256}:{SIDE}:{QUALITY}"
        return f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.jpg"


@dataclass(frozen=True, slots=True)
class Album:
    """The thumbnails of one publication, by department and storage URI."""

    pictures: dict[tuple[str, str], Picture]
    made: int
    reused: int
    unavailable: int


def make_album(rows: Rows, landing: str, folder: Path, earlier: Path | None, most: int = MOST) -> Album:
    """Thumbnails of what the examples show, written into ``folder``; those that ``earlier`` holds are copied.

    A photograph that cannot be read, was exchanged, or is one too many has no picture; its example stays.
    """
    wanted = choose(rows.examples, rows.twins, most)
    folder.mkdir(exist_ok=True)
    by_name = {each.name: each for each in wanted}
    stores = {name: open_store(f"{landing.rstrip('/')}/{name}") for name in {each.department for each in wanted}}
    with ThreadPoolExecutor(READERS) as pool:
        outcomes = pool.map(lambda each: _place(each, stores[each.department], folder, earlier), by_name.values())
        done = dict(zip(by_name, outcomes, strict=True))
    sizes = {name: _size(folder / name) for name, outcome in done.items() if outcome}
    pictures = {
        (each.department, each.storage_uri): Picture(f"{folder.name}/{each.name}", *sizes[each.name])
        for each in wanted
        if each.name in sizes
    }
    made, reused = (sum(outcome == each for outcome in done.values()) for each in ("made", "reused"))
    return Album(pictures, made, reused, len(done) - made - reused)


def choose(examples: Sequence[ExampleRow], twins: Mapping[tuple[str, str], TwinRow], most: int = MOST) -> list[Wanted]:
    """The photographs to show, at most ``most``: the first example of every rule, then the second, and so on."""
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for example in examples:
        key = (example.department, example.rule_id)
        seen[key] = seen.get(key, 0) + 1
        ranked.append((seen[key], *key, example))
    ranked.sort(key=lambda each: (*each[:3], each[3].finding_id))
    wanted: dict[Wanted, str] = {}
    names: set[str] = set()
    for *_, example in ranked:
        records = (example, twins.get(example.named) if example.named else None)
        both = {each: each.name for each in map(_wanted, records) if each}
        if len(names.union(both.values())) <= most:
            wanted |= both
            names.update(both.values())
    return list(wanted)


def _wanted(record: ExampleRow | TwinRow | None) -> Wanted | None:
    """What to read for a record; None when it has no photograph that could be read, or one too big for a page."""
    if not record or not record.storage_uri or not record.sha256 or not record.byte_size:
        return None
    if record.byte_size > MOST_BYTES:
        return None
    return Wanted(record.department, record.storage_uri, record.sha256, record.byte_size)


def _place(wanted: Wanted, store: Store, folder: Path, earlier: Path | None) -> str:
    """Write one thumbnail; ``made``, ``reused``, or empty when there is none."""
    path = folder / wanted.name
    old = earlier / wanted.name if earlier else None
    if old and old.is_file():
        path.write_bytes(old.read_bytes())
        return "reused"
    data = _read(wanted, store)
    small = shrink(data) if data else None
    if not small:
        return ""
    path.write_bytes(small)
    return "made"


def _read(wanted: Wanted, store: Store) -> bytes | None:
    """The bytes of a photograph if they are those that were fingerprinted."""
    try:
        data, _ = store.read(wanted.storage_uri, wanted.byte_size)
    except (MissingError, UnreadableError):  # gone, grown, or out of reach since it was fingerprinted
        return None
    return data if hashlib.sha256(data).hexdigest() == wanted.sha256 else None


def shrink(data: bytes) -> bytes | None:
    """A JPEG of at most ``SIDE`` pixels a side with nothing but the pixels in it; None when it cannot be decoded.

    The bytes were decoded before, under the limits of ``images``; the formats here are those whose decoders Pillow
    ships, and anything else has no picture.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            image.draft("RGB", (SIDE, SIDE))
            if image.width * image.height > MOST_PIXELS:
                return None
            small = ImageOps.exif_transpose(image).convert("RGBA" if "transparency" in image.info else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    Image.frombytes("RGB", small.size, small.tobytes()).save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size
