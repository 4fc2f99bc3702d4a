"""Reading a local file: regular files only, up to the byte cap, never waiting for a pipe.

Put here system calls on files. Keep out which files may be read (``confine.py``, ``store.py``).
"""

from __future__ import annotations

import errno
import os
import stat

from dedup_assets.images.reasons import MissingError, UnreadableError

# O_NONBLOCK: a pipe that took the file's place since it was looked at must not hold us up
READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
_CHUNK = 16 * 1024**2


def missing(error: OSError) -> MissingError:
    """What an error of the file system means for the file that was asked for."""
    gone = error.errno in _GONE or isinstance(error, FileNotFoundError | NotADirectoryError)  # fsspec sets no errno
    return MissingError("no_such_file" if gone else "unreachable")


def read_all(handle: int, max_bytes: int) -> tuple[bytes, os.stat_result]:
    """The bytes behind an open file descriptor, and its state before they were read.

    Raises MissingError (not_a_file), UnreadableError (too_many_bytes; no more than the cap is ever read), OSError.
    """
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        raise MissingError("not_a_file")
    if state.st_size > max_bytes:
        raise UnreadableError("too_many_bytes")
    # A file may grow, or not know its size: what counts is what comes
    parts = [os.read(handle, min(state.st_size, max_bytes) + 1)]
    total = len(parts[0])
    while parts[-1] and total <= max_bytes:
        parts.append(os.read(handle, min(_CHUNK, max_bytes + 1 - total)))
        total += len(parts[-1])
    if total > max_bytes:
        raise UnreadableError("too_many_bytes")
    return b"".join(parts) if len(parts) > 2 else parts[0], state  # noqa: PLR2004  # all in one read: no copy


def read_path(path: str, max_bytes: int) -> bytes:
    """The bytes of the regular file at ``path``, symbolic links followed.

    Raises MissingError (no_such_file), UnreadableError (not_a_file, permission, unreachable, too_many_bytes).
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  # text: a million of these
        if not stat.S_ISREG(mode):  # a device must not even be opened
            closed = stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK)
            raise UnreadableError("permission" if closed else "not_a_file")
        handle = os.open(path, READ_FLAGS)
        try:
            return read_all(handle, max_bytes)[0]
        finally:
            os.close(handle)
    except PermissionError:
        raise UnreadableError("permission") from None
    except MissingError as error:
        raise UnreadableError(error.reason) from None
    except ValueError:  # a NUL in the name
        raise MissingError("no_such_file") from None
    except OSError as error:
        reason = missing(error).reason
        raise (MissingError(reason) if reason == "no_such_file" else UnreadableError(reason)) from error
