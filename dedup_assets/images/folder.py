"""From files and folders of this machine to fingerprints, with no warehouse behind it.

Put here what `dedup fingerprint` and `dedup match` need. Keep out departments and deliveries (``observe.py``). Imports
stay lean: half a megapixel is fingerprinted in two milliseconds, so a slow import is paid in hundreds of images.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, TypedDict, cast

from dedup_assets.engines.hand import hold, release
from dedup_assets.engines.local import LocalEngine
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.batch import cut, run_units
from dedup_assets.images.fingerprint import Fingerprint, fingerprint, without
from dedup_assets.images.limits import Limits
from dedup_assets.images.localfile import read_path
from dedup_assets.images.reasons import MissingError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup_assets.engines.engine import Unit
    from dedup_assets.engines.progress import Progress

_UNIT_ITEMS = 16  # enough that handing over a unit costs nothing, few enough that no worker waits long for another
_WORKER_BYTES = 3 * 1024**3


class Place(TypedDict):
    """Degrees, WGS84, north and east positive."""

    latitude: float
    longitude: float


class FileRow(TypedDict):
    """One file's answer; ``status`` is ok, unreadable or missing. Hashes in hex (16 and 64 digits)."""

    path: str
    status: str
    reason: str | None
    sha256: str | None
    phash64: str | None
    phash256: str | None
    quality: int | None
    width: int | None
    height: int | None
    media_type: str | None
    frames: int | None
    low_information: bool | None
    byte_size: int | None
    captured_at: str | None
    gps: Place | None
    algorithm_version: str


def fingerprint_paths(
    paths: Sequence[Path],
    workers: int,
    limits: Limits,
    progress: Progress,
    memory_bytes: int = _WORKER_BYTES,
) -> Iterator[FileRow]:
    """One row for every file of ``paths`` (files, or folders with all that is in them), in order.

    Folders are walked by name, hidden files included; links to folders are not followed, so there are no loops.
    Decoding happens in worker processes of at most ``memory_bytes`` each; no file can end the run.

    Raises EngineError when no worker starts, UnitFailedError when a worker fails for a reason that lies in no file.
    """
    items = [(number, path) for number, path in enumerate(_files(paths))]
    progress.start("images read", len(items))
    ready: dict[int, FileRow] = {}
    emitted = 0
    size = max(1, min(_UNIT_ITEMS, len(items) // (4 * workers)))
    units = cut(items, size, {"limits": limits.as_dict()})
    try:
        with LocalEngine(workers, memory_bytes, limits.unit_seconds(_UNIT_ITEMS)) as engine:
            for outcome in run_units(engine, folder_unit, units, progress, lambda unit: unit):
                rows = cast("list[Fingerprint]", outcome.result["rows"])
                for (number, path), row in zip(outcome.unit["items"], rows, strict=True):
                    ready[number] = _row(path, row)
                while emitted in ready:
                    yield ready.pop(emitted)
                    emitted += 1
    finally:
        progress.finish()
    assert emitted == len(items), f"{len(items)} files, {emitted} answers"


def folder_unit(unit: Unit) -> dict[str, list[Fingerprint]]:
    """Unit function: ``items`` (number, path) to fingerprints (``rows``), in the same order."""
    limits = Limits(**unit["limits"])
    rows = []
    for place, (_, path) in enumerate(unit["items"]):
        hold(place, limits.seconds)
        rows.append(_fingerprint(path, limits, unit))
    release()
    return {"rows": rows}


def _fingerprint(path: str, limits: Limits, unit: Unit) -> Fingerprint:
    lost = unit.get("lost")
    if unit.get("blind"):
        return without("unreadable", lost)
    try:
        data = read_path(path, limits.max_bytes)
    except MissingError as error:
        return without("missing", error.reason)
    except UnreadableError as error:
        return without("unreadable", error.reason)
    return fingerprint(data, limits, lost)


def _row(path: str, found: Fingerprint) -> FileRow:
    latitude, longitude = found["gps_latitude"], found["gps_longitude"]
    return FileRow(
        path=path,
        status=found["status"],
        reason=found["reason"],
        sha256=found["sha256"],
        phash64=found["phash64"].hex() if found["phash64"] else None,
        phash256=found["phash256"].hex() if found["phash256"] else None,
        quality=found["quality"],
        width=found["width"],
        height=found["height"],
        media_type=found["media_type"],
        frames=found["frames"],
        low_information=found["low_information"],
        byte_size=found["byte_size"],
        captured_at=found["exif_captured_at"],
        gps=None if latitude is None or longitude is None else Place(latitude=latitude, longitude=longitude),
        algorithm_version=ALGORITHM_VERSION,
    )


def _files(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir raises where a parent may not be entered
            yield from _below(str(path))
        else:
            yield str(path)


def _below(folder: str) -> Iterator[str]:
    """Everything in ``folder`` that is no folder, by name; a folder that cannot be listed stands for itself."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        kind = _kind(path) if path != folder else stat.S_IFDIR
        if kind == stat.S_IFLNK and os.path.isdir(path):  # noqa: PTH112  # as above
            continue
        if kind != stat.S_IFDIR:
            yield path
            continue
        try:
            names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208  # names, at half the cost of paths
        except OSError:
            yield path
            continue
        waiting += [os.path.join(path, name) for name in names]  # noqa: PTH118  # as above


def _kind(path: str) -> int:
    """The file type bits of ``path`` itself; 0 when it is gone."""
    try:
        return stat.S_IFMT(os.lstat(path).st_mode)
    except OSError:
        return 0
