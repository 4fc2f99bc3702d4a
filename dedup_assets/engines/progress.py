"""How long work tells that it is alive: a bar on a terminal, timed lines in a log, or nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Progress(Protocol):
    """What long work calls. ``start`` begins one counted piece of work, ``advance`` counts, ``finish`` ends it."""

    def start(self, label: str, total: int) -> None:
        """Begin work of ``total`` items called ``label`` (plural noun and verb: "images read")."""

    def advance(self, count: int = 1) -> None:
        """Count ``count`` more items as done."""

    def finish(self) -> None:
        """End the work."""


class SilentProgress:
    """Tells nothing."""

    def start(self, label: str, total: int) -> None:
        """Nothing."""

    def advance(self, count: int = 1) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""


class LogProgress:
    """A line every ``every`` seconds: count, share, rate and time left."""

    def __init__(self, log: Callable[[str], None], every: float = 5.0) -> None:
        self._log = log
        self._every = every
        self._label, self._total, self._done = "", 0, 0
        self._began = self._spoke = 0.0

    def start(self, label: str, total: int) -> None:
        """Begin; the first line comes after ``every`` seconds."""
        self._label, self._total, self._done = label, total, 0
        self._began = self._spoke = time.monotonic()

    def advance(self, count: int = 1) -> None:
        """Count, and speak when it is time."""
        self._done += count
        now = time.monotonic()
        if now - self._spoke >= self._every:
            self._spoke = now
            rate = self._done / max(now - self._began, 1e-9)
            left = (self._total - self._done) / max(rate, 1e-9)
            share = 100 * self._done / max(self._total, 1)
            done = f"{self._done:,} of {self._total:,} {self._label} ({share:.0f}%)"
            self._log(f"{done}, {rate:,.0f}/s, about {left:,.0f} s left")

    def finish(self) -> None:
        """Say what was done, with its rate."""
        seconds = max(time.monotonic() - self._began, 1e-9)
        if self._total:
            self._log(f"{self._done:,} {self._label} in {seconds:.1f} s ({self._done / seconds:,.0f}/s)")


class TerminalProgress:
    """A bar on standard error, shown only on a terminal; rich draws it."""

    def __init__(self, about: str = "") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._about = f"{about}: " if about else ""
        self._task: object = None

    def start(self, label: str, total: int) -> None:
        """Show a bar."""
        self._bar.start()
        self._task = self._bar.add_task(f"{self._about}{label}", total=total)

    def advance(self, count: int = 1) -> None:
        """Move the bar."""
        self._bar.advance(self._task, count)  # type: ignore[arg-type]  # rich's TaskID is a NewType of int

    def finish(self) -> None:
        """Take the bar away."""
        self._bar.stop()
        for task in list(self._bar.task_ids):
            self._bar.remove_task(task)
