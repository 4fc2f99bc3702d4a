"""Which item of its unit a process has in hand, so that a crash costs that item only.

A unit function calls ``hold(i, seconds)`` before item ``i`` and ``release()`` after the last. Where nobody watches
(a notebook, a test) both do nothing. A worker process calls ``watch`` first: the item is then written to memory that
its parent shares, and the item's time limit is armed. The signals keep their default action, so they end even a
decoder that loops in C; the parent sees which signal it was.
"""

from __future__ import annotations

import signal
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mmap

BOARD_BYTES = 8
# Of processor time, an item may use its limit, whatever else the machine does: the same file gives the same answer on
# a busy machine. Of time on the clock it may use this many times its limit, for storage that never answers.
CLOCK_FACTOR = 3.0

_boards: list[mmap.mmap] = []


def watch(board: mmap.mmap) -> None:
    """From now on, write the item in hand to ``board`` (8 bytes) and arm its limits."""
    for timer in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(timer, signal.SIG_DFL)
    _boards[:] = [board]
    release()


def hold(item: int, seconds: float) -> None:
    """Say that ``item`` is in hand now and may take ``seconds`` of processor time."""
    for board in _boards:
        struct.pack_into("q", board, 0, item)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds * CLOCK_FACTOR)


def release() -> None:
    """Say that no item is in hand: what goes wrong now is no item's fault."""
    for board in _boards:
        struct.pack_into("q", board, 0, -1)
    disarm()


def disarm() -> None:
    """Stop the limits of the item in hand, and leave it in hand: it failed, and the parent asks which one it was."""
    if _boards:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def held(board: mmap.mmap) -> int | None:
    """The item that the process writing to ``board`` has in hand, None when it has none."""
    item: int = struct.unpack_from("q", board, 0)[0]
    return item if item >= 0 else None
