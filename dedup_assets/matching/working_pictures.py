"""Working pictures of the contents that a worker compares: in memory, then on the shelf, then from the image itself.

Put here where a picture comes from. Keep out what it is (``verify.picture``) and what is done with it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from dedup_assets.images.working import pixel_digest, working_pixels
from dedup_assets.matching.sources import GoneError
from dedup_assets.matching.verify.picture import FINE, of_pixels
from dedup_assets.matching.verify.store import from_bytes, to_bytes
from dedup_assets.matching.verify.thresholds import VERIFY_VERSION

if TYPE_CHECKING:
    from dedup_assets.images.limits import Limits
    from dedup_assets.matching.shelf import Shelf
    from dedup_assets.matching.sources import Sources
    from dedup_assets.matching.verify.picture import Picture

# Pictures that are held: one of many copies is compared with them one after the other. Half a megabyte each, a plan at
# the finer size two.
_HELD = 96


class WorkingPictures:
    """Pages of contents as working pictures."""

    def __init__(self, sources: Sources, limits: Limits, shelf: Shelf | None) -> None:
        self._sources, self._limits, self._shelf = sources, limits, shelf
        self._held: OrderedDict[tuple[str, int], Picture] = OrderedDict()

    def of(self, sha256: str, page: int) -> Picture:
        """The working picture of a page.

        Raises GoneError when neither shelf nor image is there any more, UnreadableError when it cannot be decoded.
        """
        key = (sha256, page)
        if key not in self._held:
            self._held[key] = self._fetched(sha256, page)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]

    def _fetched(self, sha256: str, page: int) -> Picture:
        # Another version draws other pictures; the name says nothing of the content, as names of files get around.
        name = hashlib.sha256(f"{VERIFY_VERSION} {sha256} {page}".encode()).hexdigest()
        kept = self._shelf.get(name) if self._shelf else None
        if kept is not None:
            picture = from_bytes(kept)
        else:
            seen = working_pixels(self._sources.read(sha256), page, self._limits, FINE)
            picture = of_pixels(seen.pixels, width=seen.width, height=seen.height)
            if self._shelf:
                self._shelf.put(name, to_bytes(picture))
        return replace(picture, digest=lambda: self._digest(sha256, page))

    def _digest(self, sha256: str, page: int) -> str:
        """Of the full pixels; of an image that is gone there is only its working picture, and no two are then equal."""
        try:
            return pixel_digest(self._sources.read(sha256), page, self._limits)
        except GoneError:
            return f"gone {sha256} {page}"
