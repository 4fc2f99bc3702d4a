"""Making two aligned pictures alike in everything a copy may differ in: brightness, contrast, light, colour, sharpness.

What remains is what they show. Put no measuring of it here (``residual``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import blur, gradient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Colour, Grey, Mask, Real

_LEVELS = 256
# Denser towards both ends: ink is a few percent of a page.
_TAIL = np.geomspace(0.0005, 0.02, 14)
_QUANTILES = np.concatenate([_TAIL, np.linspace(0.03, 0.97, 41), 1 - _TAIL[::-1]])
_CLIPPED, _CLEARLY = 4, 0.01  # levels at either end that count as clipped; a share that tells more from fewer
_LAMP_CELLS, _LAMP_RANGE, _LAMP_PRIOR = 32, (0.3, 3.0), 1e-4
_SIGMAS = (0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 5.0)
_SHARPER = 1.05
_COLOUR_POINTS, _FEWEST_COLOUR_POINTS = 2500, 100
_COLOUR_PRIOR, _FILTER_PRIOR = 1e-4, 2.0
_OFFSET = 64.0  # scale of the constant term, about that of the others
_ROUNDS, _MAD, _LEAST_USUAL = 3, 1.4826, 0.5
_POINTS, _REACH = 2000, 2
_TELLING = 4.0  # squared grey levels a pixel
_HALF = 0.5  # a cell counts when half of it is covered


def by_histogram(first: Grey, second: Grey, mask: Mask) -> tuple[Grey, Grey]:
    """Both as uint8, one mapped on the values of the other: the curve under which their histograms agree.

    The one with fewer clipped pixels (then: with the wider range) is mapped, because what is clipped cannot be told
    apart again. Differences in gamma, brightness, contrast and clipping vanish so.
    """
    here, there = _histogram(first, mask), _histogram(second, mask)
    clipped = [(each[:_CLIPPED].sum() + each[-_CLIPPED:].sum()) / each.sum() for each in (here, there)]
    forward = clipped[0] < clipped[1] if abs(clipped[0] - clipped[1]) > _CLEARLY else _width(here) >= _width(there)
    if forward:
        return np.asarray(cv2.LUT(first, _curve(here, there)), np.uint8), second
    return first, np.asarray(cv2.LUT(second, _curve(there, here)), np.uint8)


def by_lamp(first: Grey, second: Grey, mask: Mask) -> Grey:
    """``first`` under the light of ``second``: times a surface of second degree, plus a constant.

    Undoes vignettes, a shadow along one side of a scan, a lamp that is brighter on the left.
    """
    u, v, x, y = _cells(first, second, mask)
    surface = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=1)
    system = np.concatenate([surface * x[:, None], np.full((len(x), 1), _OFFSET)], axis=1)
    found = _robust(system, y, np.full(7, _LAMP_PRIOR * float(np.mean(x * x)) + 1e-9))
    down, across = np.mgrid[-1 : 1 : _LAMP_CELLS * 1j, -1 : 1 : _LAMP_CELLS * 1j].astype(np.float32)
    a, b, c, d, e, f, offset = (np.float32(each) for each in found)
    light = (a + b * across + d * across * across) + down * (c + e * across + f * down)
    wide = cv2.resize(np.clip(light, *_LAMP_RANGE).astype(np.float32), first.shape[::-1])
    lit = cv2.multiply(first, wide, dtype=cv2.CV_32F)
    return np.asarray(np.clip(lit + offset * np.float32(_OFFSET), 0, _LEVELS - 1), np.uint8)


def by_colour(first: Grey, colour: Colour, second: Grey, mask: Mask) -> Grey:
    """``first`` as ``second`` sees it, when what each shows of a colour differs: a polynomial in grey and both chromas.

    Brightness that clips one channel first, gamma, hue and saturation change the grey of a red and of a blue that were
    equal. ``colour``: float32 (h', w', 2), chromas of ``first``, smaller than it, 0 where there is none.
    """
    size = (colour.shape[1], colour.shape[0])
    here, there = (
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.uint8) for each in (first, second)
    )
    inside = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    fitted = _fit_colour(here, colour, there[..., None], inside)
    if fitted is None:
        return first
    constant, slope, bow = fitted[0]
    constant, slope = (np.asarray(cv2.resize(each, first.shape[::-1]), np.float32) for each in (constant, slope))
    shade = first.astype(np.float32) / np.float32(128) - 1
    return np.asarray(np.clip(constant + shade * (slope + bow * shade), 0, _LEVELS - 1), np.uint8)


def chroma_left(first: tuple[Grey, Colour], second: Colour, mask: Mask) -> Real:
    """What is left of the second's chromas when they are told from the first's: float32 (h, w), 0 outside the mask.

    ``first``: grey and chromas on one grid. What a copy may differ in (saturation, hue, white balance, a channel that
    was clipped) is a smooth function of colour, fitted as in ``by_colour``; the length of what is left, in levels.
    """
    fitted = _fit_colour(*first, second, mask)
    if fitted is None:
        return np.zeros(mask.shape, np.float32)
    shade = first[0].astype(np.float32) / np.float32(128) - 1
    told = [constant + shade * (slope + bow * shade) for constant, slope, bow in fitted]
    left = cv2.magnitude(*(told[each] - second[..., each] for each in range(2)))
    return np.asarray(cv2.multiply(left, mask, dtype=cv2.CV_32F), np.float32)


def _fit_colour(
    grey: Grey, colour: Colour, wanted: NDArray[np.generic], mask: Mask
) -> list[tuple[Real, Real, np.float32]] | None:
    """Of each channel of ``wanted`` (h, w, n): its constant, slope and bow as a function of grey (-1 to 1), (h, w).

    A polynomial of second degree in grey and both chromas. None where too few points are inside.
    """
    step = max(1, int(np.sqrt(mask.size / _COLOUR_POINTS)))
    some = (slice(step // 2, None, step), slice(step // 2, None, step))
    chosen = mask[some] > 0
    if np.count_nonzero(chosen) < _FEWEST_COLOUR_POINTS:
        return None
    blue, red = colour[..., 0] / np.float32(64), colour[..., 1] / np.float32(64)
    y, b, r = grey[some][chosen] / np.float32(128) - 1, blue[some][chosen], red[some][chosen]
    system = np.stack([np.ones_like(y), y, y * y, b, r, b * b, b * r, r * r, y * b, y * r], axis=1).astype(np.float64)
    fitted = []
    for each in range(wanted.shape[2]):
        target = wanted[..., each][some][chosen].astype(np.float64)
        found = _robust(system, target, np.full(system.shape[1], _COLOUR_PRIOR)).astype(np.float32)
        constant = found[0] + blue * (found[3] + found[5] * blue + found[6] * red) + red * (found[4] + found[7] * red)
        fitted.append((constant, found[1] + found[8] * blue + found[9] * red, found[2]))
    return fitted


def by_sharpness(first: Real, second: Real, mask: Mask) -> tuple[Real, Real]:
    """The sharper of the two blurred until its slopes are no steeper than the other's."""
    here, there = _steepness(first, mask), _steepness(second, mask)
    if here < there:
        blurred, kept = by_sharpness(second, first, mask)
        return kept, blurred
    if here <= there * _SHARPER:
        return first, second
    best, off = first, here - there
    low, high = 0, len(_SIGMAS) - 1
    while low <= high:
        middle = (low + high) // 2
        blurred = blur(first, _SIGMAS[middle])
        steepness = _steepness(blurred, mask)
        if abs(steepness - there) < off:
            best, off = blurred, abs(steepness - there)
        low, high = (middle + 1, high) if steepness > there else (low, middle - 1)
    return best, second


