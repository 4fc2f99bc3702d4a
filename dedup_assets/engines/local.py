"""The local engine: units run in worker processes of this machine, and a worker that dies costs one unit.

Put here the care for worker processes. Keep out what they run (``worker.py``).
"""

from __future__ import annotations

import importlib
import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Self

from dedup_assets.engines import hand
from dedup_assets.engines.engine import EngineError, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup_assets.engines.engine import Function, Status, Unit
    from dedup_assets.engines.progress import Progress

# One thread per worker: the processes are the parallelism, and thread pools of numerical libraries eat memory.
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
_TIMERS = (signal.SIGALRM, signal.SIGPROF)


class LocalEngine:
    """At most ``workers`` processes, each with a memory limit, each unit with a time limit.

    Workers are started when a unit waits for one, and stay for the next ``run`` until ``close`` (or the end of a
    ``with`` block, or of the engine's life).
    """

    def __init__(self, workers: int, memory_bytes: int | None = None, unit_seconds: float | None = None) -> None:
        """``memory_bytes``: of each worker; ``unit_seconds``: on the clock, after which a unit's worker is killed."""
        self.workers = max(1, workers)
        self.memory_bytes = memory_bytes
        self.unit_seconds = unit_seconds
        self._idle: list[_Worker] = []
        self._finalizer = weakref.finalize(self, _end_all, self._idle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers. The engine may be used again; it then starts new ones."""
        _end_all(self._idle)

    def run(self, function: Function, units: Iterable[Unit], progress: Progress) -> Iterator[Outcome]:
        """See ``Engine.run``."""
        target = _importable(function)
        waiting = iter(units)
        busy: list[_Worker] = []
        outcomes: list[Outcome] = []
        try:
            while True:
                while len(busy) < self.workers and (unit := next(waiting, None)) is not None:
                    worker = self._worker()
                    busy.append(worker)
                    worker.begin(target, unit, self.unit_seconds)
                for outcome in outcomes:  # given out now that no worker waits for whoever takes them
                    if outcome.status == "ok":
                        progress.advance(int(outcome.unit.get("weight", 1)))
                    yield outcome
                if not busy:
                    return
                outcomes = self._outcomes(busy)
        finally:
            _end_all(busy)

    def _outcomes(self, busy: list[_Worker]) -> list[Outcome]:
        """Wait for workers of ``busy`` to end their units, and take them off."""
        found = []
        for worker in _ended(busy):
            outcome = worker.outcome()
            if outcome is None:
                continue
            found.append(outcome)
            busy.remove(worker)
            if worker.usable:
                self._idle.append(worker)
        return found

    def _worker(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            worker.kill()
        return _Worker(self.memory_bytes)


def _importable(function: Function) -> tuple[str, str]:
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or getattr(importlib.import_module(module), name, None) is not function:
        raise ValueError(
            f"{module}.{name} cannot be imported by a worker process; define it at the top level of a module "
            "that is not the main script"
        )
    return module, name


def _ended(busy: list[_Worker]) -> list[_Worker]:
    """The workers of ``busy`` that replied, died or ran out of time; waits until there is one."""
    while True:
        now = time.monotonic()
        left = min(worker.deadline for worker in busy) - now
        ready = set(wait([worker.connection for worker in busy], None if left == float("inf") else max(0.0, left)))
        now = time.monotonic()
        found = [worker for worker in busy if worker.connection in ready or worker.deadline <= now]
        if found:
            return found


def _end_all(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().kill()


class _Worker:
    """One worker process, seen from its parent."""

    def __init__(self, memory_bytes: int | None) -> None:
        ours, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed by kill()
        with tempfile.TemporaryFile() as board:
            board.truncate(hand.BOARD_BYTES)
            self._board = mmap.mmap(board.fileno(), hand.BOARD_BYTES)
            handles = (theirs.fileno(), board.fileno())
            # -P: a folder of evidence may hold a numpy.py; the current folder is no place to import from
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [sys.executable, "-P", "-m", "dedup_assets.engines.worker", *map(str, handles)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=handles,
                env={**os.environ, **_ONE_THREAD},
            )
        theirs.close()
        self.connection = Connection(ours.detach())
        self.deadline = float("inf")
        self.usable = True
        self._ready = False
        self._unit: Unit = {}
        self._send({"path": [entry for entry in sys.path if entry], "memory_bytes": memory_bytes})

    @property
    def alive(self) -> bool:
        """Whether the process is still there (somebody may have ended it while it had nothing to do)."""
        return self._process.poll() is None

    def begin(self, target: tuple[str, str], unit: Unit, seconds: float | None) -> None:
        """Hand a unit to the process."""
        self._unit = unit
        self.deadline = time.monotonic() + seconds if seconds else float("inf")
        self._send((*target, unit))

    def outcome(self) -> Outcome | None:
        """What became of the unit; None when the process is still at it.

        Raises EngineError when the process never came up.
        """
        try:
            if self.connection.poll():
                message = self.connection.recv()
                if message == "ready":
                    self._ready = True
                    return None
                status, result, detail = message
                self.usable = status != "memory"
                in_hand = None if status == "ok" else hand.held(self._board)
                if not self.usable:
                    self.kill()
                return Outcome(self._unit, status, result, in_hand, detail)
        except (EOFError, ConnectionResetError):
            return self._died(late=False)
        return self._died(late=True) if self.deadline <= time.monotonic() else None

    def kill(self) -> None:
        """End the process, whatever it does, and let go of its handles."""
        self.usable = False
        self._process.kill()
        self._process.wait()
        self.connection.close()
        self._errors.close()

    def _send(self, message: object) -> None:
        try:
            self.connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            return  # it died; outcome() will say how

    def _died(self, *, late: bool) -> Outcome:
        if late:
            self._process.kill()
        code = self._process.wait()
        in_hand = hand.held(self._board)
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip()
        self.kill()
        if not self._ready and not late:
            raise EngineError(f"a worker process could not start (exit code {code}): {said[-2000:]}")
        return Outcome(self._unit, _why(code, late=late), {}, in_hand, f"exit code {code}")


def _why(code: int, *, late: bool) -> Status:
    if late or -code in _TIMERS:
        return "timeout"
    # Nobody but the kernel, when memory runs out, is expected to send SIGKILL
    return "memory" if -code == signal.SIGKILL else "crashed"
