"""A BagIt bag (RFC 8493) being written: every file is hashed while it is written, and nothing is read twice.

Put here files and manifests. Keep out what the files say.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Self

from dedup_assets.evidence.layout import (
    ALGORITHMS,
    BAG_INFO,
    BAGIT,
    DATA,
    MANIFESTS,
    SIGNATURES,
    TAG_MANIFESTS,
    VERIFY,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path
    from types import TracebackType

# What is in a bag is never written again; signatures are added beside it.
_READ_ONLY = 0o444

_BLOCK = 256 * 1024

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class HashedFile:
    """A file that knows its digests and its size once it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._hashes = {each: hashlib.new(each) for each in ALGORITHMS}
        self._path = path
        self._waiting = bytearray()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Append bytes."""
        self._waiting += content
        self.size += len(content)
        if len(self._waiting) >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        """Write and hash what waits: line by line it would cost several times as much."""
        self._file.write(self._waiting)
        for each in self._hashes.values():
            each.update(self._waiting)
        self._waiting.clear()

    def digests(self) -> dict[str, str]:
        """The digest by algorithm, hexadecimal."""
        return {name: each.hexdigest() for name, each in self._hashes.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._file.close()
        self._path.chmod(_READ_ONLY)


class Bag:
    """A bag below ``folder``, which must be there and empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, HashedFile] = {}

    def open(self, path: str) -> HashedFile:
        """A new file by its path from the bag's root; close it with ``with``.

        Raises FileExistsError when the bag has it already.
        """
        where = self.folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        self.files[path] = HashedFile(where)
        return self.files[path]

    def write(self, path: str, content: bytes) -> None:
        """A new file with this content."""
        with self.open(path) as file:
            file.write(content)

    def payload(self) -> dict[str, HashedFile]:
        """The files below data/ by path."""
        return {path: file for path, file in sorted(self.files.items()) if path.startswith(f"{DATA}/")}

    def seal(self, name: str, as_of: date, verify_text: bytes) -> str:
        """Write BagIt's own files; returns the sha256 of the tag manifest that is to be signed.

        The date is the period's, not today's: the same rows give the same bytes.
        """
        payload = self.payload()
        self.write(BAGIT, DECLARATION)
        self.write(BAG_INFO, _information(name, as_of, payload))
        self.write(VERIFY, verify_text)
        self._manifests(MANIFESTS, payload)
        covered = {path: file for path, file in sorted(self.files.items()) if path not in payload}
        self._manifests(TAG_MANIFESTS, covered)
        (self.folder / SIGNATURES).mkdir()
        return self.files[TAG_MANIFESTS[0]].digests()[ALGORITHMS[0]]

    def _manifests(self, names: tuple[str, ...], files: Mapping[str, HashedFile]) -> None:
        for algorithm, name in zip(ALGORITHMS, names, strict=True):
            self.write(name, manifest({path: file.digests()[algorithm] for path, file in files.items()}))


def manifest(digests: Mapping[str, str]) -> bytes:
    """A manifest's bytes, as ``sha256sum -c`` reads it."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def _information(name: str, as_of: date, payload: Mapping[str, HashedFile]) -> bytes:
    fields = {
        "Bag-Software-Agent": f"dedup-assets {version('dedup-assets')}",
        "Bagging-Date": as_of.isoformat(),
        "External-Description": "Evidence of image data hygiene for one reporting period",
        "External-Identifier": name,
        "Payload-Oxum": f"{sum(each.size for each in payload.values())}.{len(payload)}",
    }
    return "".join(f"{field}: {value}\n" for field, value in fields.items()).encode()