def by_filter(first: Real, second: Real, mask: Mask) -> tuple[Real, Real]:
    """The sharper of the two through the filter of 5 x 5 pixels that brings it nearest to the other.

    By least squares over some 2000 pixels with the steepest slopes, those that do not fit counting little. What remains
    of blur, sharpening, ringing and a fraction of a pixel's shift goes, and a stroke that only one picture has stays
    (Alard and Lupton, "A Method for Optimal Image Subtraction", 1998). Pictures without slopes come back as they are.
    """
    if _steepness(first, mask) < _steepness(second, mask):
        filtered, kept = by_filter(second, first, mask)
        return kept, filtered
    y, x = _steepest(first, second, mask)
    side = 2 * _REACH + 1
    if len(x) < 10 * side * side:
        return first, second
    shifts = [(down, across) for down in range(-_REACH, _REACH + 1) for across in range(-_REACH, _REACH + 1)]
    columns = [first[y + down, x + across] for down, across in shifts]
    system = np.stack([*columns, np.full(len(y), _OFFSET, np.float32)], axis=1).astype(np.float64)
    prior = np.append(np.full(side * side, _FILTER_PRIOR), 1e-9)
    found = _robust(system, second[y, x].astype(np.float64), prior)
    kernel = found[:-1].reshape(side, side).astype(np.float32)
    filtered = cv2.filter2D(first, -1, kernel, borderType=cv2.BORDER_REPLICATE) + np.float32(found[-1] * _OFFSET)
    return np.asarray(filtered, np.float32), second


