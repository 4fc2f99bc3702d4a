"""What one image may cost. The numbers are an installation's (``settings.py``); here is the shape they travel in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from dedup_assets.engines.hand import CLOCK_FACTOR

if TYPE_CHECKING:
    from dedup_assets.settings import Settings

_BETWEEN_IMAGES = 60.0  # to start, and to write the unit's file
# Of a file with many pages: the first, those after it until they took as long as one may, and the one then in hand
_TIMES = 3


@dataclass(frozen=True)
class Limits:
    """Caps of one image file: bytes, pixels of one page, pages or frames, seconds of processor time to decode a page.

    More than ``max_frames`` make the file unreadable; of those that are within, ``max_pages`` are compared.
    """

    max_bytes: int = 512 * 1024**2
    max_pixels: int = 200_000_000
    max_frames: int = 500
    max_pages: int = 100
    seconds: float = 20.0

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that an installation's settings give."""
        return cls(
            max_bytes=settings.max_image_bytes,
            max_pixels=settings.max_image_pixels,
            max_frames=settings.max_image_frames,
            max_pages=settings.max_pages,
            seconds=settings.image_seconds,
        )

    def unit_seconds(self, items: int) -> float:
        """Seconds on the clock after which a unit of ``items`` images hangs: none of them took longer than it may."""
        return items * self.seconds * _TIMES * CLOCK_FACTOR + _BETWEEN_IMAGES

    def as_dict(self) -> dict[str, float]:
        """For a unit; ``Limits(**unit["limits"])`` reads it back."""
        return asdict(self)
