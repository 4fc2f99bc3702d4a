"""What will be open after the next deliveries if the past goes on: random walk with drift, with a band.

The drift method of Hyndman and Athanasopoulos, *Forecasting: principles and practice*, section 5.2: the backlog goes
on by its mean change; the variance h steps ahead is s² h (1 + h / T) for T changes with variance s² (section 5.5).
Changes are counted from delivery to delivery that was read: a date without one moved nothing, and says nothing of how
fast a department corrects. Put here the arithmetic; keep out the ledger.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from statistics import fmean, variance
from typing import TYPE_CHECKING

from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

AHEAD = 3
# With fewer changes than three, a variance says nothing.
LEAST_STEPS = 3
# The band holds four outcomes of five.
BAND = 0.8


@dataclass(frozen=True, slots=True)
class Forecast:
    """Findings open after ``deliveries_ahead`` more deliveries; ``steps``: the changes that it rests on."""

    deliveries_ahead: int
    expected: float
    low: float
    high: float
    steps: int


def forecast(backlog: Sequence[int], ahead: int = AHEAD) -> list[Forecast]:
    """The next ``ahead`` values of a series of backlogs (findings, oldest first); empty when it is too short.

    Nothing falls below 0.
    """
    changes = [after - before for before, after in pairwise(backlog)]
    if len(changes) < LEAST_STEPS:
        return []
    from scipy.stats import t

    drift, spread = fmean(changes), variance(changes)
    wide = float(t.ppf((1 + BAND) / 2, len(changes) - 1))
    found = []
    for step in range(1, ahead + 1):
        middle = backlog[-1] + step * drift
        half = wide * (spread * step * (1 + step / len(changes))) ** 0.5
        low, expected, high = (max(0.0, each) for each in (middle - half, middle, middle + half))
        found.append(Forecast(step, expected, low, high, len(changes)))
    return found


def write_forecast(con: duckdb.DuckDBPyConnection, department: str) -> None:
    """Fill ``ledger_forecast`` of one department from its ``ledger_balance``."""
    rows = con.execute(query("findings", "ledger_history"), {"department": department}).fetchall()
    newest = con.execute("select max(as_of) from period where department = ?", [department]).fetchall()[0][0]
    for severity, history in groupby(rows, key=lambda row: row[0]):
        for each in forecast([closing for _, _, closing in history]):
            key = {"department": department, "as_of": newest, "severity": severity}
            con.execute(query("findings", "ledger_forecast"), key | asdict(each))
