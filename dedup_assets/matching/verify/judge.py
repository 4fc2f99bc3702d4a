"""Two pictures in, a verdict and its evidence out.

Put here what the measurements mean. Keep out measuring (``look``) and the numbers themselves (``thresholds``).

Only what is seen to be equal everywhere is ``same_image``. What is equal but for one place is a local change (a date
stamp, a caption, a car that came) in a photograph, and another document on the same template where there is text. What
cannot be told is ``undecided``: too small, not legible, a part of one picture only.

A crop of a photograph is ``same_image`` as long as it shows more than half of it: everything that can be compared is
equal, and re-shots and bursts are kept out by the same numbers as for whole pictures. Smaller ones are ``undecided``. A
crop of a document is ``undecided`` as soon as it has cut off anything but paper: what is missing may be the number that
matters.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup_assets.matching.verdict import Judgement
from dedup_assets.matching.verify.look import Sight, look, ordered
from dedup_assets.matching.verify.picture import turned
from dedup_assets.matching.verify.thresholds import SHIPPED, VERIFY_VERSION

if TYPE_CHECKING:
    from dedup_assets.matching.verdict import Verdict
    from dedup_assets.matching.verify.picture import Picture
    from dedup_assets.matching.verify.residual import Residual
    from dedup_assets.matching.verify.strokes import Strokes
    from dedup_assets.matching.verify.thresholds import Thresholds

# Pixels of two pictures that differ by more on average (grey levels, working size) are not worth decoding in full.
_MAYBE_EQUAL = 2.0
_DIGITS = 4
_TYPE_UNKNOWN = 0.5  # of what is allowed where all type is large
# A sheet with two photographs holds one of them, and is not a copy of it. Crops of 40 % cover .6 of a picture; a wide
# border leaves .5 of it, with hardly any slopes outside.
_HALF, _SOMETHING = 0.55, 0.2
_MANY_INLIERS = 30  # field notes, image matching, section 2

Reason = Literal[
    "equal_pixels",
    "equal_throughout",
    "nothing_to_see",
    "too_small",
    "not_aligned",
    "differs_in_places",
    "differs_throughout",
    "not_legible",
    "partly_cut_off",
    "between_same_and_different",
]


def verify(
    a: Picture, b: Picture, distance: int | None, *, form: int = 0, thresholds: Thresholds = SHIPPED
) -> Judgement:
    """What two pictures are to one another. The order of the two does not matter when ``form`` is 0.

    ``distance``: of their hashes in bits of 256, None where they were not compared. ``form``: the turn of ``b``
    (``picture.turned``) under which the hashes were near; turning is undone before anything else. Evidence holds the
    reason, every measurement, and the version of the thresholds.
    """
    evidence: dict[str, object] = {"version": VERIFY_VERSION}
    if distance is not None:
        evidence["distance"] = distance
    if form:
        evidence["form"] = form
    first, second = ordered(a, turned(b, form))
    if not form and _equal_pixels(first, second):
        return Judgement("exact_pixels", {**evidence, "reason": "equal_pixels"})
    verdict, reason, sight = _seen(first, second, distance, thresholds)
    evidence["reason"] = reason
    if sight is not None:
        evidence |= _told(sight)
    return Judgement(verdict, evidence)


def _seen(
    first: Picture, second: Picture, distance: int | None, thresholds: Thresholds
) -> tuple[Verdict, Reason, Sight | None]:
    if _shows_nothing(first, thresholds) or _shows_nothing(second, thresholds):
        return "low_information", "nothing_to_see", None
    if max(first.grey.shape) < thresholds.smallest:
        return "undecided", "too_small", None
    sight = look(first, second, thresholds)
    if sight.coarse is None:
        near = distance is not None and distance <= thresholds.near
        return "undecided" if near else "same_template_or_scene", "not_aligned", sight
    return (*decide(sight, thresholds, is_written=second.is_written or first.is_written), sight)


def decide(sight: Sight, thresholds: Thresholds, *, is_written: bool) -> tuple[Verdict, Reason]:
    """The verdict that measurements lead to, and why. ``sight.coarse`` is there."""
    coarse = sight.coarse
    assert coarse is not None
    if not _is_contained(coarse, thresholds):
        if coarse.worst <= thresholds.worst and sight.inliers >= _MANY_INLIERS:
            return "undecided", "partly_cut_off"
        return "same_template_or_scene", "differs_throughout"
    if is_written:
        return _document(sight, coarse, thresholds)
    return _scene(sight, coarse, thresholds)


def _scene(sight: Sight, coarse: Residual, thresholds: Thresholds) -> tuple[Verdict, Reason]:
    """A photograph, or a drawing that is not clearly a document."""
    if not _fits(coarse, thresholds) or _has_small_change(coarse, thresholds):
        return _changed(coarse, thresholds)
    if sight.strokes is not None and sight.strokes.extra > thresholds.extra_changed:
        return "undecided", "differs_in_places"
    if _shows_much_besides(coarse):
        return "undecided", "partly_cut_off"
    return "same_image", "equal_throughout"


def _shows_much_besides(coarse: Residual) -> bool:
    """Whether one of two pictures is half of the other or less, and that shows something there too."""
    halves = ((coarse.cover_first, coarse.outside_first), (coarse.cover_second, coarse.outside_second))
    return any(covered < _HALF and besides > _SOMETHING for covered, besides in halves)


def _fits(coarse: Residual, thresholds: Thresholds) -> bool:
    """Whether a photograph lies on the other as only a copy does."""
    unbent = coarse.bend <= thresholds.bend and coarse.bend_half <= thresholds.bend_half
    return coarse.worst <= thresholds.equal or (coarse.worst <= thresholds.worst and unbent)


def _has_small_change(coarse: Residual, thresholds: Thresholds) -> bool:
    if coarse.peak > thresholds.peak_alone:
        return True
    stands_out = coarse.peak > thresholds.peak and coarse.outlier > thresholds.outlier
    faintly = coarse.peak > thresholds.faint_peak and coarse.outlier > thresholds.faint_outlier
    return stands_out or faintly or _has_small_change_of_colour(coarse, thresholds)


def _has_small_change_of_colour(coarse: Residual, thresholds: Thresholds) -> bool:
    return coarse.chroma > thresholds.chroma and coarse.chroma_outlier > thresholds.chroma_outlier


def _changed(coarse: Residual, thresholds: Thresholds) -> tuple[Verdict, Reason]:
    """A photograph or a drawing that differs: in places, throughout, or so that one cannot tell."""
    local = coarse.median <= thresholds.local_median and coarse.bad <= thresholds.local_bad
    if local and coarse.bend_half <= thresholds.local_bend:
        return "same_image_local_change", "differs_in_places"
    if coarse.worst > thresholds.clearly_worst:
        return "same_template_or_scene", "differs_throughout"
    return "undecided", "between_same_and_different"


def _document(sight: Sight, coarse: Residual, thresholds: Thresholds) -> tuple[Verdict, Reason]:
    """A document: not the whole decides, but whether there is a place that differs."""
    strokes = sight.strokes
    if strokes is None or strokes.extra > thresholds.extra_changed or coarse.worst > thresholds.clearly_worst:
        everywhere = coarse.median > thresholds.local_median
        return "same_template_or_scene", "differs_throughout" if everywhere else "differs_in_places"
    if not _is_legible(sight, strokes, thresholds):
        return "undecided", "not_legible"
    if _is_doubtful(sight, strokes, coarse, thresholds):
        return "undecided", "between_same_and_different"
    if max(strokes.outside_first, strokes.outside_second) > thresholds.cut_off:
        return "undecided", "partly_cut_off"
    return "same_image", "equal_throughout"


def _is_legible(sight: Sight, strokes: Strokes, thresholds: Thresholds) -> bool:
    too_small = sight.legible is not None and sight.legible < thresholds.legible
    return strokes.longest >= thresholds.legible_page and not too_small


def _is_doubtful(sight: Sight, strokes: Strokes, coarse: Residual, thresholds: Thresholds) -> bool:
    """Whether some stroke, or something pale or coloured, may be in one of two documents only."""
    extra = max(strokes.extra, strokes.rim)
    stands_out = extra > thresholds.faint_extra and extra > thresholds.extra_outlier * strokes.usual
    too_deep = extra > thresholds.extra * allowance(sight.legible, thresholds)
    pale = coarse.worst > thresholds.document_worst or _has_small_change_of_colour(coarse, thresholds)
    return stands_out or too_deep or pale


def allowance(legible: float | None, thresholds: Thresholds) -> float:
    """Share of ``extra`` that a copy may have: the smaller the type (pixels), the less another digit differs by."""
    if legible is None:
        return _TYPE_UNKNOWN
    small, clear = thresholds.legible - 1, thresholds.clear
    return min(1.0, max(0.0, (legible - small) / (clear - small)))


def _is_contained(coarse: Residual, thresholds: Thresholds) -> bool:
    """Whether one of the two lies on the other with nearly all that it shows, and not on a detail of it only."""
    inside = (
        coarse.cover_first >= thresholds.contained and coarse.outside_first <= thresholds.lost,
        coarse.cover_second >= thresholds.contained and coarse.outside_second <= thresholds.lost,
    )
    return any(inside) and min(coarse.cover_first, coarse.cover_second) >= thresholds.overlap


def _shows_nothing(picture: Picture, thresholds: Thresholds) -> bool:
    return picture.detail < thresholds.detail


def _equal_pixels(first: Picture, second: Picture) -> bool:
    """Whether the pages are equal, pixel by pixel; decoded in full only where the working pictures nearly are."""
    if (first.width, first.height) != (second.width, second.height) or first.grey.shape != second.grey.shape:
        return False
    if first.digest is None or second.digest is None:
        return False
    if float(np.abs(first.grey.astype(np.int16) - second.grey).mean()) > _MAYBE_EQUAL:
        return False
    return first.digest() == second.digest()


def _told(sight: Sight) -> dict[str, object]:
    """Measurements as JSON holds them, rounded so that a processor's last digit is not seen."""
    told: dict[str, object] = {"way": sight.way, "inliers": sight.inliers, "matches": sight.matches}
    for name, residual in (("coarse", sight.coarse), ("strokes", sight.strokes)):
        if residual is not None:
            told[name] = {
                key: [round(each, _DIGITS) for each in value] if isinstance(value, tuple) else round(value, _DIGITS)
                for key, value in asdict(residual).items()
            }
    if sight.legible is not None:
        told["legible"] = round(sight.legible, 1)
    return told
