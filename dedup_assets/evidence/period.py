"""Which reporting period a bundle is about, and whose rows it may hold.

Put here the choice of a date and the tier's departments. Keep out the tables (``tables.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dedup_assets.errors import UserError
from dedup_assets.warehouse import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from dedup_assets.deliveries.department import Department

LATEST = "latest"

BundleTier = Literal["auditor", "committee"]

_WRITTEN = re.compile(r"\d{4}-\d{2}(-\d{2})?")


class PeriodError(UserError):
    """There is no such reporting period; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one bundle is about. ``is_newest``: no date of the calendar comes after ``as_of``."""

    as_of: date
    is_newest: bool
    tier: BundleTier
    departments: tuple[Department, ...]

    @property
    def names(self) -> list[str]:
        """Every department."""
        return [each.name for each in self.departments]

    @property
    def unrestricted(self) -> list[str]:
        """The departments whose rows may be in a bundle."""
        return [each.name for each in self.departments if not each.restricted]

    @property
    def restricted(self) -> list[str]:
        """The departments of which a bundle holds counts (for auditors) and commitments alone."""
        return [each.name for each in self.departments if each.restricted]

    @property
    def counted(self) -> list[str]:
        """The departments whose exact counts the tier may see."""
        return self.names if self.tier == "auditor" else self.unrestricted


def scope(con: duckdb.DuckDBPyConnection, period: str, tier: BundleTier, departments: Sequence[Department]) -> Scope:
    """The scope of ``period``: a date of the city's calendar, a month (its last such date), or ``latest``.

    Raises PeriodError when the calendar has none.
    """
    dates: list[date] = [row[0] for row in con.execute(query("evidence", "calendar")).fetchall()]
    if not dates:
        raise PeriodError("no department has delivered anything yet; run `dedup run` first")
    if period != LATEST and not _WRITTEN.fullmatch(period):
        raise PeriodError(f"{period!r} is no period; write a date (2026-06-30), a month (2026-06) or {LATEST}")
    fitting = [each for each in dates if period == LATEST or each.isoformat().startswith(period)]
    if not fitting:
        known = ", ".join(each.isoformat() for each in dates[-6:])
        raise PeriodError(f"nothing was delivered or due in {period}; the newest dates are {known}")
    return Scope(fitting[-1], fitting[-1] == dates[-1], tier, tuple(departments))
