"""The landing zone: which manifests lie where.

``<landing>/<department>/<as_of>/manifest.{csv,jsonl,parquet,xlsx}``; ``manifest.2.csv`` is the first corrected
re-delivery for that date, and so on. The root is a folder or any fsspec URL. Put here how files are found and fetched.
Keep out what is in them.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, cast
from zoneinfo import ZoneInfo

from upath import UPath

from dedup_assets.deliveries.contract import FORMATS
from dedup_assets.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup_assets.deliveries.department import Department

_AS_OF = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MANIFEST = re.compile(
    r"manifest(?:\.(?P<version>[2-9]|[1-9][0-9]{1,5}))?\.(?P<format>csv|jsonl|parquet|xlsx)", re.IGNORECASE
)
_CHUNK = 1024**2
_SPOOL_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class ManifestFile:
    """One manifest in the landing zone. ``uri`` is relative to the landing root."""

    as_of: date
    version: int
    format: str
    uri: str
    path: UPath


@dataclass
class Survey:
    """A department's manifests by date and version, and the names of what lies between them and is none.

    Names come from the landing zone and may be anything, so a restricted department's must stay in its enclave.
    """

    manifests: list[ManifestFile] = field(default_factory=list)
    no_dates: list[str] = field(default_factory=list)  # folders that are not named after a date
    no_manifests: list[str] = field(default_factory=list)  # dates without a manifest
    strays: list[str] = field(default_factory=list)  # manifests beside another one of the same date and version


def survey(landing: str, department: str) -> Survey:
    """What ``department`` has in the landing zone; nothing when its folder is not there."""
    found = Survey()
    for folder in _folders(UPath(landing) / department):
        as_of = _as_of(folder.name)
        if as_of is None:
            found.no_dates.append(folder.name)
            continue
        files = list(_manifests(folder, as_of, f"{department}/{folder.name}"))
        if not files:
            found.no_manifests.append(folder.name)
        taken: dict[int, ManifestFile] = {}
        for file in files:
            if taken.setdefault(file.version, file) is not file:
                found.strays.append(file.uri)
        found.manifests += taken.values()
    found.manifests.sort(key=lambda file: (file.as_of, file.version))
    return found


def calendar(landing: str, departments: Sequence[Department], extra: date | None) -> list[date]:
    """The city's calendar: every date for which any department has a manifest, and ``extra``, sorted.

    A landing zone without any manifest gives ``extra`` alone, or today in the city.
    """
    dates = {file.as_of for department in departments for file in survey(landing, department.name).manifests}
    if extra:
        dates.add(extra)
    return sorted(dates) or [datetime.now(ZoneInfo(settings().time_zone)).date()]


def digest(path: UPath) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and size in bytes of a file, read in pieces.

    Raises OSError when it cannot be read.
    """
    sha256, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
            size += len(chunk)
    return sha256.hexdigest(), size


def snapshot(path: UPath, folder: str | None) -> tuple[BinaryIO, str]:
    """A private copy of a file, which nobody can change while it is read, and the SHA-256 of its bytes.

    Up to 64 MiB stay in memory; more goes to a nameless file in ``folder`` (of a pool, so that restricted data stays
    in its enclave; None: the system's), which is gone with the process. The caller closes the copy.

    Raises OSError when the file cannot be read.
    """
    sha256 = hashlib.sha256()
    with ExitStack() as stack:
        copy = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES, dir=folder))
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sha256.update(chunk)
                copy.write(chunk)
        copy.seek(0)
        stack.pop_all()
    return cast("BinaryIO", copy), sha256.hexdigest()


def _folders(root: UPath) -> list[UPath]:
    try:
        return sorted((path for path in root.iterdir() if path.is_dir()), key=lambda path: path.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _as_of(name: str) -> date | None:
    if not _AS_OF.fullmatch(name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _manifests(folder: UPath, as_of: date, uri: str) -> Iterator[ManifestFile]:
    """The manifests of one date; of one version, the one that counts comes first (in the order of FORMATS)."""
    named = [(match, path) for path in folder.iterdir() if (match := _MANIFEST.fullmatch(path.name)) and path.is_file()]
    named.sort(key=lambda each: (FORMATS.index(each[0]["format"].lower()), each[1].name))
    for match, path in named:
        version = int(match["version"] or 1)
        yield ManifestFile(as_of, version, match["format"].lower(), f"{uri}/{path.name}", path)
