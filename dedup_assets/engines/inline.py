"""An engine without processes: units run here, one after the other.

For stores that only this process can see (``memory://``) and for looking into a unit with a debugger. Nothing is
contained: a decoder that crashes ends this process. Everything else belongs on ``LocalEngine``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup_assets.engines.engine import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup_assets.engines.engine import Function, Unit
    from dedup_assets.engines.progress import Progress


class InlineEngine:
    """Runs units in this process. An exception of a unit reaches the caller as it is."""

    def run(self, function: Function, units: Iterable[Unit], progress: Progress) -> Iterator[Outcome]:
        """See ``Engine.run``."""
        for unit in units:
            result = function(unit)
            progress.advance(int(unit.get("weight", 1)))
            yield Outcome(unit, "ok", result)