def _robust(system: NDArray[np.float64], wanted: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[Any]:
    """Least squares of ``system @ x = wanted``; what does not fit counts little (Huber), what is far off nothing.

    ``prior``: what is added to the diagonal of the normal equations, a point; positive, so that there is a solution.
    """
    weights: NDArray[Any] = np.ones(len(wanted))
    found: NDArray[Any] = np.zeros(system.shape[1])
    for _ in range(_ROUNDS):
        weighted = system * weights[:, None]
        normal = weighted.T @ system
        normal[np.diag_indices(len(normal))] += prior * (weights.sum() + 1)
        found = np.linalg.solve(normal, weighted.T @ wanted)
        wrong = np.abs(wanted - system @ found)
        usual = _MAD * float(np.median(wrong)) + _LEAST_USUAL
        weights = np.minimum(1, 2 * usual / np.maximum(wrong, 1e-9)) * (wrong < 8 * usual)
    return found


def _histogram(picture: Grey, mask: Mask) -> NDArray[np.float64]:
    return np.asarray(cv2.calcHist([picture], [0], mask, [_LEVELS], [0, _LEVELS]), np.float64).ravel()


def _width(histogram: NDArray[np.float64]) -> float:
    """Variance of the values."""
    share = histogram / histogram.sum()
    levels = np.arange(_LEVELS)
    mean = float((share * levels).sum())
    return float((share * (levels - mean) ** 2).sum())


def _curve(source: NDArray[np.float64], target: NDArray[np.float64]) -> Grey:
    """uint8 (256,): the value that the target has at the same quantile; beyond the outermost a straight line."""
    levels = np.arange(_LEVELS, dtype=np.float64)
    ends = []
    for histogram in (source, target):
        middle = (np.cumsum(histogram) - histogram / 2) / histogram.sum()
        there = histogram > 0
        ends.append(np.interp(_QUANTILES, middle[there], levels[there]))
    before, behind = ends
    before = np.maximum.accumulate(before + np.arange(len(before)) * 1e-4)
    value = np.interp(levels, before, behind)
    slope = float(np.clip((behind[-1] - behind[0]) / (before[-1] - before[0]), 0.2, 5.0))
    low, high = levels < before[0], levels > before[-1]
    value[low] = behind[0] + (levels[low] - before[0]) * slope
    value[high] = behind[-1] + (levels[high] - before[-1]) * slope
    return np.asarray(np.round(np.clip(value, 0, _LEVELS - 1)), np.uint8)


def _cells(first: Grey, second: Grey, mask: Mask) -> tuple[NDArray[np.float64], ...]:
    """Of the cells of a coarse grid that the mask covers: place across and down, -1 to 1, and the mean of both (n,)."""
    cells = (min(_LAMP_CELLS, mask.shape[1]), min(_LAMP_CELLS, mask.shape[0]))
    weight = mask.astype(np.float32)
    share, here, there = (
        np.asarray(cv2.resize(each, cells, interpolation=cv2.INTER_AREA), np.float64)
        for each in (weight, first * weight, second * weight)
    )
    down, across = np.nonzero(share > _HALF)
    covered = share[down, across]
    u, v = across * (2 / max(1, cells[0] - 1)) - 1, down * (2 / max(1, cells[1] - 1)) - 1
    return u, v, here[down, across] / covered, there[down, across] / covered


def _steepness(picture: Real, mask: Mask) -> float:
    """Root of the sum of the squared slopes under the mask."""
    across, down = gradient(picture)
    return float(np.hypot(cv2.norm(across, cv2.NORM_L2, mask), cv2.norm(down, cv2.NORM_L2, mask)))


def _steepest(first: Real, second: Real, mask: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns inside the mask, away from the rim: the steepest pixel of each block, and some middles."""
    slopes = [across**2 + down**2 for across, down in (gradient(blur(each, 1.0)) for each in (first, second))]
    steep = np.maximum(*slopes) * mask
    height, width = steep.shape
    block = max(4, int(np.sqrt(1.3 * height * width / _POINTS)))
    rows, columns = height // block, width // block
    if rows == 0 or columns == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    cut = steep[: rows * block, : columns * block].reshape(rows, block, columns, block).swapaxes(1, 2)
    blocks = cut.reshape(rows * columns, block * block)
    best = blocks.argmax(axis=1)
    number = np.arange(len(best))
    telling = blocks[number, best] > _TELLING
    number, best = number[telling], best[telling]
    y, x = number // columns * block + best // block, number % columns * block + best % block
    y, x = np.concatenate([y, y[::3]]), np.concatenate([x, np.minimum(x[::3] + block // 2, width - 1)])
    inside = (mask[y, x] > 0) & (y >= _REACH) & (y < height - _REACH) & (x >= _REACH) & (x < width - _REACH)
    return y[inside], x[inside]
