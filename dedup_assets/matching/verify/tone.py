"""Making two aligned pictures alike in everything a copy may differ in: brightness, contrast, light, sharpness.

What remains is what they show. Put no measuring of it here (``residual``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from dedup_assets.matching.verify.geometry import blur, gradient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup_assets.matching.verify.geometry import Grey, Mask, Real

_LEVELS = 256
_QUANTILES = np.linspace(0.002, 0.998, 49)
_CLIPPED, _CLEARLY = 4, 0.01  # levels at either end that count as clipped; a share that tells more from fewer
_LAMP_CELLS, _LAMP_ROUNDS, _LAMP_RANGE = 32, 5, (0.3, 3.0)
_SIGMAS = (0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 5.0)
_SHARPER = 1.05
_REACH = 2  # pixels: the filter is 5 x 5, 25 numbers
_FILTER_ROUNDS, _FILTER_PRIOR, _OFFSET = 3, 2.0, 64.0


def by_histogram(first: Grey, second: Grey, mask: Mask) -> tuple[Real, Real]:
    """Both as float32, one mapped on the values of the other: the curve under which their histograms agree.

    The one with fewer clipped pixels (then: with the wider range) is mapped, because what is clipped cannot be told
    apart again. Differences in gamma, brightness, contrast and clipping vanish so.
    """
    here, there = _histogram(first, mask), _histogram(second, mask)
    clipped = [(each[:_CLIPPED].sum() + each[-_CLIPPED:].sum()) / each.sum() for each in (here, there)]
    forward = clipped[0] < clipped[1] if abs(clipped[0] - clipped[1]) > _CLEARLY else _width(here) >= _width(there)
    if forward:
        return np.asarray(cv2.LUT(first, _curve(here, there)), np.float32), second.astype(np.float32)
    return first.astype(np.float32), np.asarray(cv2.LUT(second, _curve(there, here)), np.float32)


def by_lamp(first: Grey, second: Grey, mask: Mask) -> Grey:
    """``first`` under the light of ``second``: times a surface of second degree, plus a constant.

    Undoes vignettes, a shadow along one side of a scan, a lamp that is brighter on the left.
    """
    places, x, y = _cells(first, second, mask)
    u, v = places[:, 0], places[:, 1]
    surface = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=1)
    system = np.concatenate([surface * x[:, None], np.full((len(x), 1), _OFFSET)], axis=1)
    weights = np.ones(len(x))
    for _ in range(_LAMP_ROUNDS):
        weighted = system * weights[:, None]
        normal = weighted.T @ system
        normal[np.diag_indices(len(normal))] += 1e-4 * np.trace(normal) / len(normal)
        found = np.linalg.solve(normal, weighted.T @ y)
        wrong = np.abs(y - system @ found)
        weights = np.minimum(1, 1.5 * (1.4826 * np.median(wrong) + 1) / np.maximum(wrong, 1e-9))
    down, across = np.linspace(-1, 1, first.shape[0], dtype=np.float32), np.linspace(-1, 1, first.shape[1], dtype=np.float32)
    u, v = across[None], down[:, None]
    a, b, c, d, e, f, offset = (np.float32(each) for each in found)
    light = (a + b * u + d * u * u) + v * (c + e * u + f * v)
    lit = first * np.clip(light, *_LAMP_RANGE) + offset * np.float32(_OFFSET)
    return np.asarray(np.clip(lit, 0, _LEVELS - 1), np.uint8)


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


def by_filter(first: Real, second: Real, mask: Mask, points: int) -> tuple[Real, Real]:
    """The sharper of the two through the 5 x 5 filter that brings it nearest to the other.

    Least squares over about ``points`` pixels with the steepest slopes, those that do not fit counting little: what
    remains of blur, sharpening, ringing and a fraction of a pixel's shift goes, and a stroke that only one picture has
    stays (Alard and Lupton, "A Method for Optimal Image Subtraction", 1998). Pictures without slopes come back as they
    are.
    """
    if _steepness(first, mask) < _steepness(second, mask):
        filtered, kept = by_filter(second, first, mask, points)
        return kept, filtered
    y, x = _steepest(first, second, mask, points)
    side = 2 * _REACH + 1
    if len(x) < 10 * side * side:
        return first, second
    shifts = [(down, across) for down in range(-_REACH, _REACH + 1) for across in range(-_REACH, _REACH + 1)]
    columns = [first[y + down, x + across] for down, across in shifts]
    system = np.stack([*columns, np.full(len(y), _OFFSET, np.float32)], axis=1).astype(np.float64)
    wanted = second[y, x].astype(np.float64)
    weights: NDArray[Any] = np.ones(len(y))
    found: NDArray[Any] = np.zeros(side * side + 1)
    for _ in range(_FILTER_ROUNDS):
        weighted = system * weights[:, None]
        normal = weighted.T @ system
        normal[np.diag_indices(side * side)] += _FILTER_PRIOR * weights.sum()
        found = np.linalg.solve(normal, weighted.T @ wanted)
        wrong = np.abs(wanted - system @ found)
        usual = 1.4826 * float(np.median(wrong)) + 0.5
        weights = np.minimum(1, 2 * usual / np.maximum(wrong, 1e-9)) * (wrong < 8 * usual)
    kernel = found[:-1].reshape(side, side).astype(np.float32)
    filtered = cv2.filter2D(first, -1, kernel, borderType=cv2.BORDER_REPLICATE) + np.float32(found[-1] * _OFFSET)
    return np.asarray(filtered, np.float32), second


def _histogram(picture: Grey, mask: Mask) -> NDArray[np.float64]:
    return np.asarray(cv2.calcHist([picture], [0], mask, [_LEVELS], [0, _LEVELS]), np.float64).ravel()


def _width(histogram: NDArray[np.float64]) -> float:
    """Variance of the values."""
    share = histogram / histogram.sum()
    levels = np.arange(_LEVELS)
    mean = float((share * levels).sum())
    return float((share * (levels - mean) ** 2).sum())


def _curve(source: NDArray[np.float64], target: NDArray[np.float64]) -> Real:
    """float32 (256,): the value that the target has at the same quantile; beyond the outermost a straight line."""
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
    return np.clip(value, 0, _LEVELS - 1).astype(np.float32)


def _cells(first: Grey, second: Grey, mask: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Places (n, 2) from -1 to 1 and both means (n,) of the cells of a coarse grid that the mask covers."""
    cells = (min(_LAMP_CELLS, mask.shape[1]), min(_LAMP_CELLS, mask.shape[0]))
    covered = mask.astype(np.float32)
    part, here, there = (
        cv2.resize(each, cells, interpolation=cv2.INTER_AREA)
        for each in (covered, cv2.multiply(first, covered, dtype=cv2.CV_32F), cv2.multiply(second, covered, dtype=cv2.CV_32F))
    )
    down, across = np.nonzero(part > 0.5)  # noqa: PLR2004  # half of the cell
    share = part[down, across]
    places = np.stack([across * (2 / max(1, cells[0] - 1)) - 1, down * (2 / max(1, cells[1] - 1)) - 1], axis=1)
    x, y = here[down, across] / share, there[down, across] / share
    return places, np.asarray(x, np.float64), np.asarray(y, np.float64)


