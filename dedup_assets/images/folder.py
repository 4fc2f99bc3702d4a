"""From files and folders of this machine to fingerprints, with no warehouse behind it.

Put here what `dedup fingerprint` and `dedup match` need. Keep out departments and deliveries (``observe.py``). Imports
stay lean: half a megapixel is fingerprinted in two milliseconds, so a slow import is paid in hundreds of images.
"""

from __future__ import annotations

import os
import stat
from functools import partial
from typing import TYPE_CHECKING, TypedDict, cast

from dedup_assets.engines.hand import hold, release
from dedup_assets.engines.local import LocalEngine
from dedup_assets.images.algorithm import ALGORITHM_VERSION
from dedup_assets.images.batch import cut, run_units
from dedup_assets.images.fingerprint import Fingerprint, fingerprint, without
from dedup_assets.images.limits import Limits
from dedup_assets.images.localfile import read_path
from dedup_assets.images.pages import Paged, UnreadPage, fingerprint_pages
from dedup_assets.images.reasons import MissingError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dedup_assets.engines.engine import Function, Unit
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


class PageRow(TypedDict):
    """One page of a readable file; the hash in hex, ``features`` as ``features.py`` packs them."""

    page: int
    width: int
    height: int
    phash256: str
    quality: int
    low_information: bool
    photograph: bool
    features: bytes | None


class PagedRow(FileRow):
    """One file's answer with its pages: those that are held, and of a document those that are not, with the reason."""

    pages: list[PageRow]
    unread_pages: list[UnreadPage]


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
    with LocalEngine(workers, memory_bytes, limits.unit_seconds(_UNIT_ITEMS)) as engine:
        for path, paged in _answers(folder_unit, paths, engine, limits, progress):
            yield _row(path, paged.fingerprint)


def paged_fingerprints(
    paths: Sequence[Path], engine: LocalEngine, limits: Limits, progress: Progress, *, features: bool = True
) -> Iterator[PagedRow]:
    """As ``fingerprint_paths`` on ``engine``, and every page with what the near-duplicate search takes of it.

    ``features``: with local features, which cost as much as all the rest.
    """
    for path, paged in _answers(paged_unit, paths, engine, limits, progress, features=features):
        pages = [
            PageRow(
                page=page["page"],
                width=page["width"],
                height=page["height"],
                phash256=page["phash256"].hex(),
                quality=page["quality"],
                low_information=page["low_information"],
                photograph=page["photograph"],
                features=page["features"],
            )
            for page in paged.pages
        ]
        yield PagedRow(**_row(path, paged.fingerprint), pages=pages, unread_pages=paged.unread_pages)


def _answers(
    function: Function,
    paths: Sequence[Path],
    engine: LocalEngine,
    limits: Limits,
    progress: Progress,
    *,
    features: bool = False,
) -> Iterator[tuple[str, Paged]]:
    """Each file below ``paths`` with its answer, in order."""
    items = [(number, path) for number, path in enumerate(_files(paths))]
    progress.start("images read", len(items))
    ready: dict[int, tuple[str, Paged]] = {}
    emitted = 0
    size = max(1, min(_UNIT_ITEMS, len(items) // (4 * engine.workers)))
    units = cut(items, size, {"limits": limits.as_dict(), "paged": function is paged_unit, "features": features})
    try:
        for outcome in run_units(engine, function, units, progress, lambda unit: unit):
            rows = cast("list[Paged]", outcome.result["rows"])
            for (number, path), row in zip(outcome.unit["items"], rows, strict=True):
                ready[number] = path, row
            while emitted in ready:
                yield ready.pop(emitted)
                emitted += 1
    finally:
        progress.finish()
    assert emitted == len(items), f"{len(items)} files, {emitted} answers"


def folder_unit(unit: Unit) -> dict[str, list[Paged]]:
    """Unit function: ``items`` (number, path) to fingerprints (``rows``), in the same order, without pages."""
    return _read(unit, lambda data, limits, _: Paged(fingerprint(data, limits, unit.get("lost"))))


def paged_unit(unit: Unit) -> dict[str, list[Paged]]:
    """Unit function: as ``folder_unit``, with pages."""

    def with_pages(data: bytes, limits: Limits, again: Callable[[], None]) -> Paged:
        lost, first_only = unit.get("lost"), unit.get("first_only")
        wanted = bool(unit.get("features"))
        return fingerprint_pages(data, limits, lost=lost, first_only=first_only, hold=again, features=wanted)

    return _read(unit, with_pages)


def _read(unit: Unit, answer: Callable[[bytes, Limits, Callable[[], None]], Paged]) -> dict[str, list[Paged]]:
    limits = Limits(**unit["limits"])
    rows = []
    for place, (_, path) in enumerate(unit["items"]):
        again = partial(hold, place, limits.seconds)
        again()
        try:
            rows.append(
                Paged(without("unreadable", unit.get("lost")))
                if unit.get("blind")
                else answer(read_path(path, limits.max_bytes), limits, again)
            )
        except MissingError as error:
            rows.append(Paged(without("missing", error.reason)))
        except UnreadableError as error:
            rows.append(Paged(without("unreadable", error.reason)))
    release()
    return {"rows": rows}


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
