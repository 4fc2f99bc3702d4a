"""A department's root: what lies there under a name, and its bytes.

Put here local folders and fsspec stores behind one shape. Keep out what a name may look like (``confine.py``).
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from upath import UPath

from dedup_assets.images.confine import parts
from dedup_assets.images.localfile import READ_FLAGS, missing, read_all
from dedup_assets.images.reasons import MissingError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = ("", "file", "local")
# What stores call the thing that changes when a file does, the surest first
_TOKENS = (
    "ETag",
    "etag",
    "md5Hash",
    "md5",
    "content_md5",
    "mtime",
    "LastModified",
    "last_modified",
    "updated",
    "created",
)
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class FileState:
    """``token`` changes when the file does: mtime in ns, or the store's etag. None where a store has no such thing."""

    byte_size: int
    token: str | None


class Store(Protocol):
    """Files below one root. Both methods raise MissingError for a name that leads nowhere, or out."""

    def state(self, storage_uri: str) -> FileState:
        """The state of a file; its bytes are not read."""

    def read(self, storage_uri: str, max_bytes: int) -> tuple[bytes, FileState]:
        """The bytes of a file and the state they belong to; UnreadableError (too_many_bytes) beyond the cap."""


def open_store(root: str) -> Store:
    """The store at ``root``, a folder or any fsspec URL."""
    where = UPath(root)
    if where.protocol in _LOCAL:
        return LocalStore(Path(where.path))
    return RemoteStore(where.fs, where.path)


class LocalStore:
    """A folder of this machine. Links are followed as long as they stay inside."""

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)
        self._real_folder = lru_cache(maxsize=65536)(os.path.realpath)

    def state(self, storage_uri: str) -> FileState:
        """See ``Store``."""
        with _as_missing():
            found = os.lstat(self._inside(storage_uri))
            if not stat.S_ISREG(found.st_mode):
                raise MissingError("not_a_file")
            return FileState(found.st_size, str(found.st_mtime_ns))

    def read(self, storage_uri: str, max_bytes: int) -> tuple[bytes, FileState]:
        """See ``Store``. Opens folder by folder and follows no link, so nothing that is moved meanwhile leads out."""
        with _as_missing():
            names = os.path.relpath(self._inside(storage_uri), self._root).split(os.sep)  # noqa: PTH206  # text
            if not stat.S_ISREG(os.lstat(os.path.join(self._root, *names)).st_mode):  # noqa: PTH118
                raise MissingError("not_a_file")
            handle = _open_below(self._root, names)
            try:
                data, found = read_all(handle, max_bytes)
            finally:
                os.close(handle)
            return data, FileState(len(data), str(found.st_mtime_ns))

    def _inside(self, storage_uri: str) -> str:
        """The path of a file with every link in it resolved, which is inside the root. Raises MissingError, OSError."""
        *folders, name = parts(storage_uri)
        folder = self._real_folder(os.path.join(self._root, *folders))  # noqa: PTH118  # text: a million of these
        path = os.path.join(folder, name)  # noqa: PTH118
        if os.path.islink(path):  # noqa: PTH114
            path = os.path.realpath(path, strict=True)
        if not path.startswith(self._root.rstrip(os.sep) + os.sep):
            raise MissingError("outside_root")
        return path


class RemoteStore:
    """A file system of fsspec. It has no links that we could see; names are all there is to confine."""

    def __init__(self, filesystem: Any, root: str) -> None:  # noqa: ANN401  # fsspec is not typed
        self._filesystem = filesystem
        self._root = root.rstrip("/")
        filesystem.invalidate_cache()

    def state(self, storage_uri: str) -> FileState:
        """See ``Store``."""
        path = self._path(storage_uri)
        with _as_missing():
            found = self._filesystem.info(path)
            if found.get("type") != "file":
                raise MissingError("not_a_file")
            token = next((str(found[key]) for key in _TOKENS if found.get(key) is not None), None)
            return FileState(int(found["size"]), token)

    def read(self, storage_uri: str, max_bytes: int) -> tuple[bytes, FileState]:
        """See ``Store``."""
        before = self.state(storage_uri)
        if before.byte_size > max_bytes:
            raise UnreadableError("too_many_bytes")
        with _as_missing(), self._filesystem.open(self._path(storage_uri), "rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise UnreadableError("too_many_bytes")
        return data, FileState(len(data), before.token)

    def _path(self, storage_uri: str) -> str:
        return "/".join([self._root, *parts(storage_uri)])


@contextmanager
def _as_missing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise missing(error) from error
    except ValueError:  # a name that no file system can have (half a surrogate pair)
        raise MissingError("no_such_file") from None


def _open_below(root: str, names: list[str]) -> int:
    """A file descriptor of ``names`` below ``root``, no link followed. Raises OSError."""
    folder = os.open(root, _FOLDER_FLAGS)
    try:
        for name in names[:-1]:
            below = os.open(name, _FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(names[-1], READ_FLAGS | os.O_NOFOLLOW, dir_fd=folder)
    finally:
        os.close(folder)
