"""How two pictures lie on one another, and what is left over: everything measured, nothing judged.

Put here the order in which things are tried, the cheap before the dear. Keep out what it means (``judge``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dedup_assets.matching.verify.align import by_features, refine, whole_on_whole
from dedup_assets.matching.verify.alike import first_sight
from dedup_assets.matching.verify.geometry import after, inverse, is_plausible, onto, resized, scale, to_scale
from dedup_assets.matching.verify.residual import Laid, Residual, compare, cover, lay
from dedup_assets.matching.verify.strokes import Strokes, compare_strokes

if TYPE_CHECKING:
    from dedup_assets.matching.verify.alike import Pair
    from dedup_assets.matching.verify.geometry import Grey, Map
    from dedup_assets.matching.verify.picture import Picture
    from dedup_assets.matching.verify.thresholds import Thresholds

_AWRY = 2.0  # ratio of the two pictures' proportions from which on whole on whole is not tried
_MOST_SCALE = 16.0
_DRIFT = (1.6, 1.3)  # how far whole on whole may scale and squeeze a frame before it is an accident
_FINEST = (0, 1)
_EQUAL, _FITS = 0.03, 0.1  # worst tiles at first sight: no better map, no other kind of map is looked for
_CLEARLY_BETTER = 0.75
_NOTHING_ALIKE = 1.5  # worst tiles at first sight: unrelated pictures leave 2 to 3 (field notes, section 8)
_RIM = 0.03  # of the picture
_FEWEST_INLIERS = 8  # an affine map through fewer matches was found by accident

Way = Literal["none", "frame", "features"]


@dataclass(frozen=True)
class Sight:
    """What was seen.

    ``way``: how the pictures came to lie on one another; ``inliers`` of ``matches``: features that agree with one map,
    0 where features were not needed; ``coarse``: what is left over of the working pictures; ``strokes``: of documents
    looked at closely (None where that was not needed, or not to be had); ``legible``: height of small type in pixels as
    it was compared, None where none was seen; ``pair``: the two pictures, alike in all but what they show.
    """

    way: Way = "none"
    inliers: int = 0
    matches: int = 0
    coarse: Residual | None = None
    strokes: Strokes | None = None
    legible: float | None = None
    pair: Pair | None = None


@dataclass(frozen=True)
class _Found:
    """Two pictures laid on one another: ``here``, the one that shows the scene smaller, and ``there``."""

    way: Way
    here: Picture
    there: Picture
    laid: Laid
    left: float


def ordered(a: Picture, b: Picture) -> tuple[Picture, Picture]:
    """The smaller first, equal sizes by what they show, so that it does not matter which of a pair comes first."""

    def key(picture: Picture) -> tuple[object, ...]:
        shown = (b"" if each is None else each.tobytes() for each in (picture.grey, picture.colour, picture.fine))
        return (picture.grey.size, picture.grey.shape, picture.width, picture.height, *shown)

    return (a, b) if key(a) <= key(b) else (b, a)


def look(first: Picture, second: Picture, thresholds: Thresholds) -> Sight:
    """Lay ``first`` (the smaller, see ``ordered``) on ``second`` and measure what is left over."""
    found, sight = _laid(first, second, thresholds)
    if found is None:
        return sight
    coarse, pair = compare(found.laid, thresholds)
    sight = replace(sight, way=found.way, coarse=coarse, pair=pair)
    if not (first.is_document or second.is_document):
        return sight
    at_rim = min(coarse.where[:2]) < _RIM or max(coarse.where[2:]) > 1 - _RIM
    if (coarse.peak > thresholds.coarse_peak and not at_rim) or coarse.worst > thresholds.clearly_worst:
        return sight  # another form: no need to look more closely
    return _closely(found, sight)


def _laid(first: Picture, second: Picture, thresholds: Thresholds) -> tuple[_Found | None, Sight]:
    best: _Found | None = None
    frames = onto(first.grey, second.grey)
    if is_plausible(frames, _MOST_SCALE, _AWRY):
        best = _lay("frame", first, second, frames)
        if best is not None and best.left <= _EQUAL:
            return best, Sight()
        map_ = whole_on_whole(first.grey, second.grey)
        if is_plausible(after(inverse(frames), map_), *_DRIFT):
            best = _better(best, _lay("frame", first, second, map_), _CLEARLY_BETTER)
        if best is not None and best.left <= _FITS:
            return best, Sight()
    fit = by_features(first.features, second.features)
    if fit is None or fit.inliers < _FEWEST_INLIERS:
        if best is not None and best.left > _NOTHING_ALIKE:
            best = None
        return best, Sight(matches=0 if fit is None else fit.matches, inliers=0 if fit is None else fit.inliers)
    found = _lay("features", first, second, fit.map)
    if found is not None and min(cover(found.laid.views.mask), found.laid.share) < thresholds.overlap:
        found = None
    return _better(best, found, _CLEARLY_BETTER), Sight(inliers=fit.inliers, matches=fit.matches)


def _better(one: _Found | None, other: _Found | None, by: float) -> _Found | None:
    """``other`` where it leaves less over than ``by`` times what ``one`` does."""
    if one is None or other is None:
        return one or other
    return other if other.left < by * one.left else one


def _lay(way: Way, first: Picture, second: Picture, map_: Map) -> _Found | None:
    """Both on the grid of whichever shows the scene smaller; None when too little of the two lies on one another."""
    forward = scale(map_) >= 1
    here, there = (first, second) if forward else (second, first)
    onto_there = map_ if forward else inverse(map_)
    if way == "features":  # which say where to a pixel or two
        onto_there = _refined(here.grey, there.grey, onto_there)
    laid = lay(here.grey, there.grey, onto_there, (here.colour, there.colour))
    return None if laid is None else _Found(way, here, there, laid, first_sight(laid.views))


def _refined(here: Grey, there: Grey, map_: Map) -> Map:
    seen, near = to_scale(there, map_)
    return after(onto(seen, there), refine(here, seen, near, levels=_FINEST))


def _closely(found: _Found, sight: Sight) -> Sight:
    """``sight`` with the strokes of the finer pictures compared."""
    here, there = found.here, found.there
    map_ = resized(found.laid.map, (here.grey, here.finest), (there.grey, there.finest))
    if scale(map_) < 1:
        here, there, map_ = there, here, inverse(map_)
    laid = lay(here.finest, there.finest, _refined(here.finest, there.finest, map_), (None, None))
    seen = None if laid is None else compare_strokes(laid)
    if seen is None:
        return sight
    strokes, pair = seen
    type_height = there.type_height / max(1.0, scale(map_)) or here.type_height
    return replace(sight, strokes=strokes, pair=pair, legible=type_height or None)
