"""How long it takes to detect and to correct, with what is still open counted for what it has lasted.

Kaplan and Meier's product-limit estimate, by ``scipy.stats.ecdf`` of right-censored data: the mean of the closed
findings alone would flatter, because the slow ones are still open (field notes on Los Angeles, section 6.3). Put here
the estimate; what lasts how long stands in ``ledger_lasting.sql``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup_assets.settings import settings
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

# Days lasted (None: not known), whether it has ended, and how many findings lasted so.
Lasting = tuple[int | None, bool, int]


@dataclass(frozen=True, slots=True)
class Duration:
    """One estimate. ``median_days`` and ``p90_days`` are None when too few have ended to tell."""

    findings: int
    ended: int
    censored: int
    unknown: int
    median_days: float | None
    p90_days: float | None


def estimate(lasted: Iterable[Lasting]) -> Duration:
    """Median and 90th percentile of days by Kaplan and Meier: the first day by which that share has ended."""
    rows = list(lasted)
    known = [each for each in rows if each[0] is not None]
    ended, censored = (_repeated(each for each in known if each[1] is has_ended) for has_ended in (True, False))
    unknown = sum(count for days, _, count in rows if days is None)
    counts = (len(ended) + len(censored), len(ended), len(censored), unknown)
    return Duration(*counts, *_quantiles(ended, censored, (0.5, 0.9)))


def write_durations(con: duckdb.DuckDBPyConnection, department: str) -> None:
    """Fill ``ledger_duration`` of one department at its newest date, from the ledger's temporary tables."""
    con.execute(query("findings", "fact_macro"))
    by_kind: dict[tuple[str, str], list[Lasting]] = defaultdict(list)
    for what, severity, *lasted in con.execute(
        query("findings", "ledger_lasting"), {"department": department, "time_zone": settings().time_zone}
    ).fetchall():
        days, has_ended, findings = lasted
        for kind in ((what, severity), (what, "all")):
            by_kind[kind].append((days, has_ended, findings))
    newest = con.execute("select max(as_of) from period where department = ?", [department]).fetchall()[0][0]
    for (what, severity), each in sorted(by_kind.items()):
        key = {"department": department, "as_of": newest, "what": what, "severity": severity}
        con.execute(query("findings", "ledger_duration"), key | asdict(estimate(each)))


def _repeated(lasted: Iterable[Lasting]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rows = list(lasted)
    days = np.array([days for days, _, _ in rows], dtype=np.float64)
    return np.repeat(days, [count for _, _, count in rows])


def _quantiles(
    ended: np.ndarray[tuple[int], np.dtype[np.float64]],
    censored: np.ndarray[tuple[int], np.dtype[np.float64]],
    shares: tuple[float, ...],
) -> list[float | None]:
    if not len(ended):
        return [None for _ in shares]
    from scipy.stats import CensoredData, ecdf

    curve = ecdf(CensoredData(uncensored=ended, right=censored)).cdf
    # The estimate is a product of floats: a share that is reached exactly may come out one digit short.
    reached = [np.flatnonzero(curve.probabilities >= share - 1e-9) for share in shares]
    return [float(curve.quantiles[each[0]]) if len(each) else None for each in reached]
