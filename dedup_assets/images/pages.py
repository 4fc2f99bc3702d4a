"""The pages of one image file, each with what the near-duplicate search takes of it.

Put here which pages are held, and why others are not. Keep out the fingerprint of the file (``fingerprint.py``) and
what is concluded. Every page of a TIFF, a PDF or a HEIF is either held or named with a reason, so that nothing passes
for compared that was not: a file is unreadable only if its first page is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from dedup_assets.images.decode import PAGED
from dedup_assets.images.fingerprint import fingerprint
from dedup_assets.images.hashes import hashes
from dedup_assets.images.photograph import is_photograph
from dedup_assets.images.quality import is_low_information, pdq_quality
from dedup_assets.images.reasons import UnreadableError
from dedup_assets.images.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dedup_assets.images.decode import Opened, Page
    from dedup_assets.images.fingerprint import Fingerprint
    from dedup_assets.images.hashes import Hashes
    from dedup_assets.images.limits import Limits


class PageFingerprint(TypedDict):
    """The columns of ``page`` but the content's; the hash as 32 bytes."""

    page: int
    width: int
    height: int
    phash256: bytes
    quality: int
    low_information: bool
    photograph: bool
    features: bytes | None


class UnreadPage(TypedDict):
    """A page of a readable file that is not held. ``reason``: of ``reasons.UNREADABLE`` or ``UNREAD_PAGE``."""

    page: int
    reason: str


@dataclass(frozen=True)
class Paged:
    """A file's fingerprint with its pages: all those of a readable file, held or not; none of another."""

    fingerprint: Fingerprint
    pages: list[PageFingerprint] = field(default_factory=list)
    unread_pages: list[UnreadPage] = field(default_factory=list)


def fingerprint_pages(
    data: bytes,
    limits: Limits,
    *,
    lost: str | None = None,
    refused: Mapping[str, str] | None = None,
    first_only: str | None = None,
    refused_pages: Mapping[str, str] | None = None,
    hold: Callable[[], None] = lambda: None,
    features: bool = True,
) -> Paged:
    """The fingerprint of the file ``data``, as ``fingerprint`` gives it, and those of its pages.

    At most ``limits.max_pages`` pages are decoded, and no further one once ``limits.seconds`` of processor time went
    by; ``hold`` is called before each, to give it its own time limit. ``first_only``: why no page but the first may be
    decoded (a later one ended a worker), and a file of a format without pages is then given up as ``lost``;
    ``refused_pages``: sha256 to reason, of contents with which it did so before; ``features``: whether local features
    are wanted, which cost as much as all the rest.

    Raises MemoryError when memory runs out.
    """
    kind = sniff(data)
    if first_only and (kind is None or kind.decoder not in PAGED):
        lost, first_only = lost or first_only, None
    reader = PagesInHand(limits, first_only, refused_pages or {}, hold, features)
    row = fingerprint(data, limits, lost, refused, reader.read)
    return Paged(row, reader.pages, reader.unread)


@dataclass
class PagesInHand:
    """Takes the pages of an opened file, the first of which is decoded already."""

    limits: Limits
    first_only: str | None
    refused: Mapping[str, str]
    hold: Callable[[], None]
    features: bool
    pages: list[PageFingerprint] = field(default_factory=list)
    unread: list[UnreadPage] = field(default_factory=list)

    def read(self, row: Fingerprint, image: Opened, first: Page, found: Hashes) -> None:
        """Hold the first page, and each further one or why it is not."""
        began = time.process_time()
        self.pages.append(self._page(0, first, found))
        first_only = self.first_only or self.refused.get(str(row["sha256"]))
        for number in range(1, image.pages):
            reason = first_only or self._why_not(number, time.process_time() - began)
            if reason is None:
                reason = self._decode(image, number)
            if reason is not None:
                self.unread.append(UnreadPage(page=number, reason=reason))

    def _why_not(self, number: int, seconds: float) -> str | None:
        if number >= self.limits.max_pages:
            return "page_cap"
        return "time_limit" if seconds > self.limits.seconds else None

    def _decode(self, image: Opened, number: int) -> str | None:
        self.hold()
        try:
            page = image.page(number)
        except UnreadableError as error:
            return error.reason
        self.pages.append(self._page(number, page, hashes(page.grey)))
        return None

    def _page(self, number: int, page: Page, found: Hashes) -> PageFingerprint:
        says_little, scene = is_low_information(found), is_photograph(page.decoded, found.thumbnail)
        return PageFingerprint(
            page=number,
            width=page.width,
            height=page.height,
            phash256=found.phash256,
            quality=pdq_quality(found.thumbnail),
            low_information=says_little,
            photograph=scene,
            features=_features(page) if self.features and scene and not says_little else None,
        )


def _features(page: Page) -> bytes | None:
    from dedup_assets.images.features import local_features  # OpenCV: not for `dedup fingerprint`

    return local_features(np.asarray(page.detail)) or None
