"""When a department's next delivery counts as late, by the clock.

The same law as ``period.sql``, which judges the dates of the city's calendar: a calendar that nobody adds a date to
notices no silence, a clock does. Put nothing here that reads a file.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup_assets.deliveries.department import Department

_MONTHS = {"monthly": 1, "quarterly": 3}


def late_from(department: Department, newest: date | None) -> date | None:
    """The first day on which a department that handed in ``newest`` last counts as late; None: late already.

    One delivery is owed in every week, month or quarter. The next one is late in the last ``due_days`` days of the
    period after the newest one's, and never before that period begins.
    """
    if newest is None:
        return None
    next_period = _after(_begin(newest, department.cadence), department.cadence)
    end = _after(next_period, department.cadence)
    return max(next_period, end - timedelta(days=department.due_days))


def is_late(department: Department, newest: date | None, today: date) -> bool:
    """Whether a department that handed in ``newest`` last (None: never anything) is late on ``today``."""
    begins = late_from(department, newest)
    return begins is None or today >= begins


def _begin(day: date, cadence: str) -> date:
    """The first day of the period that ``day`` lies in; weeks begin on Monday, as in DuckDB."""
    if cadence == "weekly":
        return day - timedelta(days=day.weekday())
    size = _MONTHS[cadence]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def _after(begin: date, cadence: str) -> date:
    """The first day of the period after the one that begins on ``begin``."""
    if cadence == "weekly":
        return begin + timedelta(days=7)
    months = begin.month - 1 + _MONTHS[cadence]
    return date(begin.year + months // 12, months % 12 + 1, 1)
