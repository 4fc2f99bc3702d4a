"""Working pictures kept by content, so that an image is decoded for verification once and not once a delivery.

Put here files and their bound. Keep out what a working picture is (``verify.picture``). The shelf of an enclave lies in
the enclave's own folder. What is on it decides nothing: a picture that is gone is made again from the image.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from dedup_assets.engines.beside import beside

if TYPE_CHECKING:
    from pathlib import Path

# About 20,000 photographs: the candidates of some hundred thousand images.
MOST_BYTES = 2 * 1024**3
_ENDING = ".picture"


class Shelf:
    """A folder of working pictures of at most ``most_bytes``, once it is trimmed."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, name: str) -> bytes | None:
        """The picture of that name, None when it is not there."""
        path = self._path(name)
        try:
            data = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        return data

    def put(self, name: str, data: bytes) -> None:
        """Keep a picture: beside and renamed, because another worker may look for it now."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside(path) as part:
            part.write_bytes(data)

    def trim(self) -> None:
        """Throw out what was not looked at for longest until the rest is within the bound, and what died half made."""
        if not self._folder.is_dir():
            return
        entries = []
        for path in self._folder.glob("*/*"):
            state = path.stat()
            if path.suffix == _ENDING:
                entries.append((state.st_mtime_ns, str(path), state.st_size))
            elif time.time() - state.st_mtime > _AN_HOUR:
                path.unlink(missing_ok=True)
        held = sum(size for *_, size in entries)
        for _, name, size in sorted(entries):
            if held <= self._most_bytes:
                return
            os.unlink(name)  # noqa: PTH108  # text: there may be a hundred thousand
            held -= size

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}{_ENDING}"


_AN_HOUR = 3600
