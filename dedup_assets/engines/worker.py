"""The worker process: receives units over a socket, runs them, sends back what they gave.

Started by ``local.py`` as ``python -P -m dedup_assets.engines.worker <socket> <board>``. It is started afresh and not
forked, because a fork of a process with DuckDB's threads is not safe; and not through ``multiprocessing``, because
that imports the parent's main script again in every worker (for ``dg`` that is a second and all of Dagster).
Import nothing here that a unit does not need: start-up is paid by every worker.
"""

from __future__ import annotations

import importlib
import mmap
import os
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, cast

from dedup_assets.engines import hand

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Serve units until the parent closes the socket or dies."""
    connection = Connection(int(sys.argv[1]))
    board = mmap.mmap(int(sys.argv[2]), hand.BOARD_BYTES)
    hello = connection.recv()
    sys.path[:] = hello["path"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides and ends us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hello["memory_bytes"]:
        # RLIMIT_DATA counts what is really allocated; RLIMIT_AS would also count mapped libraries and thread stacks
        resource.setrlimit(resource.RLIMIT_DATA, (hello["memory_bytes"], hello["memory_bytes"]))
    hand.watch(board)
    connection.send("ready")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stderr.fileno())  # decoders print warnings about broken files; their verdict is what counts
    while True:
        try:
            module, name, unit = connection.recv()
        except EOFError:
            return
        reply = _run(module, name, unit)
        try:
            connection.send(reply)
        except BrokenPipeError:  # the parent was killed; what we wrote is there for its next run
            return
        if reply[0] == "memory":
            return  # the heap is fragmented now: the next unit deserves a fresh process


def _run(module: str, name: str, unit: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
    function = cast("Callable[[dict[str, Any]], dict[str, Any]]", getattr(importlib.import_module(module), name))
    hand.release()
    try:
        return "ok", function(unit), ""
    except MemoryError:
        return "memory", {}, "MemoryError"
    except Exception:  # noqa: BLE001  # the border of the process: whatever it is, the parent gets it whole
        return "failed", {}, traceback.format_exc()
    finally:
        hand.disarm()


if __name__ == "__main__":
    main()
