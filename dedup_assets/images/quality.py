"""What a hash is worth: PDQ's quality, and whether a picture holds enough to be compared at all.

Put here measures of a fingerprint. Keep out thresholds of matching.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.images.hashes import Hashes

# A coefficient of the 64 x 64 DCT (scipy's scaling) has a standard error of 128 times the grey noise of one pixel.
# Averaging leaves 0.3 to 0.4 grey levels of that, most of it from rounding to 8 bits: a coefficient nearer to the
# median than 4 standard errors is a coin thrown anew at every scan.
NOISE_MARGIN = 200.0
# Two scans of one page differ in up to half of their unstable bits. Measured on pages drawn once and given fresh noise
# twice: from 160 stable bits on, two scans stay within 31 bits (sparse text 164: 30; empty form 161: 22; dark
# photograph 173: 18); below 140 they do not (punch holes 135: 44, 115: 64; dark edges 39: 80; page number 53: 88;
# blank 5: 136).
# Real photographs, receipts, scans and portraits have 230 and more (two of plain sky: 161 and 185); flat, two-tone and
# ruled pictures under 75.
MIN_STABLE_BITS = 150
# A page number or punch holes give stable bits, and the same ones to every page that has them. 6 grey levels are five
# times the noise of a cell. Marked cells: page number 16, "left blank" 18, punch holes 29, two lines of text 39;
# an evenly blue sky 129, and every other real photograph, scan, receipt and portrait measured 395 or more.
MARK = 6
MIN_MARKED_CELLS = 64


def pdq_quality(thumbnail: NDArray[np.uint8]) -> int:
    """PDQ's quality, 0 to 100, of a uint8 (64, 64) thumbnail.

    Sum of the gradients between neighbours in whole percent of the grey range, divided by 90, capped at 100
    (facebook/ThreatExchange, pdq, ``computePDQImageDomainQualityMetric``).
    """
    grey = thumbnail.astype(np.int32) * 100
    down, across = np.abs(np.diff(grey, axis=0)) // 255, np.abs(np.diff(grey, axis=1)) // 255
    return min(100, int(down.sum() + across.sum()) // 90)


def stable_bits(margins: NDArray[np.float64]) -> int:
    """How many of the 256 bits stand above noise; ``margins`` as in ``Hashes``."""
    return int((margins > NOISE_MARGIN).sum())


def marked_cells(thumbnail: NDArray[np.uint8]) -> int:
    """How many of the 4,096 cells of a uint8 (64, 64) thumbnail stand out from its ground (the median)."""
    grey = thumbnail.astype(np.int16)
    return int((np.abs(grey - int(np.median(grey))) > MARK).sum())


def is_low_information(found: Hashes) -> bool:
    """Whether a picture holds too little to be compared: blank and nearly blank scans, flat colours, two tones.

    Quality alone does not tell: a picture of two halves has quality 56 to 70, and a page with a dark edge 100.
    """
    return stable_bits(found.margins) < MIN_STABLE_BITS or marked_cells(found.thumbnail) < MIN_MARKED_CELLS
