"""How a publication takes its place: built beside, swapped in one step, the earlier ones kept.

``out`` is a symbolic link to a folder of ``<out>-versions``; every folder there is one complete publication, named by
its date and the digest of its content. A reader who follows ``out`` sees the whole old site or the whole new one. In
each publication ``earlier`` is a link to the one of the period before, so what was published stays reachable.

Put here files and links. Keep out what the files say.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dedup_assets.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

EARLIER = "earlier"
_BUILDING = ".building"
_NAME = re.compile(r"^(\d{4}-\d{2}-\d{2})-[0-9a-f]{12}$")


class PublishError(UserError):
    """A publication cannot be put where it was asked for; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the publications of one ``out`` lie."""

    out: Path

    @property
    def versions(self) -> Path:
        """The folder of all publications."""
        return self.out.parent / f"{self.out.name}-versions"

    @property
    def current(self) -> Path | None:
        """The publication in force, or None."""
        if not self.out.is_symlink() or not self.out.exists():
            return None
        return self.versions / self.out.readlink().name

    def earlier_than(self, as_of: date) -> Path | None:
        """The newest publication of a date before ``as_of``, found from the one in force backwards, or None.

        Publications that were replaced by another of the same date are skipped.
        """
        seen: set[Path] = set()
        version = self.current
        while version and version not in seen and date_of(version) and not _before(version, as_of):
            seen.add(version)
            link = version / EARLIER
            version = self.versions / link.readlink().name if link.is_symlink() else None
        return version if version and _before(version, as_of) and version.is_dir() else None

    def begin(self) -> Path:
        """An empty folder to build in. What an interrupted publication left there is removed.

        Raises PublishError when ``out`` is something that this program did not put there.
        """
        if self.out.exists() and not self.out.is_symlink() and (not self.out.is_dir() or any(self.out.iterdir())):
            message = f"{self.out} holds files that were not published by this program; name another folder"
            raise PublishError(message)
        building = self.versions / _BUILDING
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        return building

    def put(self, building: Path, as_of: date) -> Path:
        """Make what was built the publication in force; returns its folder.

        The same content again is recognised: nothing is swapped, and its folder is the one that was there.
        """
        version = self.versions / f"{as_of.isoformat()}-{digest(building)[:12]}"
        if version.exists():
            shutil.rmtree(building)
        else:
            building.replace(version)
        if self.current != version:
            self._point_to(version)
        return version

    def _point_to(self, version: Path) -> None:
        beside = self.out.parent / f".{self.out.name}.new"
        beside.unlink(missing_ok=True)
        beside.symlink_to(f"{self.versions.name}/{version.name}", target_is_directory=True)
        if self.out.is_dir() and not self.out.is_symlink():
            self.out.rmdir()  # begin() made sure that it is empty
        beside.replace(self.out)


def date_of(version: Path) -> date | None:
    """The date that a publication's folder is named by."""
    found = _NAME.match(version.name)
    return date.fromisoformat(found[1]) if found else None


def digest(folder: Path) -> str:
    """SHA-256 over names and contents of all files of a folder, and over where its links lead."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda each: each.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            content = f"link {path.readlink()}".encode()
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).digest()
        else:
            continue
        whole.update(f"{len(name)}:{name}:{len(content)}:".encode() + content)
    return whole.hexdigest()


def _before(version: Path, as_of: date) -> bool:
    found = date_of(version)
    return found is not None and found < as_of
