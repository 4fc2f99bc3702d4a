"""When deliveries are made, and which of them can be read.

Put here the months, and the troubles of whole deliveries. Keep out troubles of records (``planting/``).
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import date

FIRST_YEAR = 2026
REPEATS_FROM, UNREADABLE_FROM, FEW = 4, 5, 3  # a city with fewer deliveries is spared this trouble


@dataclass(frozen=True)
class Calendar:
    """Month ends from January 2026 on. ``troubles``: what became of a department's delivery number n, if not well."""

    deliveries: int
    troubles: dict[tuple[str, int], str] = field(init=False)

    def __post_init__(self) -> None:
        last, found = self.deliveries - 1, {}
        if self.deliveries >= FEW:
            found[("lapd_bwv", 1)] = "empty"
            found[("la28_venues", last)] = "missing"
        if self.deliveries >= REPEATS_FROM:
            found[("lapd_booking", last - 1)] = "repeated"
        if self.deliveries >= UNREADABLE_FROM:
            found[("planning_zimas", 3)] = "unreadable"
        found[("housing_pipeline", min(2, last))] = "corrected"
        object.__setattr__(self, "troubles", found)

    def as_of(self, at: int) -> date:
        """The date of delivery number ``at``, from 0."""
        year, month = FIRST_YEAR + at // 12, at % 12 + 1
        return date(year, month, months.monthrange(year, month)[1])

    def trouble(self, department: str, at: int) -> str:
        """empty, missing, repeated, unreadable, corrected, or nothing."""
        return self.troubles.get((department, at), "")

    def readable(self, department: str) -> list[int]:
        """Numbers of the deliveries of a department whose records can be judged."""
        return [at for at in range(self.deliveries) if self.trouble(department, at) in {"", "corrected"}]