def _steepness(picture: Real, mask: Mask) -> float:
    """Root mean square of the slopes under the mask."""
    across, down = gradient(picture)
    return float(np.sqrt(cv2.mean(across * across + down * down, mask)[0]))


def _steepest(first: Real, second: Real, mask: Mask, points: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns: the steepest pixel of each block, and every third block's middle, inside the mask."""
    slopes = [across**2 + down**2 for across, down in (gradient(blur(each, 1.0)) for each in (first, second))]
    steep = np.maximum(*slopes) * mask
    height, width = steep.shape
    block = max(4, int(np.sqrt(1.3 * height * width / points)))
    rows, columns = height // block, width // block
    if rows == 0 or columns == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    cut = steep[: rows * block, : columns * block].reshape(rows, block, columns, block).swapaxes(1, 2)
    blocks = cut.reshape(rows * columns, block * block)
    best = blocks.argmax(axis=1)
    number = np.arange(len(best))
    telling = blocks[number, best] > 4  # noqa: PLR2004  # two grey levels a pixel
    number, best = number[telling], best[telling]
    y, x = number // columns * block + best // block, number % columns * block + best % block
    y, x = np.concatenate([y, y[::3]]), np.concatenate([x, np.minimum(x[::3] + block // 2, width - 1)])
    inside = (mask[y, x] > 0) & (y >= _REACH) & (y < height - _REACH) & (x >= _REACH) & (x < width - _REACH)
    return y[inside], x[inside]
