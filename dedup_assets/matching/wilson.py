"""How sure a rate is: one interval for the calibration and for every cause that compares rates.

Put here the interval. Keep out what is counted.
"""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054  # 97.5 % point of the normal distribution


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a rate, 0 to 1; (0, 1) of nothing.

    E. B. Wilson, "Probable Inference", J. Amer. Statist. Assoc. 22, 1927.
    """
    if not total:
        return 0.0, 1.0
    share, half = hits / total, _Z * _Z / total
    middle = share + half / 2
    reach = _Z * sqrt(share * (1 - share) / total + half / (4 * total))
    return max(0.0, (middle - reach) / (1 + half)), min(1.0, (middle + reach) / (1 + half))
