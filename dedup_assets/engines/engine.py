"""What an engine is: it runs one function over many units and gives an outcome for each, whatever a unit does.

Put here the words that rooms and engines share. Keep out how units are run (``local.py``, ``inline.py``) and what a
unit does, which is the business of the room that cut it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup_assets.engines.progress import Progress

Unit: TypeAlias = dict[str, Any]
Function: TypeAlias = Callable[[Unit], dict[str, Any]]
Status: TypeAlias = Literal["ok", "crashed", "timeout", "memory", "failed"]


class EngineError(RuntimeError):
    """The engine itself cannot work; the message says what to do."""


class UnitFailedError(RuntimeError):
    """A unit failed for a reason that lies in no item of it (a full disk, a programming error): the run must stop."""


@dataclass(frozen=True)
class Outcome:
    """What became of one unit.

    ``status``: ok; crashed (the process died), timeout (an item or the unit took too long), memory (out of memory),
    failed (the function raised; ``detail`` has the traceback).
    ``in_hand``: the item that was in work when it ended (see ``hand.hold``), None when none was.
    """

    unit: Unit
    status: Status
    result: dict[str, Any]
    in_hand: int | None = None
    detail: str = ""


class Engine(Protocol):
    """Runs units. A unit is a small dict; its function writes at most one Parquet file and gives a small dict back."""

    def run(self, function: Function, units: Iterable[Unit], progress: Progress) -> Iterator[Outcome]:
        """Run ``function`` on each unit and give the outcomes in the order in which they end.

        ``function`` is importable by name. ``progress`` is started and finished by the caller; the engine advances it
        by ``unit["weight"]`` (1 where there is none) for each unit that ended ok.

        Raises EngineError when no worker can be started, ValueError when ``function`` cannot be imported by name.
        """
