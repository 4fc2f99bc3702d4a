"""The judge that looks at the pixels: candidates cut into units, worker processes, verdicts in order.

Put here how verification runs. Keep out what is compared (``verify``), and where candidates come from.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dedup_assets.engines.progress import SilentProgress
from dedup_assets.images.batch import cut, run_units
from dedup_assets.matching.verdict import Judgement
from dedup_assets.matching.verification_unit import packed, verify_unit
from dedup_assets.matching.verify.thresholds import VERIFY_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dedup_assets.engines.engine import Engine, Outcome, Unit
    from dedup_assets.engines.progress import Progress
    from dedup_assets.images.limits import Limits
    from dedup_assets.matching.sources import Place
    from dedup_assets.matching.verdict import Candidate, Verdict

# A unit is what is lost when a run is killed: some ten seconds of work at most. Small ones keep all workers at it.
_MOST_ITEMS, _UNITS = 256, 16


@dataclass
class PixelJudge:
    """Compares the pictures themselves (field notes, image matching, section 8).

    Attributes:
        engine: where the units run; ``limits``: of decoding one image.
        places: says where the bytes of contents are, of all that are asked for at once.
        units: folder for the results of units, so that a run that is killed does not begin anew; None: in memory.
        shelf: folder for working pictures (``shelf``); None: none are kept.
        progress: told how many pairs are done.
    """

    engine: Engine
    limits: Limits
    places: Callable[[Sequence[str]], Mapping[str, Sequence[Place]]]
    units: Path | None = None
    shelf: Path | None = None
    progress: Progress = field(default_factory=SilentProgress)

    @property
    def version(self) -> str:
        """The version of the comparison and its thresholds."""
        return VERIFY_VERSION

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        """A judgement for each candidate, in order.

        Raises EngineError when no worker starts, UnitFailedError when one fails for a reason that lies in no image.
        """
        if not candidates:
            return
        self.progress.start("pairs compared", len(candidates))
        found: dict[tuple[str, str], Judgement] = {}
        try:
            for outcome in run_units(self.engine, verify_unit, self._units(candidates), self.progress, self._named):
                found.update(self._judgements(outcome))
        finally:
            self.progress.finish()
        for each in candidates:
            yield found[each.a.sha256, each.b.sha256]

    def forget(self) -> None:
        """Throw away what units left behind: their verdicts stand in the warehouse now. Hold the shelf to its bound."""
        if self.units is not None:
            shutil.rmtree(self.units, ignore_errors=True)
        if self.shelf is not None:
            from dedup_assets.matching.shelf import Shelf

            Shelf(self.shelf).trim()

    def _units(self, candidates: Sequence[Candidate]) -> Iterator[Unit]:
        # By content, so that a worker that has a picture in hand compares it with all that it is to be compared with.
        items = sorted((packed(each) for each in candidates), key=lambda item: (item[0][0], item[1][0]))
        size = max(1, min(_MOST_ITEMS, len(items) // _UNITS))
        common = {
            "limits": self.limits.as_dict(),
            "version": self.version,
            "shelf": str(self.shelf) if self.shelf else None,
        }
        places = self.places(_contents(items))  # once for all units: each answer is a look through every delivery
        for unit in cut(items, size, common):
            named = {sha256: [list(place) for place in places.get(sha256, ())] for sha256 in _contents(unit["items"])}
            yield {**unit, "places": named}

    def _named(self, unit: Unit) -> Unit:
        if self.units is None:
            return unit
        from dedup_assets.engines.unit import with_output

        self.units.mkdir(parents=True, exist_ok=True)
        return with_output(unit, self.units)

    def _judgements(self, outcome: Outcome) -> Iterator[tuple[tuple[str, str], Judgement]]:
        for item, (verdict, evidence) in zip(outcome.unit["items"], self._rows(outcome), strict=True):
            yield (item[0][0], item[1][0]), Judgement(verdict, json.loads(evidence))

    def _rows(self, outcome: Outcome) -> list[tuple[Verdict, str]]:
        if self.units is None:
            rows: list[tuple[Verdict, str]] = outcome.result["rows"]
            return rows
        import pyarrow.parquet as pq

        table: Any = pq.read_table(outcome.unit["output"], columns=["verdict", "evidence"])
        return list(zip(table["verdict"].to_pylist(), table["evidence"].to_pylist(), strict=True))


def _contents(items: Sequence[list[Any]]) -> list[str]:
    """Digests of the contents that packed candidates are about, each once."""
    return sorted({side[0] for item in items for side in item[:2]})
