"""How long a bundle must be kept: three years (2 CFR 200.334), longer while something holds it.

Put here the clock. Nothing is ever deleted by this program; who may do so reads the date here.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

YEARS = 3


def retention(as_of: date, final_report: date | None, holds: Sequence[str]) -> dict[str, Any]:
    """What ``retention.json`` says. ``final_report``: when the final financial report was submitted, if it was.

    The rule counts from that report; before there is one, the clock shows the earliest day that it could end on.
    """
    start = max(as_of, final_report) if final_report else as_of
    return {
        "rule": "2 CFR 200.334: three years from submission of the final financial report; longer while litigation, a "
        "claim or an audit is not resolved",
        "period_end": as_of.isoformat(),
        "final_report": final_report.isoformat() if final_report else None,
        "counted_from": start.isoformat(),
        "keep_until": later(start, YEARS).isoformat(),
        "is_final": final_report is not None and not holds,
        "holds": list(holds),
    }


def later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March where there is none, never earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
