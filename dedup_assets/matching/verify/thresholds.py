"""The numbers on which verdicts rest, as one versioned record. Put no pixels here.

They come from a recorded run of the calibration (``calibration.md`` beside this file says on what). Whoever changes one
raises VERIFY_VERSION: every pair is then judged anew.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

VERIFY_VERSION = "verify-1"


@dataclass(frozen=True)
class Thresholds:
    """Names are those of ``residual.Residual`` and ``strokes.Strokes``.

    Attributes:
        contained: one of the two pictures must lie on the other by this share; less is another window on a scene.
        overlap: and the other by at least this much; less is a detail, or a logo that both show.
        lost: what a picture that lies on the other shows may lie outside of the overlap by this share.
        equal: worst tiles below it are equal, however the picture bends.
        worst, bend, bend_half: a copy of a photograph stays below all three.
        peak, outlier: a small change in a photograph exceeds both;
        faint_peak, faint_outlier: or both of these;
        peak_alone: or this one.
        chroma, chroma_outlier: and a small change of colour both of these.
        clearly_worst: tiles above it, in places, are a change; everywhere, another picture.
        local_bad: share of bad tiles up to which a change is local.
        local_median, local_bend: half of a picture stays below both where all but the change is a copy.
        coarse_peak: from there on, away from the rim, a document is another one at first sight.
        document_worst: tiles of a copy of a document stay below it.
        extra, extra_changed: a copy of a document has no stroke above the first; another document has one above the
            second.
        faint_extra, extra_outlier: nor one above the first that is more than so many times as deep as is usual.
        cut_off: share of what a document shows that a copy may have cut off.
        legible: pixels that the smaller type must be high for equal text to be told from other text.
        clear: from this height on ``extra`` holds; of smaller type less is allowed, down to nothing.
        legible_page: and pixels that the longer side of a document must have, as it was compared.
        detail: a picture with less besides slow changes of light shows nothing (``picture.detail``, grey levels).
        smallest: pixels of the longer side that a picture must have to be compared.
        near: bits by which hashes differ at most where two pictures that cannot be aligned are worth a look.
    """

    contained: float = 0.85
    overlap: float = 0.2
    lost: float = 0.3
    equal: float = 0.04
    worst: float = 0.14
    bend: float = 0.5
    bend_half: float = 0.25
    peak: float = 0.11
    outlier: float = 3.0
    faint_peak: float = 0.04
    faint_outlier: float = 9.0
    peak_alone: float = 0.15
    chroma: float = 15.0
    chroma_outlier: float = 3.6
    clearly_worst: float = 0.45
    local_bad: float = 0.35
    local_median: float = 0.1
    local_bend: float = 0.3
    coarse_peak: float = 0.45
    document_worst: float = 0.3
    extra: float = 0.2
    faint_extra: float = 0.06
    extra_outlier: float = 2.5
    extra_changed: float = 0.28
    cut_off: float = 0.02
    legible: float = 5.0
    clear: float = 12.0
    legible_page: float = 600.0
    detail: float = 2.0
    smallest: int = 48
    near: int = 31

    def as_dict(self) -> dict[str, float]:
        """Name to number, for evidence and reports."""
        return asdict(self)


SHIPPED = Thresholds()
