"""One comparison of some folders from end to end: fingerprints, candidates, verdicts, and pictures of the pairs.

Put here what ``dedup match`` does, in the order in which it does it. Keep out what is printed (``cli``) and written
(``publishing``). One engine serves all steps: its workers have OpenCV loaded by the time pairs are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup_assets.images.folder import paged_fingerprints
from dedup_assets.matching.folder import match_fingerprints
from dedup_assets.matching.pixel_judge import PixelJudge
from dedup_assets.matching.side_by_side import Pages, Seen, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dedup_assets.engines.local import LocalEngine
    from dedup_assets.engines.progress import Progress
    from dedup_assets.images.folder import PagedRow
    from dedup_assets.images.limits import Limits
    from dedup_assets.matching.sources import Place


class FolderMatch:
    """The files of some folders, fingerprinted when this is made."""

    def __init__(
        self,
        paths: Sequence[Path],
        engine: LocalEngine,
        limits: Limits,
        progress: Progress,
        notice: Callable[[str], None],
        *,
        cuts: bool = True,
    ) -> None:
        """``cuts``: whether cropped, captioned and framed copies are looked for, at about twice the time.

        Raises EngineError when no worker starts, UnitFailedError when one fails and no file is the reason.
        """
        self._engine, self._limits, self._progress, self._notice = engine, limits, progress, notice
        self.files: dict[str, PagedRow] = {
            row["path"]: row for row in paged_fingerprints(paths, engine, limits, progress, features=cuts)
        }

    @property
    def unread(self) -> int:
        """Files that could not be compared."""
        return sum(each["status"] != "ok" for each in self.files.values())

    def pairs(self, radius: int) -> Iterator[dict[str, Any]]:
        """Pairs with their verdicts, as ``match_fingerprints`` gives them.

        Raises SearchError when the radius is out of range, and as the engine does.
        """
        judge = PixelJudge(self._engine, self._limits, self._places, progress=self._progress)
        return match_fingerprints(list(self.files.values()), radius, judge=judge, notice=self._notice)

    def drawn(self, pairs: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Seen]:
        """Pictures of pairs, by their two paths. A document shows the pages that made a candidate of it."""
        wanted = {(pair["a"], pair["b"]): self._pages(pair) for pair in pairs}
        contents = sorted({each for pages in wanted.values() for each in (pages.sha256_a, pages.sha256_b)})
        drawn = side_by_side(list(wanted.values()), self._places(contents), self._engine, self._limits, self._progress)
        return {paths: drawn[pages] for paths, pages in wanted.items()}

    def _pages(self, pair: Mapping[str, Any]) -> Pages:
        one, other = str(self.files[pair["a"]]["sha256"]), str(self.files[pair["b"]]["sha256"])
        shown = pair["evidence"].get("shown") or {}
        page_a, page_b, form = (int(shown.get(name, 0)) for name in ("page_a", "page_b", "form"))
        return Pages(one, page_a, other, page_b, form)

    def _places(self, contents: Sequence[str]) -> dict[str, list[Place]]:
        wanted = set(contents)
        found: dict[str, list[Place]] = {}
        for path, row in self.files.items():
            if row["sha256"] in wanted:
                found.setdefault(row["sha256"], []).append((None, path))
        return found
