"""Is a rate far above another one? One test that two causes share.

Put here the statistics of two counts. Keep out what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

# The chance that such a difference, or a larger one, comes about when both groups have one rate: one in a thousand,
# shared out over the groups that are asked about (Bonferroni).
MAX_CHANCE = 0.001
# With many records small differences are certain too; a cause is one only where the rate is at least twice the others'.
MIN_RATIO = 2.0
# Below this many there is no habit to speak of.
MIN_COUNT = 5


@dataclass(frozen=True)
class Rates:
    """``hits`` of ``total`` in one group, and in all others. ``chance`` is that of Fisher's exact test, one-sided."""

    hits: int
    total: int
    other_hits: int
    other_total: int
    chance: float

    @property
    def stands_out(self) -> bool:
        """Far above by count and ratio; whether ``chance`` is small enough depends on how many groups were asked."""
        if self.hits < MIN_COUNT or not self.other_total:
            return False
        return self.hits * self.other_total >= MIN_RATIO * self.other_hits * self.total


def compare(hits: int, total: int, other_hits: int, other_total: int) -> Rates:
    """The rates of a group and of all others.

    ``chance`` is the probability of ``hits`` or more in the group when the hits of both are drawn without regard to it:
    the upper tail of the hypergeometric distribution (R. A. Fisher, Statistical Methods for Research Workers, 1934).
    """
    from scipy.stats import hypergeom

    drawn = hypergeom.sf(hits - 1, total + other_total, hits + other_hits, total)
    return Rates(hits, total, other_hits, other_total, float(drawn))
